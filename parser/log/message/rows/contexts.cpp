// CONTEXT: where the server was; one line of it each.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"", "tuple", "",
     "while {action:words} tuple ({block:number},{offset:number}) in relation "
     "\"{table:identifier}\"",
     recorded("while updating tuple (0,1) in relation \"carts\"")},
    {"", "tuple", "",
     "while locking updated version ({block:number},{offset:number}) of tuple in relation "
     "\"{table:identifier}\"",
     source_text("while locking updated version (0,7) of tuple in relation \"carts\"")},
    {"", "tuple", "",
     "while checking exclusion constraint on tuple ({block:number},{offset:number}) in relation "
     "\"{table:identifier}\"",
     source_text("while checking exclusion constraint on tuple (0,7) in relation \"bookings\"")},
    {"", "vacuum", "",
     "while {action:words} block {block:number} offset {offset:number} of relation "
     "\"{table:identifier}\"",
     source_text("while scanning block 7 offset 3 of relation \"public.carts\"")},
    {"", "vacuum", "",
     "while {action:words} block {block:number} of relation \"{table:identifier}\"",
     source_text("while scanning block 7 of relation \"public.carts\"")},
    {"", "vacuum", "",
     "while {action:words} index \"{index:identifier}\" of relation \"{table:identifier}\"",
     source_text("while vacuuming index \"carts_pkey\" of relation \"public.carts\"")},
    {"", "vacuum", "", "while {action:words} relation \"{table:identifier}\"",
     source_text("while scanning relation \"public.carts\"")},
    {"", "vacuum", "", "while truncating relation \"{table:identifier}\" to {blocks:number} blocks",
     source_text("while truncating relation \"public.carts\" to 7 blocks")},
    {"", "vacuum", "", "automatic {command:words} of table \"{table:identifier}\"",
     recorded("automatic vacuum of table \"shop_analytics.public.orders\"")},
    {"", "parameter_set", "",
     "while setting parameter \"{parameter:identifier}\" to \"{value:other}\"",
     source_text("while setting parameter \"work_mem\" to \"much\"")},
    {"", "statement", "", "SQL statement \"{sql:statement}\"",
     recorded("SQL statement \"SELECT r.nope\"")},
    {"", "statement", "", "SQL expression \"{sql:statement}\"",
     recorded("SQL expression \"deep($1 + 1)\"")},
    {"", "statement", "", "PL/pgSQL assignment \"{sql:statement}\"",
     source_text("PL/pgSQL assignment \"x := n + 1\"")},
    {"", "statement", "", "remote SQL command: {sql:statement}",
     source_text("remote SQL command: SELECT 1")},
    {"", "function", "",
     "PL/pgSQL function {function:identifier} line {line:number} at {what:words}",
     recorded("PL/pgSQL function deep(integer) line 1 at RETURN")},
    {"", "function", "", "PL/pgSQL function {function:identifier} during {phase:words}",
     source_text("PL/pgSQL function fill_carts(integer) during statement block local variable "
                 "initialization")},
    {"", "function", "", "PL/pgSQL function {function:identifier} while {action:words}",
     source_text("PL/pgSQL function fill_carts(integer) while casting return value to function's "
                 "return type")},
    {"", "function", "", "PL/pgSQL function {function:identifier}",
     recorded("PL/pgSQL function f(integer)")},
    {"", "function", "", "SQL function \"{function:identifier}\"[ statement {number:number}]",
     source_text("SQL function \"fill_carts\" statement 1")},
    {"", "function", "", "SQL function \"{function:identifier}\" during {phase:words}",
     source_text("SQL function \"fill_carts\" during inlining")},
    {"", "copy", "",
     "COPY {table:identifier}, line {line:number}, column {column:identifier}: {value:data}",
     source_text("COPY carts, line 3, column total: \"abc\"")},
    {"", "copy", "", "COPY {table:identifier}, line {line:number}, column {column:identifier}",
     source_text("COPY carts, line 3, column total")},
    {"", "copy", "", "COPY {table:identifier}, line {line:number}: \"{row:data}\"",
     recorded("COPY carts, line 1: \"1\"")},
    {"", "copy", "", "COPY {table:identifier}, line {line:number}",
     source_text("COPY carts, line 3")},
    {"", "json", "", "JSON data, line {line:number}: {text:data}",
     recorded("JSON data, line 1: abc")},
    {"", "parameters", "", "{portal:words} portal with parameters: {parameters:parameter}",
     recorded("unnamed portal with parameters: $1 = '51', $2 = '1'")},
    {"", "parameters", "", "portal \"{portal:identifier}\" with parameters: {parameters:parameter}",
     source_text("portal \"C_1\" with parameters: $1 = '77'")},
    {"", "parameters", "", "{portal:words} portal parameter ${number:number} = {value:parameter}",
     source_text("unnamed portal parameter $1 = '77'")},
    {"", "parameters", "",
     "portal \"{portal:identifier}\" parameter ${number:number} = {value:parameter}",
     source_text("portal \"C_1\" parameter $1 = '77'")},
    {"", "parameters", "", "{portal:words} portal parameter ${number:number}",
     source_text("unnamed portal parameter $1")},
    {"", "parameters", "", "extended query with parameters: {parameters:parameter}",
     source_text("extended query with parameters: $1 = '77'")},
    {"", "wal", "", "WAL redo at {lsn:number} for {record:other}",
     recorded("WAL redo at 0/30025A0 for Standby/LOCK: xid 726 db 5 rel 16384 ")},
    {"", "wal", "", "writing block {block:number} of relation {path:path}",
     source_text("writing block 7 of relation base/5/16384")},
    {"", "slot", "",
     "slot \"{slot:identifier}\", output plugin \"{plugin:identifier}\", in the {callback:words} "
     "callback[, associated LSN {lsn:number}]",
     source_text("slot \"orders_slot\", output plugin \"pgoutput\", in the change callback, "
                 "associated LSN 0/3000060")},
    {"", "replication", "",
     "processing remote data for replication origin \"{origin:other}\" during {what:other}",
     source_text("processing remote data for replication origin \"pg_16400\" during message type "
                 "\"INSERT\" in transaction 740")},
    {"", "file", "", "line {line:number} of configuration file \"{path:path}\"",
     source_text("line 97 of configuration file \"/etc/postgresql/15/main/pg_hba.conf\"")},
    {"", "parallel", "", "parallel worker", source_text("parallel worker")},
};

}  // namespace

std::span<const MessageRow> context_rows() {
  return kRows;
}

}  // namespace pgcounsel
