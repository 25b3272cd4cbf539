#include "advisors/rewrite/union_of_arms.h"

#include <algorithm>
#include <array>
#include <utility>

#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostTerms = 50;

// UNION finds copies by `=`, so a type must have one that finds a value equal to itself.
bool is_comparable(const OutputColumn& column) {
  constexpr std::array<std::string_view, 7> kOthers = {
      "numeric", "text", "character varying", "bytea", "interval", "time without time zone",
      "jsonb"};
  return equal_is_same(column) || std::ranges::find(kOthers, column.type) != kOthers.end();
}

// Keys that are the same to UNION only where they are the same row's.
bool is_keyed(const SqlContext& context, Node query, const std::vector<ShownColumn>& shown) {
  std::vector<ShownColumn> keys;
  for (const ShownColumn& column : shown) {
    if (!is_comparable(*column.column)) return false;
    if (equal_is_same(*column.column)) keys.push_back(column);
  }
  return tells_rows_apart(context, query, keys);
}

// `ORDER BY o.day` as `ORDER BY day`, the only name that a UNION has for it.
bool rename_order(const SqlContext& context, Node query, const std::vector<ShownColumn>& shown,
                  std::vector<TextEdit>& edits) {
  for (const Node item : query.list("sortClause")) {
    const Node node = item["node"];
    if (integer_constant(node) && node.is("A_Const")) continue;
    const ColumnUse use = context.names().resolve(node);
    if (!is_column(node) || use.column == nullptr || use.outer) return false;
    const auto found = std::ranges::find_if(shown, [&](const ShownColumn& column) {
      return column.entry == use.entry && column.column == use.column;
    });
    if (found == shown.end()) return false;
    if (std::ranges::count(shown, found->name, &ShownColumn::name) != 1) return false;
    if (column_table(node).empty() && column_name(node) == found->name) continue;
    edits.push_back({span_of(*context.statement.tree, node), identifier(found->name)});
  }
  return true;
}

bool is_filter_of(Node query, Node either) {
  if (!std::ranges::any_of(filters_of(query), [&](Node part) { return part == either; })) {
    return false;
  }
  Node at = either;
  while (at && at.field() != "quals" && at.field() != "whereClause") at = at.parent();
  return at.field() == "whereClause" || is_filtering_join(at.parent());
}

bool is_indexed(const SqlContext& context, Node column) {
  const ColumnHome home = is_column(column) ? home_of(context, column) : ColumnHome{};
  return home.table != nullptr && index_beginning_with(*home.table, home.column->name) != nullptr;
}

bool is_indexable(const SqlContext& context, Node part) {
  if (part.text("subLinkType") == "ANY_SUBLINK") return is_indexed(context, part["testexpr"]);
  if (part.text("subLinkType") == "EXISTS_SUBLINK") return true;
  const bool in = part.text("kind") == "AEXPR_IN" && operator_name(part) == "=";
  if (!in && (!is_comparison(part) || operator_name(part) == "<>" || operator_name(part) == "!=")) {
    return false;
  }
  const bool values = in ? std::ranges::all_of(part["rexpr"].list("items"), is_free_of_columns)
                         : is_free_of_columns(part["rexpr"]);
  return values && is_indexed(context, part["lexpr"]);
}

}  // namespace

std::optional<std::vector<TextEdit>> union_of_arms(const SqlContext& context, Node query,
                                                   Node either,
                                                   const std::vector<std::string>& arms) {
  if (query != context.root || !is_plain_select(query, {"sortClause"}) || arms.size() < 2) {
    return std::nullopt;
  }
  const auto shown = shown_columns(context, query);
  if (!shown || !is_filter_of(query, either) || !is_keyed(context, query, *shown)) {
    return std::nullopt;
  }
  const SyntaxTree& tree = *context.statement.tree;
  const TextSpan condition = with_brackets(tree, span_of(tree, either));
  const std::size_t begin = span_of(tree, query).begin, end = end_of_body(tree, query);
  if (begin > condition.begin || condition.end > end) return std::nullopt;
  const std::string head = tree.text().substr(begin, condition.begin - begin);
  const std::string tail = tree.text().substr(condition.end, end - condition.end);
  std::string others;
  for (std::size_t at = 1; at < arms.size(); ++at) {
    others += join({"\nUNION\n", head, arms[at], tail});
  }
  std::vector<TextEdit> edits{{condition, arms.front()}, {{end, end}, std::move(others)}};
  if (!rename_order(context, query, *shown, edits)) return std::nullopt;
  return edits;
}

NodeList alternatives_of(Node query) {
  NodeList found;
  const NodeList filters = filters_of(query);
  if (filters.size() > kMostTerms) return found;
  for (const Node part : filters) {
    const bool either = part.text("boolop") == "OR_EXPR" && disjuncts(part).size() <= kMostTerms;
    if (either) found.push_back(part);
  }
  return found;
}

bool is_served_by_index(const SqlContext& context, Node condition) {
  return std::ranges::any_of(conjuncts(condition),
                             [&](Node part) { return is_indexable(context, part); });
}

void leave_to_measure(Finding& finding) {
  finding.level = std::min(finding.level, Level::kLow);
  finding.caveats.push_back(
      "Without an index for each arm the UNION reads the tables once for each of them, and is "
      "slower than the OR: measure both.");
}

}  // namespace pgcounsel
