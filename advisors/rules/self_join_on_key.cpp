// A table joined with itself by its key.
#include <algorithm>
#include <set>

#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "self_join_on_key",
    .level = Level::kMedium,
    .remedy = "Read the table once: by its key each row is joined with itself and no other.",
    .verify = "`EXPLAIN ANALYZE` of both forms: one scan and the join are gone.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the columns compared are a key, none of them NULL"};

constexpr int kDoneByPlanner = 180000;
constexpr std::size_t kMostConditions = 50;

struct Twins {
  Node join_node;
  const RangeEntry* kept = nullptr;
  const RangeEntry* other = nullptr;
};

std::optional<Twins> twins_of(const SqlContext& context, Node query) {
  const NodeList from = query.list("fromClause");
  if (from.size() != 1 || !is_filtering_join(from[0]) || !from[0]["quals"]) return std::nullopt;
  const Twins twins{from[0], entry_at(context, query, from[0]["larg"]),
                    entry_at(context, query, from[0]["rarg"])};
  if (twins.kept == nullptr || twins.other == nullptr) return std::nullopt;
  if (twins.kept->table != twins.other->table || !is_whole_table(context, *twins.kept) ||
      !is_whole_table(context, *twins.other) || !twins.kept->node.flag("inh") ||
      !twins.other->node.flag("inh")) {
    return std::nullopt;
  }
  return twins;
}

// `a.id = b.id` of a column of which equal values are the same.
std::optional<std::string> compared_with_itself(const SqlContext& context, const Twins& twins,
                                                Node part) {
  if (!is_operator(part, "=") || !is_column(part["lexpr"]) || !is_column(part["rexpr"])) {
    return std::nullopt;
  }
  const ColumnUse a = context.names().resolve(part["lexpr"]);
  const ColumnUse b = context.names().resolve(part["rexpr"]);
  if (a.column == nullptr || b.column == nullptr || a.column->name != b.column->name ||
      !equal_is_same(*a.column) || !a.column->not_null) {
    return std::nullopt;
  }
  const bool both = (a.entry == twins.kept && b.entry == twins.other) ||
                    (b.entry == twins.kept && a.entry == twins.other);
  return both ? std::optional(a.column->name) : std::nullopt;
}

// The names of the second one, to be replaced; nothing where a name is not known.
std::optional<NodeList> names_to_change(const SqlContext& context, Node query, const Twins& twins) {
  NodeList names;
  for (const Node column : query.all("ColumnRef")) {
    const std::string_view table = column_table(column);
    if (column.count("fields") > 2) return std::nullopt;
    if (!table.empty() && table == twins.other->name) {
      names.push_back(column);
    } else if (table != twins.kept->name && context.names().resolve(column).entry == nullptr) {
      return std::nullopt;
    } else if (column.list("fields").back().is("A_Star") && table.empty()) {
      return std::nullopt;
    } else if (table.empty() && context.names().resolve(column).column == nullptr) {
      return std::nullopt;  // a whole row
    }
  }
  return names;
}

// The condition with the second one's names as the first one's.
std::string renamed(const SyntaxTree& tree, Node condition, const NodeList& names,
                    const std::string& name) {
  const std::string whole = as_operand(tree, condition);
  std::string text;
  const std::size_t begin = span_of(tree, condition).begin;
  const std::size_t shift = whole.find(text_of(tree, condition));
  std::size_t at = 0;
  for (const Node column : names) {
    if (!column.is_inside(condition)) continue;
    const TextSpan span = span_of(tree, column);
    const std::size_t from = span.begin - begin + shift;
    text += whole.substr(at, from - at) + name;
    at = from + tree.tokens()[tree.token_at(span.begin)].text.size();
  }
  return text + whole.substr(at);
}

std::string first_name(const SyntaxTree& tree, Node range_var) {
  const Token* const tokens = tree.tokens().data();
  const std::size_t end = tree.token_at(span_of(tree, range_var).end - 1);
  const bool alias = static_cast<bool>(range_var["alias"]);
  const bool as = alias && is_word(tokens[end + 1], "as");
  return std::string(tokens[end + (alias ? 1 : 0) + (as ? 1 : 0)].text);
}

std::vector<TextEdit> edits_of(const SqlContext& context, Node query, const Twins& twins,
                               const NodeList& names) {
  const SyntaxTree& tree = *context.statement.tree;
  const std::string name = first_name(tree, twins.kept->node);
  std::vector<std::string> conditions;
  std::vector<TextEdit> edits;
  NodeList parts = conjuncts(twins.join_node["quals"]);
  const NodeList where = conjuncts(query["whereClause"]);
  parts.insert(parts.end(), where.begin(), where.end());
  if (parts.size() > kMostConditions) return {};
  for (const Node part : parts) {
    if (compared_with_itself(context, twins, part)) continue;
    conditions.push_back(renamed(tree, part, names, name));
  }
  const auto condition = put_conditions(tree, query, conditions);
  const TextSpan on = with_brackets(tree, span_of(tree, twins.join_node["quals"]));
  const std::size_t right = span_of(tree, twins.other->node).begin;
  std::size_t at = tree.token_at(right);
  while (at > 0 && !is_word(tree.tokens()[at], "join")) --at;
  if (at > 0 && is_word(tree.tokens()[at - 1], "inner")) --at;
  if (!condition || at == 0) return {};
  edits.push_back({{place_of_token(tree, at - 1).end, on.end}, {}});
  edits.push_back(*condition);
  for (const Node column : names) {
    if (column.is_inside(twins.join_node) ||
        (query["whereClause"] && column.is_inside(query["whereClause"]))) {
      continue;
    }
    const std::size_t from = span_of(tree, column).begin;
    edits.push_back({{from, from + tree.tokens()[tree.token_at(from)].text.size()}, name});
  }
  return edits;
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const auto twins = twins_of(context, query);
  if (!twins || !is_free_of_row_order(context, query)) return;
  std::vector<std::string> key;
  for (const Node part : filters_of(query)) {
    if (const auto column = compared_with_itself(context, *twins, part)) key.push_back(*column);
  }
  if (!twins->kept->table->is_unique(key) || query.all("SelectStmt").size() > 1) return;
  const std::string& table = twins->kept->table->name;
  const std::string title = join({table, " is joined with itself by its key"});
  if (is_told(findings, title)) return;
  const auto names = names_to_change(context, query, *twins);
  if (!names) return;
  std::vector<TextEdit> edits = edits_of(context, query, *twins, *names);
  if (edits.empty()) return;
  add_rewrite(findings, context, kWords, twins->other->node, title, table, std::move(edits),
              {{Proof::kHolds, join({"a key of ", table, " is compared with itself"}), {}},
               nothing_volatile(context, query)});
}

void check(const SqlContext& context, Findings& findings) {
  if (context.review.server_version >= kDoneByPlanner || !is_query(context.root)) return;
  if (!context.root.all("LockingClause").empty()) return;
  for (const Node query : selects_of(context.root)) {
    if (is_plain_select(query, {"distinctClause", "groupClause", "havingClause", "sortClause",
                         "limitCount", "limitOffset"})) {
      check_query(context, findings, query);
    }
  }
}

}  // namespace

Findings self_join_on_key(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
