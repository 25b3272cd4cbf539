// `= NULL`.
#include <algorithm>
#include <utility>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"
#include "parser/sql/node_span.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "comparison_with_null",
    .level = Level::kHigh,
    .remedy =
        "Say `IS NULL` (or `IS NOT NULL` for `<>`); for a value that may be NULL, `IS NOT DISTINCT "
        "FROM`.",
    .verify = "`SELECT count(*)` with the old and the new condition: the old one counts no row.",
    .rollback = "Put the old condition back; no data changes by it.",
    .because = "a comparison with NULL gives NULL whatever the other side is",
    .caveat = "The mended query gives other rows: this changes the result on purpose."};

// `NULL IS NULL OR x = NULL`: a filter that a template left out.
bool is_left_out(Node comparison) {
  if (!comparison.parent().is("BoolExpr")) return false;
  return std::ranges::any_of(comparison.parent().list("args"), [](Node arm) {
    return arm.is("NullTest") && is_null_constant(arm["arg"]);
  });
}

// The statement with IS NULL in place of the comparison.
std::string mended(const SqlContext& context, Node comparison, Node other, bool equal) {
  if (!context.statement.inserted.empty()) return {};  // it has not the file's own parameters
  const SyntaxTree& tree = *context.statement.tree;
  const TextSpan span = span_of(tree, comparison);
  const std::string_view operand = text_of(tree, other);
  const std::string_view text = tree.text();
  if (span.begin == span.end || operand.empty()) return {};
  std::string sql = join({text.substr(0, span.begin), operand, equal ? " IS NULL" : " IS NOT NULL",
                          text.substr(span.end)});
  return SyntaxTree::parse(sql) ? sql : std::string();
}

void report(const SqlContext& context, Node comparison, Findings& findings) {
  const Node left = comparison["lexpr"], right = comparison["rexpr"];
  const Node other = is_null_constant(right) ? left : right;
  if (!(is_null_constant(left) || is_null_constant(right)) || is_free_of_columns(other)) return;
  if (is_left_out(comparison)) return;
  const NodeList columns = other.all("ColumnRef");
  const std::string name = columns.empty() ? "a subquery" : column_title(context, columns.front());
  const std::string_view sign = operator_name(comparison);
  const bool equal = sign == "=", unequal = sign == "<>" || sign == "!=";
  Finding& finding =
      add_finding(findings, context, kWords, comparison,
                  join({"Comparison with NULL is never true: ", name, " ", sign, " NULL",
                        equal     ? " wants IS NULL"
                        : unequal ? " wants IS NOT NULL"
                                  : ""}),
                  name);
  constexpr std::size_t kMostRewritten = 3;
  if ((!equal && !unequal) || findings.size() > kMostRewritten) return;
  std::string sql = mended(context, comparison, other, equal);
  if (!sql.empty()) finding.rewrite = Rewrite{std::move(sql), {}, true};
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    for (const Node node : own_nodes(query, "A_Expr")) {
      if (is_comparison(node)) report(context, node, findings);
    }
  }
}

}  // namespace

Findings comparison_with_null(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
