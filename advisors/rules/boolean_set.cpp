// `SET a = 1 AND b = 2`, which is one assignment.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "boolean_set",
    .level = Level::kHigh,
    .remedy =
        "Put a comma where the AND stands: `SET a = …, b = …`. Where a truth value is meant, put "
        "brackets around it.",
    .verify =
        "The statement with RETURNING in a transaction that is rolled back shows both columns.",
    .rollback = "Nothing to undo: the statement has not run yet.",
    .because = "an AND stands between a value and what looks like the next assignment"};

// The first thing that looks like an assignment behind an AND.
Node next_assignment(Node value) {
  if (!value.is("BoolExpr") || value.text("boolop") != "AND_EXPR") return {};
  const NodeList parts = value.list("args");
  if (!is_constant(parts.front()) && !is_parameter(parts.front())) return {};
  for (const Node part : parts) {
    if (is_operator(part, "=") && is_column(part["lexpr"])) return part;
  }
  return {};
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node target : context.root.all("ResTarget")) {
    const Node owner = target.parent();
    if (target.field() != "targetList" || !(owner.is("UpdateStmt") || owner.is("OnConflictClause")))
      continue;
    const Node other = next_assignment(target["val"]);
    if (!other) continue;
    const Node query = owner.is("UpdateStmt") ? owner : owner.parent();
    const std::string_view column = target.text("name");
    add_finding(
        findings, context, kWords, target["val"],
        join({"AND between assignments of ", relation_words(query["relation"]), ": ", column,
              " gets a truth value, ", column_name(other["lexpr"]), " stays as it is"}),
        column);
  }
}

}  // namespace

Findings boolean_set(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
