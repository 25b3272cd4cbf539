// A row security policy that calls a function for every row.
#include <algorithm>
#include <array>

#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "policy_function_per_row",
    .level = Level::kMedium,
    .remedy = "",
    .verify =
        "`EXPLAIN (ANALYZE)` of a query of the table, as a role that the policy is for: the call "
        "stands in an InitPlan, which runs once.",
    .rollback = "`ALTER POLICY` with the old expression.",
    .because =
        "the call has no column of the row among its arguments, and stands outside of a subquery"};

// Functions of this schema that tell who asks: STABLE, in SQL or PL/pgSQL.
constexpr std::array<std::string_view, 4> kAuth = {"email", "jwt", "role", "uid"};

bool is_slow_function(Node call, const Catalog& catalog) {
  const std::string_view name = function_name(call);
  const auto names = call.names("funcname");
  const std::string_view schema = names.size() < 2 ? std::string_view{} : names[names.size() - 2];
  if (schema == "auth" && std::ranges::find(kAuth, name) != kAuth.end()) return true;
  const auto known = catalog.functions(schema, name);
  return !known.empty() && std::ranges::all_of(known, [](const CatalogFunction* function) {
    return function->volatility == Volatility::kStable && !function->returns_set;
  });
}

bool depends_on_row(Node call) {
  return !call.all("ColumnRef").empty();
}

void check_expression(const SqlContext& context, Node expression, Findings& findings) {
  for (const Node call : expression.all("FuncCall")) {
    if (is_in_subquery(call, expression) || depends_on_row(call)) continue;
    const bool setting = function_name(call) == "current_setting";
    if (!setting && !is_slow_function(call, context.catalog())) continue;
    const std::string table = relation_words(context.root["table"]);
    const std::string text = plain_text(text_of(*context.statement.tree, call));
    Finding& finding =
        add_finding(findings, context, kWords, call,
                    join({"policy ", context.root.text("policy_name"), " on ", table, " calls ",
                          function_name(call), "() for every row"}),
                    join({table, "/", context.root.text("policy_name"), "/", function_name(call)}));
    finding.remedy.text = join(
        {"Write `(SELECT ", text, ")` instead of `", text, "`: it is called once for a query."});
    if (setting) finding.level = Level::kLow;
  }
}

void check(const SqlContext& context, Findings& findings) {
  const Node root = context.root;
  if (!root.is("CreatePolicyStmt") && !root.is("AlterPolicyStmt")) return;
  check_expression(context, root["qual"], findings);
}

}  // namespace

Findings policy_function_per_row(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
