// OFFSET over whole rows, where an index has all that decides which rows they are.
#include <algorithm>

#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "offset_of_wide_rows",
    .level = Level::kLow,
    .remedy =
        "Skip in the index and read only the rows of the page: choose their keys in a subquery, "
        "with the same order, LIMIT and OFFSET. Paging by key, without OFFSET, is better by far "
        "where the callers allow it.",
    .verify =
        "`EXPLAIN (ANALYZE, BUFFERS)` of both forms for a late page: an Index Only Scan skips, "
        "with few heap fetches, and the rows of the page are looked up.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the order is total, so that both forms choose the same rows",
    .caveat =
        "The gain is about 1.5 times, and needs a table that VACUUM keeps marked as all visible; "
        "of the first pages the old form is as fast."};

constexpr long kDeep = 100;
constexpr std::size_t kMostNodes = 1000;

bool skips_many(Node query) {
  const Node offset = query["limitOffset"], limit = query["limitCount"];
  if (!offset || !limit || is_null_constant(limit) || is_null_constant(offset)) return false;
  if (query.text("limitOption") == "LIMIT_OPTION_WITH_TIES") return false;
  const auto rows = integer_constant(offset);
  return rows ? *rows >= kDeep : is_parameter(offset);
}

// Columns of the table in a part of the query; nothing where a name is of something else.
std::optional<std::vector<std::string>> columns_in(const SqlContext& context, const NodeList& parts,
                                                   const RangeEntry& entry) {
  std::vector<std::string> columns;
  for (const Node part : parts) {
    for (const Node column : part.all("ColumnRef")) {
      const ColumnUse use = context.names().resolve(column);
      // A name of the select list may stand for another column.
      if (use.entry != &entry || use.column == nullptr || use.column->name != column_name(column)) {
        return std::nullopt;
      }
      columns.push_back(use.column->name);
    }
  }
  return columns;
}

bool holds(const CatalogIndex& index, const std::string& column) {
  return std::ranges::any_of(index.keys,
                             [&](const IndexKey& key) { return key.column == column; }) ||
         std::ranges::find(index.included, column) != index.included.end();
}

// An index that gives the order, and has all columns of the subquery.
const CatalogIndex* serving(const CatalogTable& table, const std::vector<std::string>& order,
                            const std::vector<std::string>& all) {
  for (const CatalogIndex& index : table.indexes) {
    if (!index.valid || index.method != "btree" || !index.predicate.empty()) continue;
    if (!std::ranges::all_of(all, [&](const auto& column) { return holds(index, column); }))
      continue;
    const auto found = std::ranges::find(index.keys, order.front(), &IndexKey::column);
    if (index.keys.end() - found < static_cast<std::ptrdiff_t>(order.size())) continue;
    if (std::ranges::equal(
            order, std::ranges::subrange(found, found + static_cast<std::ptrdiff_t>(order.size())),
            {}, {}, &IndexKey::column)) {
      return &index;
    }
  }
  return nullptr;
}

// The columns of the order that are a key: the fewest of its end.
std::vector<std::string> key_in(const CatalogTable& table, const std::vector<std::string>& order) {
  for (const CatalogIndex& index : table.indexes) {
    std::vector<std::string> key;
    for (const IndexKey& part : index.keys) key.push_back(part.column);
    const bool ordered = std::ranges::all_of(key, [&](const auto& column) {
      return !column.empty() && std::ranges::find(order, column) != order.end();
    });
    if (index.unique && ordered && table.is_unique(key)) return key;
  }
  return {};
}

// Columns in one direction, as an index gives them.
bool is_plain_order(Node query) {
  const NodeList items = query.list("sortClause");
  return std::ranges::all_of(items, [&](Node item) {
    return is_column(item["node"]) && !item.has("useOp") &&
           item.text("sortby_nulls") == "SORTBY_NULLS_DEFAULT" &&
           item.text("sortby_dir") == items.front().text("sortby_dir");
  });
}

