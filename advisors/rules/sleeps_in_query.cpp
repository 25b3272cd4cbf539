// pg_sleep().
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "sleeps_in_query",
    .level = Level::kMedium,
    .remedy = "Sleep in the application between transactions, without a connection.",
    .verify = "`pg_stat_activity` shows no session with wait_event `PgSleep`.",
    .rollback = "Put the call back.",
    .because = "the function does nothing but wait"};

void check(const SqlContext& context, Findings& findings) {
  for (const Node call : context.root.all("FuncCall")) {
    const std::string_view name = function_name(call);
    if (name != "pg_sleep" && name != "pg_sleep_for" && name != "pg_sleep_until") continue;
    add_finding(findings, context, kWords, call,
                join({name, " holds the connection while nothing happens"}), name);
  }
}

}  // namespace

Findings sleeps_in_query(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
