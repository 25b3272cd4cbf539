// Roles and databases, which stand last: they share words with rows above.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"refused", "role_missing", "28000", "role \"{role:identifier}\" does not exist",
     recorded("role \"no_such_role\" does not exist")},
    {"refused", "database_missing", "3D000", "database \"{database:identifier}\" does not exist",
     recorded("database \"no_such_db\" does not exist")},
};

}  // namespace

std::span<const MessageRow> role_rows() {
  return kRows;
}

}  // namespace pgcounsel
