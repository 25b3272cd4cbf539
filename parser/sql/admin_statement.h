// Whether a statement changes the schema, settings or statistics: what a deployment or somebody's
// hand does, not an application's daily work. Told from the first words of its statements alone.
#pragma once
#include <cstdint>
#include <string_view>

namespace pgcounsel {

enum class AdminStatement : std::uint8_t {
  kNone,  // also CREATE TEMPORARY TABLE, which applications do all day
  kCreate,
  kAlter,
  kDrop,
  kReindex,
  kCluster,
  kTruncate,
  kRefresh,
  kVacuum,
  kAnalyze,
};

// Of a message of several statements the first that is one.
AdminStatement admin_statement_of(std::string_view sql);
// Whether all of them that are one are CREATE … IF NOT EXISTS, which does nothing where what it
// names is there.
bool only_creates_missing(std::string_view sql);

std::string_view name_of(AdminStatement statement);  // "CREATE", empty for kNone
// VACUUM and ANALYZE change what the planner knows, all others what is there.
bool changes_schema(AdminStatement statement);

}  // namespace pgcounsel
