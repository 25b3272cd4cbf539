// LIMIT without ORDER BY.
#include <algorithm>
#include <string>
#include <vector>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "limit_without_order",
    .level = Level::kLow,
    .remedy = "Add an ORDER BY that ends with a unique column, and an index on these columns.",
    .verify = "The same call twice, with other writes between, gives the same rows.",
    .rollback = "Take the ORDER BY away.",
    .confidence = Confidence::kMedium,
    .because = "the order is not said; whether any rows will do only the author knows"};

// `x = value` for columns that tell rows apart, by the catalogue or by their usual names.
bool pins_one_row(const SqlContext& context, Node select) {
  std::vector<std::string> pinned;
  const CatalogTable* table = nullptr;
  for (const Node part : filters_of(select)) {
    if (!is_operator(part, "=")) continue;
    for (const auto& [column, value] :
         {std::pair(part["lexpr"], part["rexpr"]), std::pair(part["rexpr"], part["lexpr"])}) {
      if (!is_column(column) || !is_free_of_columns(value)) continue;
      const std::string_view name = column_name(column);
      if (name == "id" || name == "uuid" || name == "oid") return true;
      pinned.emplace_back(name);
      const ColumnHome home = home_of(context, column);
      if (home.table != nullptr) table = home.table;
    }
  }
  return table != nullptr && table->is_unique(pinned);
}

// Only whether there is a row, or rows whichever they are.
bool takes_any(Node select) {
  const NodeList targets = select.list("targetList");
  if (std::ranges::all_of(targets, [](Node target) {
        return is_free_of_columns(target["val"]) && !has_aggregate(target["val"]);
      }))
    return true;
  const NodeList locks = select.list("lockingClause");
  if (std::ranges::any_of(locks,
                          [](Node lock) { return lock.text("waitPolicy") == "LockWaitSkip"; }))
    return true;
  const Node link = select.parent();
  return link.is("SubLink") && link.text("subLinkType") != "EXPR_SUBLINK" &&
         link.text("subLinkType") != "ARRAY_SUBLINK";
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : selects_of(context.root)) {
    const Node limit = select["limitCount"];
    if (!limit || is_null_constant(limit) || select.has("sortClause")) continue;
    const auto count = integer_constant(limit);
    const NodeList tables = own_nodes(select, "RangeVar");
    if ((count && *count == 0) || tables.empty() || tables.front().field() == "lockedRels")
      continue;
    if (std::ranges::any_of(tables, [](Node table) { return static_cast<bool>(cte_query(table)); }))
      continue;
    const bool aggregate = !select.has("groupClause") &&
                           std::ranges::any_of(select.list("targetList"), [](Node target) {
                             return has_aggregate(target["val"]);
                           });
    if (aggregate || takes_any(select) || has_ordered_subquery(select) ||
        pins_one_row(context, select))
      continue;
    const std::string name = relation_words(tables.front());
    const Node at = select == context.root ? Node{} : select;
    Finding& finding = add_finding(
        findings, context, kWords, at,
        join({"LIMIT without ORDER BY on ", name, ": which rows come is not determined"}), name);
    if (count && *count == 1) finding.level = Level::kInfo;
  }
}

}  // namespace

Findings limit_without_order(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
