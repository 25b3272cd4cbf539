// attrs->>'key' = ...
#include <algorithm>

#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "jsonb_arrow_filter",
    .level = Level::kLow,
    .remedy =
        "Make an index on the expression as it stands in the query: `CREATE INDEX CONCURRENTLY ON "
        "t ((column->>'key'))`.",
    .verify = "`EXPLAIN (ANALYZE, BUFFERS)`: an index scan in place of the filter.",
    .rollback = "`DROP INDEX CONCURRENTLY` of the new index.",
    .confidence = Confidence::kMedium,
    .because =
        "no index of the column itself serves `->>`; how many rows are left by the other "
        "conditions is not known here"};

// `column->>'key'`, also below further arrows.
Node arrow_of(Node side) {
  side = without_casts(side);
  const bool arrow = is_operator(side, "->>") || is_operator(side, "#>>");
  return arrow && is_free_of_columns(side["rexpr"]) ? side : Node{};
}

Node column_below(Node arrow) {
  Node at = arrow["lexpr"];
  while (is_operator(at, "->") || is_operator(at, "#>")) at = at["lexpr"];
  return is_column(at) ? at : Node{};
}

const CatalogIndex* gin_on(const CatalogTable* table, std::string_view column) {
  if (table == nullptr) return nullptr;
  const auto found = std::ranges::find_if(table->indexes, [&](const CatalogIndex& index) {
    return index.method == "gin" &&
           std::ranges::find(index.keys, column, &IndexKey::column) != index.keys.end();
  });
  return found == table->indexes.end() ? nullptr : &*found;
}

void report(const SqlContext& context, Node filter, Node arrow, Findings& findings) {
  const Node column = column_below(arrow);
  const Node relation = column ? relation_of(column) : Node{};
  if (!relation || cte_query(relation) || is_known_small(context, relation)) return;
  const ColumnHome home = home_of(context, column);
  if (home.table != nullptr &&
      (has_index_on(*home.table, arrow) || has_index_on(*home.table, filter["lexpr"])))
    return;
  const std::string name = column_title(context, column);
  const CatalogIndex* const gin = gin_on(home.table, column_name(column));
  const std::string rest = gin == nullptr
                               ? "it needs an index on the expression"
                               : join({gin->name, " does not serve ", operator_name(arrow)});
  Finding& finding = add_finding(findings, context, kWords, filter,
                                 join({"Filter on a key of jsonb ", name, ": ", rest}), name);
  if (gin != nullptr) finding.level = Level::kMedium;
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    for (const Node filter : conditions_of(query)) {
      const bool in = filter.text("kind") == "AEXPR_IN" && operator_name(filter) == "=";
      if (!in && !is_operator(filter, "=")) continue;
      const Node left = arrow_of(filter["lexpr"]), right = in ? Node{} : arrow_of(filter["rexpr"]);
      const Node value = filter[left ? "rexpr" : "lexpr"];
      if ((left || right) && is_free_of_columns(value))
        report(context, filter, left ? left : right, findings);
    }
  }
}

}  // namespace

Findings jsonb_arrow_filter(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
