// `users u JOIN (SELECT user_id, count(*) FROM orders GROUP BY user_id) s ON s.user_id = u.id WHERE
// u.email = $1`.
#include <algorithm>

#include "advisors/rewrite/aggregates.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "grouped_subquery_joined",
    .level = Level::kMedium,
    .remedy =
        "Say in the subquery which group is wanted, as LATERAL allows: an index leads to its rows, "
        "and only they are grouped.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the aggregate over the whole table becomes one over an "
        "Index Scan.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the outer side is one row by a key, and an index leads to the group"};

// The subquery groups the rows of one table by plain columns, and nothing in it but the groups'
// rows decides what it shows.
const RangeEntry* grouped_table(const SqlContext& context, Node query) {
  const NodeList from = query.list("fromClause");
  const QueryScope* const scope = context.names().scope_of(query);
  if (!has_only(query, {"groupClause", "havingClause"}) || !query.has("groupClause"))
    return nullptr;
  if (scope == nullptr || scope->entries.size() != 1 || from.size() != 1) return nullptr;
  const RangeEntry& table = scope->entries.front();
  const NodeList groups = query.list("groupClause");
  const bool plain = table.node == from[0] && is_plain_table(table) &&
                     query.all("SubLink").empty() && std::ranges::all_of(groups, is_column);
  if (!plain || (query["whereClause"] && !never_raises(query["whereClause"]))) return nullptr;
  const NodeList calls = query.all("FuncCall");
  const bool ordered = std::ranges::any_of(calls, [&](Node call) {
    return function_name(call) != "now" && !is_order_free(context, call);
  });
  return ordered || !is_all_of(context, query, table) ? nullptr : &table;
}

// The column of the subquery's table that its output column shows, if it is grouped by it.
Node group_key(const SqlContext& context, Node query, std::string_view name) {
  for (const Node target : query.list("targetList")) {
    const Node value = target["val"];
    const std::string_view shown = target.has("name") ? target.text("name") : column_name(value);
    if (!is_column(value) || shown != name) continue;
    const ColumnUse use = context.names().resolve(value);
    const bool grouped = std::ranges::any_of(query.list("groupClause"), [&](Node group) {
      return context.names().resolve(group).column == use.column;
    });
    return grouped && use.column != nullptr && equal_is_same(*use.column) ? value : Node{};
  }
  return {};
}

// WHERE names one row of the entry by a key that the column is no part of: of the column itself the
// planner would know the value in the subquery, too.
bool is_one_row(const SqlContext& context, Node query, const RangeEntry& entry, Node column) {
  std::vector<std::string> pinned;
  for (const Node part : conjuncts(query["whereClause"])) {
    if (!is_operator(part, "=")) continue;
    const bool left = is_column(part["lexpr"]);
    const Node shown = left ? part["lexpr"] : part["rexpr"];
    if (!is_column(shown) || !is_free_of_columns(left ? part["rexpr"] : part["lexpr"])) continue;
    const ColumnUse use = context.names().resolve(shown);
    if (use.entry != &entry || use.column == nullptr) continue;
    if (use.column->name == column_name(column)) return false;
    pinned.push_back(use.column->name);
  }
  return entry.table->is_unique(pinned);
}

struct Tie {
  Node of_subquery, of_table;
};

std::vector<Tie> ties_of(const SqlContext& context, Node on, const RangeEntry& sub,
                         const RangeEntry& left) {
  std::vector<Tie> ties;
  for (const Node part : conjuncts(on)) {
    if (!is_operator(part, "=") || !is_column(part["lexpr"]) || !is_column(part["rexpr"])) continue;
    Node one = part["lexpr"], other = part["rexpr"];
    if (context.names().resolve(one).entry != &sub) std::swap(one, other);
    if (context.names().resolve(one).entry == &sub &&
        context.names().resolve(other).entry == &left) {
      ties.push_back({one, other});
    }
  }
  return ties;
}

// The outer query takes locks, or depends on the order in which the groups of its row come.
bool is_order_seen(Node query, Node inner) {
  if (query.has("lockingClause")) return true;
  if (inner.count("groupClause") == 1) return false;
  return query.has("limitCount") || query.has("limitOffset") || query.has("distinctClause") ||
         !own_nodes(query, "FuncCall").empty();
}

void check_join(const SqlContext& context, Findings& findings, Node query, Node joined) {
  const QueryScope* const scope = context.names().scope_of(query);
  const Node item = joined["rarg"], inner = item["subquery"];
  const std::string_view type = joined.text("jointype");
  if (scope == nullptr || scope->entries.size() != 2 || !item.is("RangeSubselect") ||
      item.flag("lateral") || item["alias"].has("colnames") || joined["alias"] ||
      (type != "JOIN_INNER" && type != "JOIN_LEFT") || !joined["quals"]) {
    return;
  }
  const RangeEntry &left = scope->entries[0], &sub = scope->entries[1];
  const RangeEntry* const table = grouped_table(context, inner);
  if (table == nullptr || is_order_seen(query, inner) || sub.node != item ||
      !is_plain_table(left) || left.node != joined["larg"] || table->name == left.name) {
    return;
  }
  for (const Tie& tie : ties_of(context, joined["quals"], sub, left)) {
    const Node key = group_key(context, inner, column_name(tie.of_subquery));
    if (!key || !are_matched_alike(context, key, tie.of_table)) continue;
    if (index_beginning_with(*table->table, column_name(key)) == nullptr) continue;
    if (!is_one_row(context, query, left, tie.of_table)) continue;
    const std::string own = qualified(context, key), other = qualified(context, tie.of_table);
    if (own.empty() || other.empty()) continue;
    const SyntaxTree& tree = *context.statement.tree;
    std::vector<TextEdit> edits = with_condition(tree, inner, join({own, " = ", other}));
    const std::size_t bracket = with_brackets(tree, span_of(tree, inner)).begin;
    edits.push_back({{bracket, bracket}, "LATERAL "});
    const std::string& name = table->table->name;
    add_rewrite(findings, context, kWords, inner,
                join({"All groups of ", name, " are computed, and one row of ", left.table->name,
                      " asks for its own"}),
                name, std::move(edits),
                {{Proof::kHolds, join({own, " = ", other, " chooses whole groups"}), {}},
                 nothing_volatile(context, query)});
    return;
  }
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    const NodeList from = query.list("fromClause");
    if (from.size() == 1 && from[0].is("JoinExpr")) {
      check_join(context, findings, query, from[0]);
    }
  }
}

}  // namespace

Findings grouped_subquery_joined(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
