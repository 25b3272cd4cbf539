// Constraints and policies that refuse a row.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"", "unique_violation", "23505",
     "duplicate key value violates unique constraint \"{constraint:identifier}\"",
     recorded("duplicate key value violates unique constraint \"customers_email_uq\"")},
    {"", "unique_violation", "23505", "could not create unique index \"{index:identifier}\"",
     recorded("could not create unique index \"carts_n_idx\"")},
    {"", "foreign_key_violation", "23503",
     "insert or update on table \"{table:identifier}\" violates foreign key constraint "
     "\"{constraint:identifier}\"",
     recorded("insert or update on table \"order_items\" violates foreign key constraint "
              "\"order_items_order_id_fkey\"")},
    {"", "foreign_key_violation", "23503",
     "update or delete on table \"{table:identifier}\" violates foreign key constraint "
     "\"{constraint:identifier}\" on table \"{referencing:identifier}\"",
     recorded("update or delete on table \"orders\" violates foreign key constraint "
              "\"order_items_order_id_fkey\" on table \"order_items\"")},
    {"", "foreign_key_violation", "23001",
     "update or delete on table \"{table:identifier}\" violates RESTRICT setting of foreign key "
     "constraint \"{constraint:identifier}\" on table \"{referencing:identifier}\"",
     source_text("update or delete on table \"orders\" violates RESTRICT setting of foreign key "
                 "constraint \"i_fkey\" on table \"order_items\"")},
    {"", "foreign_key_violation", "23503",
     "removing partition \"{table:identifier}\" violates foreign key constraint "
     "\"{constraint:identifier}\"",
     source_text("removing partition \"orders_2026\" violates foreign key constraint \"i_fkey\"")},
    {"", "not_null_violation", "23502",
     "null value in column \"{column:identifier}\" of relation \"{table:identifier}\" violates "
     "not-null constraint",
     recorded(
         "null value in column \"email\" of relation \"customers\" violates not-null constraint")},
    {"", "not_null_violation", "23502",
     "null value in column \"{column:identifier}\" violates not-null constraint",
     source_text("null value in column \"email\" violates not-null constraint")},
    {"", "not_null_violation", "23502",
     "column \"{column:identifier}\" of relation \"{table:identifier}\" contains null values",
     recorded("column \"name\" of relation \"customers\" contains null values")},
    {"", "not_null_violation", "23502", "column \"{column:identifier}\" contains null values",
     source_text("column \"email\" contains null values")},
    {"", "not_null_violation", "23502", "domain {domain:identifier} does not allow null values",
     source_text("domain email does not allow null values")},
    {"", "check_violation", "23514",
     "new row for relation \"{table:identifier}\" violates check constraint "
     "\"{constraint:identifier}\"",
     recorded("new row for relation \"orders\" violates check constraint \"orders_total_check\"")},
    {"", "check_violation", "23514",
     "new row for relation \"{table:identifier}\" violates partition constraint",
     recorded("new row for relation \"events_2026\" violates partition constraint")},
    {"", "check_violation", "23514",
     "check constraint \"{constraint:identifier}\" of relation \"{table:identifier}\" is violated "
     "by some row",
     recorded("check constraint \"small\" of relation \"orders\" is violated by some row")},
    {"", "check_violation", "23514",
     "check constraint \"{constraint:identifier}\" is violated by some row",
     source_text("check constraint \"orders_total_check\" is violated by some row")},
    {"", "check_violation", "23514",
     "partition constraint of relation \"{table:identifier}\" is violated by some row",
     source_text("partition constraint of relation \"orders_2026\" is violated by some row")},
    {"", "check_violation", "23514",
     "updated partition constraint for default partition \"{table:identifier}\" would be violated "
     "by some row",
     source_text("updated partition constraint for default partition \"orders_rest\" would be "
                 "violated by some row")},
    {"", "check_violation", "23514",
     "no partition of relation \"{table:identifier}\" found for row",
     recorded("no partition of relation \"events\" found for row")},
    {"", "check_violation", "23514",
     "value for domain {domain:identifier} violates check constraint \"{constraint:identifier}\"",
     recorded("value for domain email violates check constraint \"email_check\"")},
    {"", "check_violation", "23514",
     "column \"{column:identifier}\" of table \"{table:identifier}\" contains values that violate "
     "the new constraint",
     source_text("column \"email\" of table \"customers\" contains values that violate the new "
                 "constraint")},
    {"", "exclusion_violation", "23P01",
     "conflicting key value violates exclusion constraint \"{constraint:identifier}\"",
     recorded("conflicting key value violates exclusion constraint \"no_overlap\"")},
    {"", "exclusion_violation", "23P01",
     "could not create exclusion constraint \"{constraint:identifier}\"",
     source_text("could not create exclusion constraint \"no_overlap\"")},
    {"", "row_security_violation", "42501",
     "new row violates row-level security policy {policy:identifier}",
     source_text("new row violates row-level security policy for table \"orders\"")},
    {"", "row_security_violation", "42501",
     "target row violates row-level security policy {policy:identifier}",
     source_text(
         "target row violates row-level security policy (USING expression) for table \"orders\"")},
    {"", "row_security_violation", "42501",
     "query would be affected by row-level security policy for table \"{table:identifier}\"",
     source_text("query would be affected by row-level security policy for table \"orders\"")},
    {"", "check_option_violation", "44000",
     "new row violates check option for view \"{view:identifier}\"",
     recorded("new row violates check option for view \"orders_checked\"")},
};

}  // namespace

std::span<const MessageRow> constraint_rows() {
  return kRows;
}

}  // namespace pgcounsel
