// `count(DISTINCT o.id), count(DISTINCT e.id) FROM users u LEFT JOIN orders o ... LEFT JOIN events
// e
// ... GROUP BY u.id`.
#include <algorithm>
#include <vector>

#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/aggregates.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"
#include "parser/sql/output_name.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "counts_over_two_children",
    .level = Level::kMedium,
    .remedy =
        "Count each table by itself, grouped by what it is joined by, and join the counts: no row "
        "is repeated, and nothing has to be told apart again.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the join that gives more rows than its tables have is "
        "gone, and so is the sort under the aggregate.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "each count is of a key of a table that is joined by one column"};

constexpr std::string_view kCaveat =
    "Indexes lead to the rows that are counted: where WHERE leaves few rows of the first table, "
    "the "
    "new form, which counts for all of them, is the slower one.";

struct Child {
  const RangeEntry* entry = nullptr;
  Node join, inner, outer;  // inner = outer is its ON
  NodeList conditions;      // the rest of it
  Node target, call;        // count(DISTINCT key)
};

// The joins from left to right, down to the first table; empty if something else is among them.
NodeList joins_of(Node from) {
  NodeList joins;
  Node item = from;
  for (; item.is("JoinExpr"); item = item["larg"]) {
    const std::string_view type = item.text("jointype");
    const bool plain = (type == "JOIN_LEFT" || type == "JOIN_INNER") && item["quals"] &&
                       !item["alias"] && item["rarg"].is("RangeVar");
    if (!plain || joins.size() == 10) return {};
    joins.insert(joins.begin(), item);
  }
  return item.is("RangeVar") ? joins : NodeList{};
}

std::optional<Child> child_of(const SqlContext& context, const QueryScope& scope, Node join) {
  Child child;
  child.join = join;
  for (const RangeEntry& entry : scope.entries) {
    if (entry.node == join["rarg"]) child.entry = &entry;
  }
  const RangeEntry& parent = scope.entries.front();
  if (child.entry == nullptr || !is_plain_table(*child.entry)) return std::nullopt;
  for (const Node part : conjuncts(join["quals"])) {
    Node inner = part["lexpr"], outer = part["rexpr"];
    const bool equal = is_operator(part, "=") && is_column(inner) && is_column(outer);
    if (equal && context.names().resolve(inner).entry == &parent) std::swap(inner, outer);
    const bool ties = equal && context.names().resolve(inner).entry == child.entry &&
                      context.names().resolve(outer).entry == &parent;
    if (ties && !child.inner && are_matched_alike(context, inner, outer)) {
      child.inner = inner;
      child.outer = outer;
    } else if (!ties && never_raises(part) && is_all_of(context, part, *child.entry)) {
      child.conditions.push_back(part);
    } else {
      return std::nullopt;
    }
  }
  return child.inner ? std::optional(child) : std::nullopt;
}

// Gives each child its count; false if the list holds anything else but columns of the parent.
bool take_counts(const SqlContext& context, Node query, const RangeEntry& parent,
                 std::vector<Child>& children) {
  for (const Node target : query.list("targetList")) {
    const Node value = target["val"];
    if (is_column(value)) {
      if (!is_all_of(context, value, parent)) return false;
      continue;
    }
    const NodeList args = value.list("args");
    const bool counts = function_name(value) == "count" && value.flag("agg_distinct") &&
                        is_order_free(context, value) && !value["agg_filter"] && args.size() == 1 &&
                        is_column(args[0]);
    if (!counts) return false;
    const ColumnUse use = context.names().resolve(args[0]);
    const auto child = std::ranges::find(children, use.entry, &Child::entry);
    if (child == children.end() || child->call || use.column == nullptr ||
        !is_whole_table(context, *child->entry) ||
        !child->entry->table->is_unique({use.column->name})) {
      return false;
    }
    child->target = target;
    child->call = value;
  }
  return std::ranges::all_of(children, [](const Child& child) { return bool(child.call); });
}

// GROUP BY makes a group of each row of the parent.
bool groups_by_key(const SqlContext& context, Node query, const RangeEntry& parent) {
  std::vector<std::string> columns;
  for (const Node group : query.list("groupClause")) {
    if (!is_column(group) || !is_all_of(context, group, parent)) return false;
    columns.push_back(context.names().resolve(group).column->name);
  }
  return !columns.empty() && is_whole_table(context, parent) && parent.table->is_unique(columns);
}

