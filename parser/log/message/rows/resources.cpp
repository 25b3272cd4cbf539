// Resources that ran out, files that fail, data that are damaged.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"out_of_memory", "out_of_memory", "53200", "out of memory", source_text("out of memory")},
    {"out_of_memory", "out_of_shared_memory", "53200", "out of shared memory",
     source_text("out of shared memory")},
    {"disk_full", "disk_full", "53100",
     "could not extend file \"{path:path}\": No space left on device",
     source_text("could not extend file \"base/5/16384\": No space left on device")},
    {"disk_full", "disk_full", "53100",
     "could not extend file \"{path:path}\": wrote only {written:number} of {size:number} bytes at "
     "block {block:number}",
     source_text(
         "could not extend file \"base/5/16384\": wrote only 4096 of 8192 bytes at block 7")},
    {"disk_full", "disk_full", "53100",
     "could not write to file \"{path:path}\": No space left on device",
     source_text(
         "could not write to file \"base/pgsql_tmp/pgsql_tmp1.0\": No space left on device")},
    {"disk_full", "disk_full", "53100", "could not write {what:other}: No space left on device",
     source_text("could not write block 7 of temporary file: No space left on device")},
    {"disk_full", "disk_full", "53100", "could not create {what:other}: No space left on device",
     source_text("could not create file \"pg_wal/xlogtemp.77\": No space left on device")},
    {"disk_full", "shared_memory_full", "53100",
     "could not resize shared memory segment \"{path:path}\" to {bytes:number} bytes: No space "
     "left on device",
     source_text("could not resize shared memory segment \"/PostgreSQL.1804289383\" to 8388608 "
                 "bytes: No space left on device")},
    {"out_of_files", "out_of_files", "53000",
     "out of file descriptors: {error:words}; release and retry",
     source_text("out of file descriptors: Too many open files in system; release and retry")},
    {"out_of_files", "out_of_files", "53000",
     "could not open file \"{path:path}\": Too many open files",
     source_text("could not open file \"base/5/16384\": Too many open files")},
    {"", "file_missing", "58P01", "could not open file \"{path:path}\": No such file or directory",
     source_text("could not open file \"base/5/16384\": No such file or directory")},
    {"", "file_missing", "58P01",
     "could not open file \"{path:path}\" for {what:words}: No such file or directory",
     recorded("could not open file \"/no/such/file\" for reading: No such file or directory")},
    {"", "file_missing", "58P01",
     "could not access file \"{path:path}\": No such file or directory",
     recorded("could not access file \"no_such_library\": No such file or directory")},
    {"", "temp_file_limit", "53400", "temporary file size exceeds temp_file_limit {limit:words}",
     recorded("temporary file size exceeds temp_file_limit (1024kB)")},
    {"", "stack_depth", "54001", "stack depth limit exceeded",
     recorded("stack depth limit exceeded")},
    {"", "too_many_columns", "54011", "target lists can have at most {limit:number} entries",
     source_text("target lists can have at most 1664 entries")},
    {"", "row_too_big", "54000", "row is too big: size {size:number}, maximum size {limit:number}",
     source_text("row is too big: size 12024, maximum size 8160")},
    {"", "row_too_big", "54000",
     "index row size {size:number} exceeds {limit:words} for index \"{index:identifier}\"",
     source_text(
         "index row size 2728 exceeds btree version 4 maximum 2704 for index \"notes_text_idx\"")},
    {"", "row_too_big", "54000",
     "index row requires {size:number} bytes, maximum size is {limit:number}",
     recorded("index row requires 12816 bytes, maximum size is 8191")},
    {"", "row_too_big", "54000", "string is too long for tsvector ({limit:words})",
     recorded("string is too long for tsvector (1450948 bytes, max 1048575 bytes)")},
    {"", "alloc_size", "XX000", "invalid memory alloc request size {bytes:number}",
     source_text("invalid memory alloc request size 1073741824")},
    {"", "workers_exhausted", "53400", "out of background worker slots",
     source_text("out of background worker slots")},
    {"", "workers_exhausted", "53400", "too many background workers",
     source_text("too many background workers")},
    {"damage", "checksum_failed", "XX001",
     "page verification failed, calculated checksum {found:number} but expected {wanted:number}",
     source_text("page verification failed, calculated checksum 14123 but expected 0")},
    {"damage", "page_invalid", "XX001",
     "invalid page in block {block:number} of relation {path:path}",
     source_text("invalid page in block 7 of relation base/5/16384")},
    {"damage", "block_short", "XX001",
     "could not read block {block:number} in file \"{path:path}\": read only {read:number} of "
     "{size:number} bytes",
     source_text("could not read block 7 in file \"base/5/16384\": read only 0 of 8192 bytes")},
    {"damage", "block_unreadable", "",
     "could not read block {block:number} in file \"{path:path}\": {error:words}",
     source_text("could not read block 7 in file \"base/5/16384\": Input/output error")},
    {"damage", "toast_missing", "XX001",
     "missing chunk number {chunk:number} for toast value {value:number} in {table:identifier}",
     source_text("missing chunk number 0 for toast value 16431 in pg_toast_2619")},
    {"damage", "index_damaged", "XX002", "index \"{index:identifier}\" contains {what:words}",
     source_text("index \"orders_pkey\" contains unexpected zero page at block 3")},
    {"damage", "transaction_unknown", "", "could not access status of transaction {xid:number}",
     source_text("could not access status of transaction 4711")},
    {"damage", "beyond_eof", "",
     "unexpected data beyond EOF in block {block:number} of relation {path:path}",
     source_text("unexpected data beyond EOF in block 7 of relation base/5/16384")},
};

}  // namespace

std::span<const MessageRow> resource_rows() {
  return kRows;
}

}  // namespace pgcounsel
