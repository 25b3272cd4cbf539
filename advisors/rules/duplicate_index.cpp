// An index that another one makes superfluous.
#include <algorithm>

#include "advisors/sql/column_def.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "duplicate_index",
    .level = Level::kMedium,
    .remedy = "Leave this CREATE INDEX out.",
    .verify =
        "`EXPLAIN` of the queries that were to use the index: they use the other one at about the "
        "same cost.",
    .rollback = "`CREATE INDEX CONCURRENTLY` of the index that was left out.",
    .because =
        "both indexes have the same method, the same condition, and the same columns or the first "
        "of them"};

bool same_key(const IndexKey& a, const IndexKey& b) {
  return a.column == b.column && a.expression == b.expression && a.opclass == b.opclass &&
         a.collation == b.collation && a.descending == b.descending &&
         a.nulls_first == b.nulls_first;
}

bool begins_with(const CatalogIndex& index, const CatalogIndex& start) {
  return start.keys.size() <= index.keys.size() &&
         std::equal(start.keys.begin(), start.keys.end(), index.keys.begin(), same_key);
}

bool has_column(const CatalogIndex& index, const std::string& column) {
  return std::ranges::find(index.included, column) != index.included.end() ||
         std::ranges::any_of(index.keys, [&](const IndexKey& key) { return key.column == column; });
}

// Everything that `less` can do, `more` can do: only a B-tree is good for its first columns.
bool covers(const CatalogIndex& more, const CatalogIndex& less) {
  if (more.method != less.method || more.predicate != less.predicate || !more.valid) return false;
  if (!begins_with(more, less)) return false;
  const bool equal = more.keys.size() == less.keys.size();
  if (!equal && more.method != "btree") return false;
  if (less.unique && !(equal && more.unique)) return false;
  return std::ranges::all_of(less.included,
                             [&](const std::string& column) { return has_column(more, column); });
}

// The index of the statement: by its name, else the last one with just its columns.
const CatalogIndex* made_by(Node root, const CatalogTable& table) {
  const NodeList elements = root.list("indexParams");
  const auto is_it = [&](const CatalogIndex& index) {
    if (!root.text("idxname").empty()) return index.name == root.text("idxname");
    return index.keys.size() == elements.size() && !index.of_constraint &&
           std::equal(elements.begin(), elements.end(), index.keys.begin(),
                      [](Node element, const IndexKey& key) {
                        return !key.column.empty() && element.text("name") == key.column;
                      });
  };
  const auto found = std::find_if(table.indexes.rbegin(), table.indexes.rend(), is_it);
  return found == table.indexes.rend() ? nullptr : &*found;
}

Finding& add(const SqlContext& context, const CatalogIndex& mine, std::string_view words,
             const CatalogIndex& other, Findings& findings) {
  const std::string table = relation_words(context.root["relation"]);
  return add_finding(findings, context, kWords, {},
                     join({"index ", mine.name, " on ", table, words, other.name}),
                     join({table, "/", mine.name, "/", other.name}));
}

// Another one does what the new one is for; of two new ones that are the same the later is at
// fault.
bool add_superfluous(const SqlContext& context, const CatalogTable& table, const CatalogIndex& mine,
                     Findings& findings) {
  for (const CatalogIndex& other : table.indexes) {
    const bool same = covers(mine, other);
    if (&other == &mine || !covers(other, mine)) continue;
    if (same && &other > &mine && !other.of_constraint) continue;
    const bool equal = other.keys.size() == mine.keys.size();
    Finding& finding =
        add(context, mine, same ? " is the same as " : " is covered by ", other, findings);
    if (!equal) finding.level = Level::kLow;
    return true;
  }
  return false;
}

// The new one does what an old one is for.
void add_covered(const SqlContext& context, const CatalogTable& table, const CatalogIndex& mine,
                 Findings& findings) {
  const CatalogTable* const old = table_of(*context.review.before, context.root["relation"]);
  for (const CatalogIndex& other : table.indexes) {
    const bool is_old = old != nullptr && std::ranges::any_of(old->indexes, [&](const auto& index) {
                          return index.name == other.name;
                        });
    if (!is_old || other.of_constraint || other.unique || !covers(mine, other)) continue;
    Finding& finding = add(context, mine, " covers ", other, findings);
    finding.level = Level::kLow;
    finding.remedy = {"sql", join({"DROP INDEX CONCURRENTLY ", quoted(other.name), ";"})};
    finding.rollback = "`CREATE INDEX CONCURRENTLY` of the index that was dropped.";
  }
}

void check(const SqlContext& context, Findings& findings) {
  if (!context.root.is("IndexStmt")) return;
  const CatalogTable* const table = table_of(context.catalog(), context.root["relation"]);
  const CatalogIndex* const mine = table == nullptr ? nullptr : made_by(context.root, *table);
  if (mine == nullptr || mine->of_constraint) return;
  if (!add_superfluous(context, *table, *mine, findings)) {
    add_covered(context, *table, *mine, findings);
  }
}

}  // namespace

Findings duplicate_index(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