bool speaks_of_parent(const SqlContext& context, Node query, const RangeEntry& parent) {
  const Node where = query["whereClause"];
  const bool plain = !where || (where.all("SubLink").empty() && is_all_of(context, where, parent));
  return plain && std::ranges::all_of(query.list("sortClause"), [&](Node sort) {
           const Node column = sort["node"];
           const bool output = is_column(column) && column_table(column).empty() &&
                               std::ranges::any_of(query.list("targetList"), [&](Node target) {
                                 return target.text("name") == column_name(column);
                               });
           return output || (is_column(column) && is_all_of(context, column, parent));
         });
}

std::string written(const SyntaxTree& tree, TextSpan span) {
  return tree.text().substr(span.begin, span.end - span.begin);
}

bool add_edits(const SqlContext& context, const Child& child, std::vector<TextEdit>& edits) {
  const SyntaxTree& tree = *context.statement.tree;
  const TextSpan on = with_brackets(tree, span_of(tree, child.join["quals"]));
  const std::size_t begin = span_of(tree, child.join["rarg"]).begin;
  const auto word = find_word(tree, {begin, on.begin}, "on");
  const std::string inner = qualified(context, child.inner),
                    outer = qualified(context, child.outer);
  if (!word || inner.empty() || outer.empty()) return false;
  const std::string relation = written(tree, {begin, end_before(tree, word->begin)});
  const std::string name = identifier(child.entry->name);
  const std::string value = identifier(fresh_name(context, join({"count_of_", child.entry->name})));
  const std::string key = identifier(column_name(child.inner));
  std::string where;
  for (const Node part : child.conditions) {
    where += join({where.empty() ? " WHERE " : " AND ",
                   written(tree, with_brackets(tree, span_of(tree, part)))});
  }
  edits.push_back({{begin, on.end},
                   join({"(SELECT ", inner, ", count(*) AS ", value, " FROM ", relation, where,
                         " GROUP BY ", inner, ") ", name, " ON ", name, ".", key, " = ", outer})});
  const std::string alias = child.target.has("name") ? "" : " AS count";
  edits.push_back(
      {span_of(tree, child.call), join({"coalesce(", name, ".", value, ", 0)", alias})});
  return true;
}

// From behind the token before GROUP to the end of its last column.
bool drop_groups(const SqlContext& context, Node query, std::vector<TextEdit>& edits) {
  const SyntaxTree& tree = *context.statement.tree;
  const NodeList groups = query.list("groupClause");
  const std::size_t from = span_of(tree, query.list("fromClause").front()).begin;
  const std::size_t last = with_brackets(tree, span_of(tree, groups.back())).end;
  const auto word = find_word(tree, {from, last}, "group");
  if (word) edits.push_back({{end_before(tree, word->begin), last}, {}});
  return word.has_value();
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const QueryScope* const scope = context.names().scope_of(query);
  const NodeList from = query.list("fromClause");
  if (scope == nullptr || from.size() != 1 || !has_only(query, {"groupClause", "sortClause"}))
    return;
  const NodeList joins = joins_of(from[0]);
  if (joins.size() < 2 || scope->entries.size() != joins.size() + 1) return;
  const RangeEntry& parent = scope->entries.front();
  if (!is_plain_table(parent) || !groups_by_key(context, query, parent)) return;
  std::vector<Child> children;
  for (const Node join : joins) {
    auto child = child_of(context, *scope, join);
    if (!child) return;
    children.push_back(std::move(*child));
  }
  if (!take_counts(context, query, parent, children) || is_pinned_by_key(context, query) ||
      !speaks_of_parent(context, query, parent)) {
    return;
  }
  std::vector<TextEdit> edits;
  const auto edited = [&](const Child& child) { return add_edits(context, child, edits); };
  if (!std::ranges::all_of(children, edited) || !drop_groups(context, query, edits)) return;
  SqlWords words = kWords;
  const auto indexed = [](const Child& child) {
    return index_beginning_with(*child.entry->table, column_name(child.inner)) != nullptr;
  };
  if (query["whereClause"] && std::ranges::all_of(children, indexed)) {
    words.level = Level::kLow;
    words.caveat = kCaveat;
  }
  const std::string& first = children[0].entry->table->name;
  const std::string& second = children[1].entry->table->name;
  add_rewrite(
      findings, context, words, query,
      join({"Rows of ", first, " and ", second,
            " are multiplied with each other, then counted "
            "with DISTINCT"}),
      parent.table->name, std::move(edits),
      {{Proof::kHolds, join({"each count is of a key, for one row of ", parent.table->name}), {}},
       nothing_volatile(context, query)});
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    if (query.has("groupClause")) check_query(context, findings, query);
  }
}

}  // namespace

Findings counts_over_two_children(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
