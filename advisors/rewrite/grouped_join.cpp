#include "advisors/rewrite/grouped_join.h"

#include <algorithm>

#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostKeys = 8, kMostConditions = 50;

// The two columns of `inner = outer`; nothing for any other condition.
std::optional<std::pair<Node, Node>> tie_of(const SqlContext& context, Node part,
                                            const QueryScope& scope) {
  if (!is_operator(part, "=")) return std::nullopt;
  Node inner = part["lexpr"], outer = part["rexpr"];
  if (!is_column(inner) || !is_column(outer)) return std::nullopt;
  if (context.names().resolve(inner).outer) std::swap(inner, outer);
  const ColumnUse own = context.names().resolve(inner), other = context.names().resolve(outer);
  const bool ties = own.entry == &scope.entries.front() && other.outer &&
                    other.scope == scope.outer && are_matched_alike(context, inner, outer);
  return ties ? std::optional(std::pair(inner, outer)) : std::nullopt;
}

bool is_of_table(const SqlContext& context, Node call, const RangeEntry& inner) {
  const NodeList args = call.list("args");
  return is_order_free(context, call) && is_all_of(context, call, inner) &&
         (call.flag("agg_star") || is_column(args.front()));
}

std::optional<CorrelatedAggregate> read_link(const SqlContext& context, Node link) {
  const Node query = link["subselect"];
  const NodeList targets = query.list("targetList"), from = query.list("fromClause");
  if (link.text("subLinkType") != "EXPR_SUBLINK" || !has_only(query, {})) return std::nullopt;
  if (targets.size() != 1 || from.size() != 1) return std::nullopt;
  const QueryScope* const scope = context.names().scope_of(query);
  if (scope == nullptr || scope->outer == nullptr || scope->entries.size() != 1) {
    return std::nullopt;
  }
  const RangeEntry& inner = scope->entries.front();
  const Node call = targets[0]["val"];
  if (inner.node != from[0] || !is_plain_table(inner) || !is_of_table(context, call, inner)) {
    return std::nullopt;
  }
  CorrelatedAggregate found{link, call, &inner, {}, {}, function_name(call) == "count"};
  for (const Node part : conjuncts(query["whereClause"])) {
    if (const auto tie = tie_of(context, part, *scope)) {
      found.keys.push_back(*tie);
    } else if (never_raises(part) && is_all_of(context, part, inner)) {
      found.conditions.push_back(part);
    } else {
      return std::nullopt;
    }
  }
  const bool many = found.keys.size() > kMostKeys || found.conditions.size() > kMostConditions;
  return many || found.keys.empty() ? std::nullopt : std::optional(found);
}

bool shows_all_columns(Node query) {
  return std::ranges::any_of(query.list("targetList"), [](Node target) {
    const Node value = target["val"];
    return value.is("ColumnRef") && value.count("fields") == 1 && column_name(value).empty();
  });
}

std::string written(const SyntaxTree& tree, TextSpan span) {
  return tree.text().substr(span.begin, span.end - span.begin);
}

// `orders o`, as it stands in the subquery.
std::string relation_of_subquery(const SyntaxTree& tree, Node query) {
  const std::size_t begin = span_of(tree, query.list("fromClause").front()).begin;
  const std::size_t end = end_of_from(tree, query);
  return end > begin ? written(tree, {begin, end}) : std::string();
}

}  // namespace

std::vector<CorrelatedAggregate> correlated_aggregates(const SqlContext& context, Node query) {
  std::vector<CorrelatedAggregate> out;
  for (const Node link : own_nodes(query, "SubLink")) {
    if (out.size() == kMostRewrites) break;
    if (auto found = read_link(context, link)) out.push_back(std::move(*found));
  }
  return out;
}

bool takes_a_join(const SqlContext& context, Node query) {
  const QueryScope* const scope = context.names().scope_of(query);
  const NodeList from = query.list("fromClause");
  if (!has_only(query, {"sortClause", "withClause"}) || from.size() != 1 || scope == nullptr) {
    return false;
  }
  const auto known = [](const RangeEntry& entry) { return entry.columns_known; };
  if (!is_blind_to_order(context, query)) return false;
  return !shows_all_columns(query) && has_known_end(context, query) &&
         std::ranges::all_of(scope->entries, known) && !is_pinned_by_key(context, query);
}

