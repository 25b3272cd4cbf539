#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "parser/schema/ddl_step.h"
#include "parser/sql/output_name.h"

namespace pgcounsel {
namespace {

// PostgreSQL's rule: NULLs come last unless the order is descending or it is said otherwise.
bool nulls_first(Node element) {
  const std::string_view said = element.text("nulls_ordering");
  if (said == "SORTBY_NULLS_FIRST") return true;
  return said != "SORTBY_NULLS_LAST" && element.text("ordering") == "SORTBY_DESC";
}

// An index of a partitioned table is made on its partitions, too, under names of their own.
void give_to_partitions(Catalog& catalog, const CatalogTable& table, int depth) {
  constexpr int kDeepest = 16;
  if (table.kind != RelationKind::kPartitioned || depth > kDeepest) return;
  for (CatalogTable* child : children_of(catalog, table)) {
    take_indexes(*child, table);
    give_to_partitions(catalog, *child, depth + 1);
  }
}

}  // namespace

IndexKey index_key(const DdlStep& step, Node element) {
  IndexKey key;
  key.column = element.text("name");
  if (key.column.empty()) key.expression = expression_text(step, element["expr"]);
  key.opclass = element.last_name("opclass");
  key.collation = element.last_name("collation");
  key.descending = element.text("ordering") == "SORTBY_DESC";
  key.nulls_first = nulls_first(element);
  return key;
}

std::string name_part(Node element) {
  if (element.has("name")) return std::string(element.text("name"));
  const std::string_view name = output_name(element["expr"]);
  return std::string(name == kNoOutputName ? "expr" : name);
}

void create_index(const DdlStep& step) {
  CatalogTable* table = table_of(step, step.statement["relation"]);
  if (table == nullptr) return;
  CatalogIndex index;
  index.method = step.statement.text("accessMethod");
  std::vector<std::string> parts;
  for (const Node element : step.statement.list("indexParams")) {
    index.keys.push_back(index_key(step, element));
    parts.push_back(name_part(element));
  }
  for (const Node element : step.statement.list("indexIncludingParams")) {
    index.included.push_back(name_part(element));
    parts.push_back(name_part(element));
  }
  index.predicate = expression_text(step, step.statement["whereClause"]);
  index.unique = step.statement.flag("unique");
  index.name = step.statement.text("idxname");
  const auto same_name = std::ranges::find(table->indexes, index.name, &CatalogIndex::name);
  if (same_name != table->indexes.end()) return;
  if (index.name.empty()) index.name = made_index_name(*table, parts);
  table->indexes.push_back(std::move(index));
  if (step.statement["relation"].flag("inh")) give_to_partitions(step.catalog, *table, 0);
}

}  // namespace pgcounsel
