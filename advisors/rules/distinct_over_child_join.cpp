// SELECT DISTINCT of a table's columns that is joined with rows of which nothing is shown.
#include <algorithm>

#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "distinct_over_child_join",
    .level = Level::kMedium,
    .remedy =
        "Ask with EXISTS whether there is a partner: the planner makes a semi-join of it, and "
        "nothing has to be made distinct.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the join and the Unique or HashAggregate over it become "
        "a Semi Join.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "a key of what is shown is in the list, and nothing is shown of the other table"};

constexpr std::size_t kMostConditions = 50;

// The two tables of FROM, and the condition of their join, which a comma has none of.
struct Sides {
  Node kept, asked, on;
};

std::optional<Sides> sides_of(Node query, bool first_is_kept) {
  const NodeList from = query.list("fromClause");
  Sides sides;
  if (from.size() == 2) sides = {from[0], from[1], {}};
  if (from.size() == 1 && is_filtering_join(from[0])) {
    sides = {from[0]["larg"], from[0]["rarg"], from[0]["quals"]};
    if (!sides.on) return std::nullopt;
  }
  if (!sides.kept.is("RangeVar") || !sides.asked.is("RangeVar")) return std::nullopt;
  if (!first_is_kept) std::swap(sides.kept, sides.asked);
  return sides;
}

bool shows_key(const SqlContext& context, Node query, const RangeEntry& kept) {
  const auto shown = shown_columns(context, query);
  if (!shown || !is_whole_table(context, kept)) return false;
  std::vector<std::string> columns;
  for (const ShownColumn& column : *shown) {
    if (column.entry != &kept) return false;
    columns.push_back(column.column->name);
  }
  return kept.table->is_unique(columns);
}

// No LIMIT, or one under an ORDER BY of a key, which tells the rows apart.
bool is_settled(const SqlContext& context, Node query, const RangeEntry& kept) {
  if (!query.has("limitCount") && !query.has("limitOffset")) return true;
  std::vector<std::string> columns;
  for (const Node item : query.list("sortClause")) {
    const ColumnUse use = context.names().resolve(item["node"]);
    if (!is_column(item["node"]) || use.entry != &kept || use.column == nullptr) return false;
    columns.push_back(use.column->name);
  }
  return kept.table->is_unique(columns);
}

std::string text_in(const SyntaxTree& tree, std::size_t begin, std::size_t end) {
  return tree.text().substr(begin, end - begin);
}

// Where an item of FROM ends, its alias included: before ON, the comma, JOIN or what ends FROM.
std::size_t end_of_item(const SyntaxTree& tree, Node item, std::size_t limit) {
  std::size_t at = tree.token_at(span_of(tree, item).end - 1);
  std::size_t end = span_of(tree, item).end;
  while (++at < tree.tokens().size()) {
    const Token& token = tree.tokens()[at];
    const TextSpan place = place_of_token(tree, at);
    if (place.begin >= limit || token.is_symbol(',') || token.is_symbol(')') ||
        token.is_symbol(';') || is_any_word(token, {"on", "join", "inner", "where"})) {
      break;
    }
    end = place.end;
  }
  return end;
}

std::vector<TextEdit> edits_of(const SqlContext& context, Node query, const Sides& sides,
                               const RangeEntry& asked) {
  const SyntaxTree& tree = *context.statement.tree;
  const std::size_t body = end_of_body(tree, query);
  std::vector<std::string> kept;
  std::string inside;
  const auto add = [&](std::string text) { inside += (inside.empty() ? "" : " AND ") + text; };
  const NodeList where = conjuncts(query["whereClause"]);
  if (where.size() > kMostConditions) return {};
  if (sides.on) add(as_operand(tree, sides.on));
  for (const Node part : where) {
    if (mentions(context, part, asked)) {
      add(as_operand(tree, part));
    } else {
      kept.push_back(as_operand(tree, part));
    }
  }
  const TextSpan distinct = distinct_of_query(tree, query);
  if (inside.empty() || distinct.begin == distinct.end) return {};
  const TextSpan one = {span_of(tree, sides.kept).begin, end_of_item(tree, sides.kept, body)};
  const TextSpan other = {span_of(tree, sides.asked).begin, end_of_item(tree, sides.asked, body)};
  kept.push_back(join(
      {"EXISTS (SELECT 1 FROM ", text_in(tree, other.begin, other.end), " WHERE ", inside, ")"}));
  std::size_t end = std::max(one.end, other.end);
  if (sides.on) end = with_brackets(tree, span_of(tree, sides.on)).end;
  const auto condition = put_conditions(tree, query, kept);
  if (!condition) return {};
  return {{distinct, {}},
          {{std::min(one.begin, other.begin), end}, text_in(tree, one.begin, one.end)},
          *condition};
}

void check_sides(const SqlContext& context, Findings& findings, Node query, const Sides& sides) {
  const RangeEntry* const kept = entry_at(context, query, sides.kept);
  const RangeEntry* const asked = entry_at(context, query, sides.asked);
  if (kept == nullptr || asked == nullptr || !shows_key(context, query, *kept)) return;
  if (!is_settled(context, query, *kept)) return;
  const std::string title = join({"Rows of ", kept->name, " are repeated by a join with ",
                                  asked->name, ", and then made distinct"});
  if (is_told(findings, title)) return;
  const NodeList conditions{sides.on ? sides.on : query["whereClause"], query["whereClause"]};
  if (use_of(context, query, *asked, conditions) != Use::kNone) return;
  std::vector<TextEdit> edits = edits_of(context, query, sides, *asked);
  if (edits.empty()) return;
  add_rewrite(findings, context, kWords, query, title, kept->name, std::move(edits),
              {{Proof::kHolds, join({"a key of ", kept->name, " is in the list"}), {}},
               {Proof::kHolds, join({"of ", asked->name, " nothing is shown"}), {}},
               nothing_volatile(context, query)});
}

void check(const SqlContext& context, Findings& findings) {
  if (!is_query(context.root)) return;
  for (const Node query : context.root.all("SelectStmt")) {
    if (!is_plain_select(query, {"distinctClause", "sortClause", "limitCount", "limitOffset"}))
      continue;
    if (!has_plain_distinct(query)) continue;
    const auto shown = shown_columns(context, query);
    if (!shown || tells_rows_apart(context, query, *shown)) continue;
    for (const bool first : {true, false}) {
      const auto sides = sides_of(query, first);
      if (sides) check_sides(context, findings, query, *sides);
    }
  }
}

}  // namespace

Findings distinct_over_child_join(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