GroupedJoin grouped_join(const SqlContext& context, const CorrelatedAggregate& aggregate,
                         bool keeps_all, std::string_view after_value) {
  const SyntaxTree& tree = *context.statement.tree;
  const Node query = aggregate.link["subselect"], around = query_around(aggregate.link);
  const std::string& table = aggregate.inner->table->name;
  const std::string_view first = column_name(aggregate.keys.front().first);
  const std::string alias = identifier(fresh_name(context, join({table, "_by_", first})));
  const std::string value =
      identifier(fresh_name(context, join({function_name(aggregate.call), "_of_", table})));

  std::string keys, groups, on;
  std::size_t number = 0;
  for (const auto& [inner, outer] : aggregate.keys) {
    // The names of two keys may be the same.
    const std::string wanted = join({"key", std::to_string(++number)});
    const std::string name = identifier(fresh_name(context, wanted));
    const std::string own = qualified(context, inner), other = qualified(context, outer);
    if (own.empty() || other.empty()) return {};
    keys += join({own, " AS ", name, ", "});
    groups += join({groups.empty() ? "" : ", ", own});
    on += join({on.empty() ? "" : " AND ", alias, ".", name, " = ", other});
  }
  std::string where;
  for (const Node part : aggregate.conditions) {
    where += join({where.empty() ? " WHERE " : " AND ",
                   written(tree, with_brackets(tree, span_of(tree, part)))});
  }
  const std::string relation = relation_of_subquery(tree, query);
  const std::size_t end = end_of_from(tree, around);
  if (relation.empty() || end == 0) return {};
  const std::string joined = join({keeps_all ? " LEFT JOIN " : " JOIN ", "(SELECT ", keys,
                                   text_of(tree, aggregate.call), " AS ", value, " FROM ", relation,
                                   where, " GROUP BY ", groups, ") ", alias, " ON ", on});
  const std::string shown = join({alias, ".", value});
  const bool filled = keeps_all && aggregate.counts;
  GroupedJoin out;
  out.edits = {{span_of(tree, aggregate.link),
                join({filled ? "coalesce(" : "", shown, filled ? ", 0)" : "", after_value})},
               {{end, end}, joined}};
  out.obligations = {
      {Proof::kHolds, join({"the subquery is tied to the outer query by equal columns alone"}), {}},
      {Proof::kHolds, join({"the aggregate does not depend on the order of rows"}), {}},
      nothing_volatile(context, around)};
  return out;
}

bool may_be_cheaper_as_it_is(const CorrelatedAggregate& aggregate, Node query) {
  return query["whereClause"] && std::ranges::any_of(aggregate.keys, [&](const auto& key) {
           return index_beginning_with(*aggregate.inner->table, column_name(key.first)) != nullptr;
         });
}

bool is_latest_of_group(const SqlContext& context, Node comparison,
                        const CorrelatedAggregate& aggregate) {
  const std::string_view name = function_name(aggregate.call);
  if (!is_operator(comparison, "=") || (name != "max" && name != "min")) return false;
  const Node shown =
      comparison["lexpr"] == aggregate.link ? comparison["rexpr"] : comparison["lexpr"];
  const ColumnUse use = context.names().resolve(shown);
  if (!is_column(shown) || use.entry == nullptr || use.entry->table != aggregate.inner->table) {
    return false;
  }
  return column_name(shown) == column_name(aggregate.call.list("args").front()) &&
         std::ranges::all_of(aggregate.keys, [&](const auto& key) {
           return column_name(key.first) == column_name(key.second) &&
                  context.names().resolve(key.second).entry == use.entry;
         });
}

Node comparison_of(Node query, const CorrelatedAggregate& aggregate) {
  for (const Node part : conjuncts(query["whereClause"])) {
    if (!is_comparison(part)) continue;
    const bool left = part["lexpr"] == aggregate.link;
    if (!left && part["rexpr"] != aggregate.link) continue;
    const Node other = left ? part["rexpr"] : part["lexpr"];
    return other.all("SubLink").empty() ? part : Node{};
  }
  return {};
}

}  // namespace pgcounsel
