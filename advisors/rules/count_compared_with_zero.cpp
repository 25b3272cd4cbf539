// `(SELECT count(*) FROM ...) > 0`.
#include "advisors/rewrite/matched_text.h"
#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/volatility.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "count_compared_with_zero",
    .level = Level::kMedium,
    .remedy = "Ask with EXISTS: it stops at the first row, and can be done as a semi-join.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the aggregate is gone; a semi-join or anti-join, or "
        "a sub-plan that reads one row, has its place.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "a count is never NULL, and is compared with nothing but zero"};

// EXISTS, NOT EXISTS or, for other comparisons, nothing. The count stands left.
std::string_view question_of(std::string_view comparison, long number) {
  if (number == 0 && (comparison == ">" || comparison == "<>" || comparison == "!="))
    return "EXISTS ";
  if (number == 1 && comparison == ">=") return "EXISTS ";
  if (number == 0 && (comparison == "=" || comparison == "<=")) return "NOT EXISTS ";
  return number == 1 && comparison == "<" ? "NOT EXISTS " : std::string_view{};
}

std::string_view mirrored(std::string_view comparison) {
  if (comparison == "<") return ">";
  if (comparison == ">") return "<";
  if (comparison == "<=") return ">=";
  return comparison == ">=" ? "<=" : comparison;
}

// Whether the count is of all rows: count(*), or of a constant or a column that is never NULL.
bool counts_rows(const SqlContext& context, Node call) {
  if (function_name(call) != "count" || call["over"] || call.has("agg_filter") ||
      call.flag("agg_distinct") || call.names("funcname").size() != 1) {
    return false;
  }
  const NodeList args = call.list("args");
  if (call.flag("agg_star")) return true;
  return args.size() == 1 && (args[0].is("A_Const") || is_column(args[0])) &&
         context.names().is_not_null(args[0]) && !context.names().resolve(args[0]).outer;
}

// The select list of a query that does nothing but count the rows of its FROM and WHERE.
Node counted(const SqlContext& context, Node query) {
  constexpr std::string_view kOthers[] = {"groupClause", "havingClause", "distinctClause",
                                          "limitCount",  "limitOffset",  "lockingClause",
                                          "withClause",  "windowClause", "sortClause"};
  for (const std::string_view field : kOthers) {
    if (query.has(field)) return {};
  }
  const NodeList targets = query.list("targetList");
  const bool plain = query.is("SelectStmt") && query.text("op") == "SETOP_NONE" &&
                     query.has("fromClause") && targets.size() == 1;
  return plain && counts_rows(context, targets[0]["val"]) ? targets[0] : Node{};
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node node : context.root.all("A_Expr")) {
    if (!is_comparison(node)) continue;
    const bool left = node["lexpr"].is("SubLink");
    const Node link = left ? node["lexpr"] : node["rexpr"];
    const Node value = left ? node["rexpr"] : node["lexpr"];
    const auto number = value.is("A_Const") ? integer_constant(value) : std::nullopt;
    if (link.text("subLinkType") != "EXPR_SUBLINK" || !number) continue;
    const std::string_view name = operator_name(node);
    const std::string_view question = question_of(left ? name : mirrored(name), *number);
    const Node target = counted(context, link["subselect"]);
    if (question.empty() || !target) continue;
    const bool alone = question == "EXISTS " || stands_alone(node);
    const TextSpan whole = span_of(tree, node), query = span_of(tree, link);
    const NodeList relations = relations_of(link["subselect"].list("fromClause").front());
    const std::string table = relations.empty() ? std::string() : relation_words(relations.front());
    add_rewrite(findings, context, kWords, node,
                join({"Rows", table.empty() ? "" : " of ", table,
                      " are counted to know whether "
                      "there is one"}),
                table,
                {{{whole.begin, query.begin}, join({alone ? "" : "(", question})},
                 {span_of(tree, target), "1"},
                 {{query.end, whole.end}, alone ? "" : ")"}},
                {nothing_volatile(context, link["subselect"])});
  }
}

}  // namespace

Findings count_compared_with_zero(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
