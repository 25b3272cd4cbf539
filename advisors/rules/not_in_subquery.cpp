// `a NOT IN (SELECT b ...)` where neither can be NULL.
#include <algorithm>

#include "advisors/rewrite/matched_text.h"
#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/volatility.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "not_in_subquery",
    .level = Level::kMedium,
    .remedy =
        "Ask with NOT EXISTS: the planner makes an anti-join of it, which it never does of NOT "
        "IN (before version 19).",
    .verify =
        "`EXPLAIN` of both forms: `NOT (hashed SubPlan)` or `NOT (SubPlan)` becomes an Anti "
        "Join.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "neither side can be NULL"};

constexpr int kDoneByPlanner = 190000;

// A query of one column of its own FROM, with nothing but a WHERE.
bool is_plain(Node query) {
  constexpr std::string_view kOthers[] = {
      "groupClause",   "havingClause", "distinctClause", "limitCount", "limitOffset",
      "lockingClause", "withClause",   "windowClause",   "sortClause", "valuesLists"};
  for (const std::string_view field : kOthers) {
    if (query.has(field)) return false;
  }
  const NodeList targets = query.list("targetList");
  return query.is("SelectStmt") && query.text("op") == "SETOP_NONE" && query.has("fromClause") &&
         targets.size() == 1 && is_column(targets[0]["val"]);
}

bool is_tested(Node query, Node column) {
  return std::ranges::any_of(conjuncts(query["whereClause"]), [&](Node part) {
    return part.is("NullTest") && part.text("nulltesttype") == "IS_NOT_NULL" &&
           is_column(part["arg"]) && column_words(part["arg"]) == column_words(column);
  });
}

// Whether a name of the outer query means something else inside of the subquery.
bool is_captured(const SqlContext& context, Node query, Node outer) {
  const QueryScope* const scope = context.names().scope_of(query);
  if (scope == nullptr) return true;
  const ColumnUse use = context.names().resolve(outer);
  const bool written = !column_table(outer).empty();
  if (!written && use.entry == nullptr) return true;
  const std::string_view table = written ? column_table(outer) : use.entry->name;
  return std::ranges::find(scope->entries, table, &RangeEntry::name) != scope->entries.end();
}

void check_test(const SqlContext& context, Findings& findings, Node negation, Node link) {
  const Node outer = link["testexpr"], query = link["subselect"];
  if (!is_column(outer) || !is_plain(query)) return;
  const Node inner = query.list("targetList").front()["val"];
  const ColumnUse use = context.names().resolve(inner);
  if (use.outer || use.entry == nullptr || !context.names().is_not_null(outer)) return;
  if (!context.names().is_not_null(inner) && !is_tested(query, inner)) return;
  const std::string left = qualified(context, outer), right = qualified(context, inner);
  if (left.empty() || right.empty() || is_captured(context, query, outer)) return;

  const SyntaxTree& tree = *context.statement.tree;
  const TextSpan whole = span_of(tree, negation), list = span_of(tree, query.list("targetList")[0]);
  const std::size_t end = end_before(tree, span_of(tree, link).end - 1);
  const std::size_t select = end_before(tree, list.begin);  // behind SELECT
  const bool alone = stands_alone(negation);
  std::vector<TextEdit> edits{
      {{whole.begin, select}, join({alone ? "" : "(", "NOT EXISTS (SELECT"})}, {list, "1"}};
  const Node where = query["whereClause"];
  if (where) {
    const TextSpan condition = with_brackets(tree, span_of(tree, where));
    const bool either = where.text("boolop") == "OR_EXPR" && condition == span_of(tree, where);
    if (either) edits.push_back({{condition.begin, condition.begin}, "("});
    edits.push_back({{end, end}, join({either ? ")" : "", " AND ", left, " = ", right})});
  } else {
    edits.push_back({{end, end}, join({" WHERE ", left, " = ", right})});
  }
  if (!alone) edits.push_back({{whole.end, whole.end}, ")"});
  add_rewrite(findings, context, kWords, negation,
              join({column_words(outer), " NOT IN (subquery) cannot be an anti-join"}),
              column_words(outer), std::move(edits),
              {{Proof::kHolds, join({left, " and ", right, " are never NULL"}), {}},
               nothing_volatile(context, query)});
}

void check(const SqlContext& context, Findings& findings) {
  if (context.review.server_version >= kDoneByPlanner) return;
  for (const Node node : context.root.all("BoolExpr")) {
    if (node.text("boolop") != "NOT_EXPR") continue;
    const Node link = node.list("args").front();
    const bool in = link.text("subLinkType") == "ANY_SUBLINK" && !link.has("operName");
    if (in) check_test(context, findings, node, link);
  }
}

}  // namespace

Findings not_in_subquery(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
