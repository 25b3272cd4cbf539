// `column = value OR column IN (SELECT ...)`.
#include <algorithm>
#include <vector>

#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/union_of_arms.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "or_with_subquery",
    .level = Level::kMedium,
    .remedy =
        "Ask twice and take the UNION: each arm can use its own index, and the subquery becomes a "
        "join. A subquery under OR is a filter over all rows of the table.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the Seq Scan with a SubPlan in its filter becomes index "
        "scans and a join.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "a key of the rows is shown, so that UNION takes away only what both arms give",
    .caveat = "Where the arms give most rows of the table, one scan with the OR is cheaper."};

constexpr std::size_t kMostArms = 4;

std::string alternatives(const SyntaxTree& tree, const NodeList& parts) {
  std::string text;
  for (const Node part : parts) {
    text += join({text.empty() ? "" : " OR ", text_of(tree, part)});
  }
  return parts.size() == 1 ? text : join({"(", text, ")"});
}

// `IN (SELECT ...)` or `EXISTS (...)`, alone or with further conditions.
bool asks_subquery(Node part) {
  return std::ranges::any_of(conjuncts(part), [](Node one) {
    const std::string_view type = one.text("subLinkType");
    return type == "EXISTS_SUBLINK" || (type == "ANY_SUBLINK" && !one.has("operName"));
  });
}

void check_either(const SqlContext& context, Findings& findings, Node query, Node either) {
  const SyntaxTree& tree = *context.statement.tree;
  NodeList plain;
  std::vector<std::string> arms;
  bool served = true;
  for (const Node part : disjuncts(either)) {
    served = served && is_served_by_index(context, part);
    if (part.all("SubLink").empty()) {
      plain.push_back(part);
      continue;
    }
    if (!asks_subquery(part)) return;
    arms.emplace_back(as_operand(tree, part));
  }
  if (arms.empty()) return;
  if (!plain.empty()) arms.insert(arms.begin(), alternatives(tree, plain));
  if (arms.size() > kMostArms) return;
  auto edits = union_of_arms(context, query, either, arms);
  if (!edits) return;
  const std::string table = relation_words(query.all("RangeVar").front());
  const bool added =
      add_rewrite(findings, context, kWords, either,
                  "A subquery under OR is a filter over all rows", table, std::move(*edits),
                  {{Proof::kHolds,
                    "columns that tell the rows apart are shown, of types that UNION compares",
                    {}},
                   nothing_volatile(context, query)});
  if (added && !served) leave_to_measure(findings.back());
}

void check(const SqlContext& context, Findings& findings) {
  if (!context.root.is("SelectStmt")) return;
  for (const Node either : alternatives_of(context.root)) {
    check_either(context, findings, context.root, either);
  }
}

}  // namespace

Findings or_with_subquery(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