// What the page is chosen by, where an index has it.
struct Choice {
  std::vector<std::string> key;
  const CatalogIndex* index = nullptr;
};

std::optional<Choice> choice_of(const SqlContext& context, Node query, const RangeEntry& entry) {
  const Node where = query["whereClause"];
  if (!is_plain_order(query) || !has_total_order(context, query) ||
      where.all().size() > kMostNodes || !where.all("SubLink").empty()) {
    return std::nullopt;
  }
  const auto order = columns_in(context, query.list("sortClause"), entry);
  const auto filter = columns_in(context, where ? NodeList{where} : NodeList{}, entry);
  if (!order || order->empty() || !filter) return std::nullopt;
  Choice choice{key_in(*entry.table, *order), nullptr};
  std::vector<std::string> all = *order;
  all.insert(all.end(), filter->begin(), filter->end());
  choice.index = serving(*entry.table, *order, all);
  return choice.key.empty() || choice.index == nullptr ? std::nullopt : std::optional(choice);
}

bool shows_more(const SqlContext& context, Node query, const CatalogIndex& index) {
  const auto shown = shown_columns(context, query);
  return shown && std::ranges::any_of(*shown, [&](const ShownColumn& column) {
           return !holds(index, column.column->name);
         });
}

std::string list_of(const std::vector<std::string>& key) {
  std::string names;
  for (const std::string& column : key) names += (names.empty() ? "" : ", ") + identifier(column);
  return names;
}

// SELECT list FROM table, then `WHERE key IN (SELECT key FROM table` before all that follows, and
// `) ORDER BY ...` behind it.
std::vector<TextEdit> edits_of(const SyntaxTree& tree, Node query,
                               const std::vector<std::string>& key) {
  const Node from = query.list("fromClause").front();
  const std::size_t place = span_of(tree, from).begin, end = end_of_statement(tree);
  const auto word = word_before(tree, place, "from");
  const auto order = find_word(tree, {place, end}, "order");
  const auto limit = find_word(tree, {place, end}, "limit");
  const auto offset = find_word(tree, {place, end}, "offset");
  const auto where = find_word(tree, {place, end}, "where");
  if (!word || !order || !offset || !limit) return {};
  const std::size_t begin = place_of_token(tree, *word).begin;
  const std::size_t item = end_before(tree, where ? where->begin : order->begin);
  const std::size_t sorted = end_before(tree, std::min(limit->begin, offset->begin));
  const std::string names = list_of(key);
  return {{{item, item},
           join({" WHERE ", key.size() > 1 ? "(" : "", names, key.size() > 1 ? ")" : "",
                 " IN (SELECT ", names, " ", tree.text().substr(begin, item - begin)})},
          {{end, end}, join({") ", tree.text().substr(order->begin, sorted - order->begin)})}};
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const NodeList from = query.list("fromClause");
  if (from.size() != 1 || !from[0].is("RangeVar") || !skips_many(query)) return;
  const RangeEntry* const entry = entry_at(context, query, from[0]);
  if (entry == nullptr || !is_whole_table(context, *entry)) return;
  const auto choice = choice_of(context, query, *entry);
  if (!choice || !shows_more(context, query, *choice->index)) return;
  std::vector<TextEdit> edits = edits_of(*context.statement.tree, query, choice->key);
  if (edits.empty()) return;
  add_rewrite(findings, context, kWords, query,
              join({"OFFSET reads whole rows of ", entry->table->name, " to throw them away"}),
              entry->table->name, std::move(edits),
              {{Proof::kHolds, "the order tells all rows apart, so that a page is settled", {}},
               {Proof::kHolds, join({list_of(choice->key), " is a key, never NULL"}), {}},
               nothing_volatile(context, query)});
}

void check(const SqlContext& context, Findings& findings) {
  const Node query = context.root;
  if (is_plain_select(query, {"sortClause", "limitCount", "limitOffset"})) {
    check_query(context, findings, query);
  }
}

}  // namespace

Findings offset_of_wide_rows(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
