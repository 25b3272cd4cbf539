// `ON b.order_id = a.id WHERE a.id < 50`: what holds of a.id holds of b.order_id, too.
#include <algorithm>
#include <array>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/sql/indexed_columns.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "range_on_one_side",
    .level = Level::kLow,
    .remedy =
        "Say the range of both columns: the planner concludes from equal columns to equal "
        "constants, but not to ranges, and reads the other table whole.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the other table is read by an index, or fewer of its "
        "rows reach the join.",
    .rollback = "Take the condition out again; nothing but the statement changes.",
    .because = "the join makes both columns equal in every row of the result",
    .caveat =
        "The planner takes both ranges for independent and expects fewer rows than there are, "
        "which can turn the joins above into nested loops: compare the plans."};

constexpr std::array<std::string_view, 6> kTypes = {"smallint",
                                                    "integer",
                                                    "bigint",
                                                    "date",
                                                    "timestamp without time zone",
                                                    "timestamp with time zone"};

bool is_value(Node node) {
  return (is_constant(node) || is_parameter(node)) && !is_null_constant(node);
}

// A column's range: `a.id < 50`, `50 > a.id`, `a.id BETWEEN 1 AND 50`; no node for others.
Node ranged_column(Node condition) {
  const Node left = condition["lexpr"], right = condition["rexpr"];
  if (condition.text("kind") == "AEXPR_BETWEEN") {
    return is_column(left) && std::ranges::all_of(right.list("items"), is_value) ? left : Node{};
  }
  const std::string_view name = operator_name(condition);
  if (!is_comparison(condition) || (name[0] != '<' && name[0] != '>') || name == "<>") return {};
  if (is_column(left) && is_value(right)) return left;
  return is_column(right) && is_value(left) ? right : Node{};
}

// Every join of FROM keeps only rows that fulfil its ON, and hides no names.
bool has_only_inner_joins(Node query) {
  return std::ranges::all_of(query.list("fromClause"), [](Node item) {
    return std::ranges::all_of(item.all("JoinExpr"), [](Node join) {
      return join.text("jointype") == "JOIN_INNER" && !join["alias"];
    });
  });
}

bool is_same(const ColumnUse& a, const ColumnUse& b) {
  return a.entry == b.entry && a.column == b.column && a.column != nullptr;
}

// The column of another table of the query that an equality ties to it.
Node tied_column(const SqlContext& context, const NodeList& filters, Node column) {
  const ColumnUse use = context.names().resolve(column);
  if (use.column == nullptr || use.outer) return {};
  if (std::ranges::find(kTypes, use.column->type) == kTypes.end()) return {};
  for (const Node filter : filters) {
    if (!is_operator(filter, "=") || !is_column(filter["lexpr"]) || !is_column(filter["rexpr"]))
      continue;
    const ColumnUse left = context.names().resolve(filter["lexpr"]);
    const ColumnUse right = context.names().resolve(filter["rexpr"]);
    if (!is_same(left, use) && !is_same(right, use)) continue;
    const ColumnUse& other = is_same(left, use) ? right : left;
    const bool fits = other.column != nullptr && !other.outer && other.entry != use.entry &&
                      other.scope == use.scope && other.column->type == use.column->type;
    if (fits) return is_same(left, use) ? filter["rexpr"] : filter["lexpr"];
  }
  return {};
}

// Another condition with a constant is about it already.
bool is_bounded(const SqlContext& context, const NodeList& filters, Node column) {
  const ColumnUse use = context.names().resolve(column);
  return std::ranges::any_of(filters, [&](Node filter) {
    const NodeList columns = filter.all("ColumnRef");
    return columns.size() == 1 && is_same(context.names().resolve(columns.front()), use);
  });
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  if (!has_only_inner_joins(query)) return;
  const SyntaxTree& tree = *context.statement.tree;
  const NodeList filters = filters_of(query);
  for (const Node condition : conjuncts(query["whereClause"])) {
    const Node column = ranged_column(condition);
    const Node other = column ? tied_column(context, filters, column) : Node{};
    if (!other || is_bounded(context, filters, other)) continue;
    const ColumnHome home = home_of(context, other);
    if (home.column == nullptr || !index_beginning_with(*home.table, home.column->name)) continue;
    const std::string name = qualified(context, other);
    const TextSpan span = span_of(tree, condition), part = span_of(tree, column);
    if (name.empty()) continue;
    const std::string_view text = tree.text();
    std::string more = join({" AND ", text.substr(span.begin, part.begin - span.begin), name,
                             text.substr(part.end, span.end - part.end)});
    add_rewrite(findings, context, kWords, condition,
                join({"The range of ", column_words(column), " is not said of ", name,
                      ", which is equal to it"}),
                name, {{{span.end, span.end}, std::move(more)}},
                {{Proof::kHolds,
                  join({column_words(column), " and ", name, " are of one type, and equal"}),
                  {}}});
  }
}

void check(const SqlContext& context, Findings& findings) {
  if (!is_application_query(context)) return;
  for (const Node query : selects_of(context.root)) check_query(context, findings, query);
}

}  // namespace

Findings range_on_one_side(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
