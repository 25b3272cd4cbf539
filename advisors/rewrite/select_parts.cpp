#include "advisors/rewrite/select_parts.h"

#include <algorithm>
#include <array>

#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "parser/sql/output_name.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

using Words = std::string_view;

constexpr std::array kClauses = {
    Words{"distinctClause"}, Words{"intoClause"},    Words{"groupClause"}, Words{"havingClause"},
    Words{"windowClause"},   Words{"valuesLists"},   Words{"sortClause"},  Words{"limitOffset"},
    Words{"limitCount"},     Words{"lockingClause"}, Words{"withClause"}};

constexpr std::array kKeepOrder = {Words{"array_agg"},
                                   Words{"string_agg"},
                                   Words{"json_agg"},
                                   Words{"jsonb_agg"},
                                   Words{"json_object_agg"},
                                   Words{"jsonb_object_agg"},
                                   Words{"xmlagg"},
                                   Words{"row_number"},
                                   Words{"first_value"},
                                   Words{"last_value"},
                                   Words{"nth_value"},
                                   Words{"lag"},
                                   Words{"lead"},
                                   Words{"ntile"}};

bool ends_body(const Token& token) {
  return token.is_symbol(';') ||
         is_any_word(token, {"group", "having", "window", "order", "limit", "offset", "fetch",
                             "for", "union", "except", "intersect"});
}

// A name that ORDER BY or GROUP BY has from the select list, which is looked at by itself.
bool is_output_name(Node query, Node column) {
  const Node around = column.parent().is("SortBy") ? column.parent() : column;
  const bool may_be = (around.field() == "sortClause" || around.field() == "groupClause") &&
                      around.parent() == query && column_table(column).empty();
  return may_be && std::ranges::any_of(query.list("targetList"), [&](Node target) {
           const Words name = target.has("name") ? target.text("name") : output_name(target["val"]);
           return name == column_name(column);
         });
}

}  // namespace

bool has_only(Node query, std::initializer_list<std::string_view> clauses) {
  if (!query.is("SelectStmt") || query.text("op") != "SETOP_NONE") return false;
  return std::ranges::none_of(kClauses, [&](Words clause) {
    return query.has(clause) && std::ranges::find(clauses, clause) == clauses.end();
  });
}

bool is_plain_select(Node query, std::initializer_list<std::string_view> clauses) {
  return query.has("fromClause") && has_only(query, clauses);
}

bool has_total_order(const SqlContext& context, Node query) {
  NodeList columns;
  for (const Node item : query.list("sortClause")) {
    if (is_column(item["node"])) columns.push_back(item["node"]);
  }
  return !columns.empty() && tells_rows_apart(context, query, columns);
}

bool is_free_of_row_order(const SqlContext& context, Node query) {
  const bool cut = query.has("limitCount") || query.has("limitOffset");
  const bool grouped = query.has("groupClause") || query.has("distinctClause");
  if (cut && (grouped || !has_total_order(context, query))) return false;
  if (query.has("distinctClause") && query.list("distinctClause").front()) {
    if (!query.list("distinctClause").front().kind().empty()) return false;  // DISTINCT ON
  }
  return std::ranges::none_of(query.all("FuncCall"), [](Node call) {
    return std::ranges::find(kKeepOrder, function_name(call)) != kKeepOrder.end();
  });
}

Use use_of(const SqlContext& context, Node query, const RangeEntry& entry, const NodeList& except) {
  const auto is_left_out = [&](Node node) {
    return std::ranges::any_of(except, [&](Node part) { return node.is_inside(part); });
  };
  for (const Node node : query.all()) {
    if (node.is("LockingClause")) return Use::kSome;
    if (!node.is("ColumnRef") || is_left_out(node)) continue;
    const ColumnUse use = context.names().resolve(node);
    if (use.entry == &entry) return Use::kSome;
    if (use.entry != nullptr || is_output_name(query, node)) continue;
    const bool of_another = !column_table(node).empty() && column_table(node) != entry.name &&
                            node.list("fields").back().is("A_Star");
    if (!of_another) return Use::kUnknown;
  }
  return Use::kNone;
}

bool mentions(const SqlContext& context, Node node, const RangeEntry& entry) {
  return std::ranges::any_of(node.all("ColumnRef"), [&](Node column) {
    return context.names().resolve(column).entry == &entry;
  });
}

const RangeEntry* entry_at(const SqlContext& context, Node query, Node from_item) {
  const QueryScope* const scope = context.names().scope_of(query);
  if (scope == nullptr || scope->statement != query) return nullptr;
  const auto found = std::ranges::find(scope->entries, from_item, &RangeEntry::node);
  return found == scope->entries.end() ? nullptr : &*found;
}

std::optional<std::size_t> word_before(const SyntaxTree& tree, std::size_t place,
                                       std::string_view word) {
  for (std::size_t at = tree.token_at(place); at-- > 0;) {
    if (is_word(tree.tokens()[at], word)) return at;
    if (!tree.tokens()[at].is_symbol('(')) break;
  }
  return std::nullopt;
}

TextSpan place_of_token(const SyntaxTree& tree, std::size_t at) {
  const std::string_view text = tree.tokens()[at].text;
  const auto begin = static_cast<std::size_t>(text.data() - tree.text().data());
  return {begin, begin + text.size()};
}

std::size_t end_of_statement(const SyntaxTree& tree) {
  const std::vector<Token>& tokens = tree.tokens();
  std::size_t at = tokens.size();
  while (at > 0 && (tokens[at - 1].kind == TokenKind::kEnd || tokens[at - 1].is_symbol(';'))) --at;
  return at == 0 ? 0 : place_of_token(tree, at - 1).end;
}

std::size_t end_of_body(const SyntaxTree& tree, Node query) {
  const std::size_t first = span_of(tree, query.list("fromClause").front()).begin;
  const std::vector<Token>& tokens = tree.tokens();
  std::size_t at = word_before(tree, first, "from").value_or(tree.token_at(first));
  std::size_t end = place_of_token(tree, at).end;
  for (int depth = 0; ++at < tokens.size(); end = place_of_token(tree, at).end) {
    if (tokens[at].kind == TokenKind::kEnd) break;
    if (tokens[at].is_symbol('(')) ++depth;
    if (tokens[at].is_symbol(')') && --depth < 0) break;
    if (depth == 0 && ends_body(tokens[at]) && !tokens[at - 1].is_symbol('.')) break;
  }
  return end;
}

std::string as_operand(const SyntaxTree& tree, Node condition) {
  const TextSpan bare = span_of(tree, condition), whole = with_brackets(tree, bare);
  const std::string text = tree.text().substr(whole.begin, whole.end - whole.begin);
  const bool loose = condition.text("boolop") == "OR_EXPR" && bare == whole;
  return loose ? join({"(", text, ")"}) : text;
}

std::optional<TextEdit> put_conditions(const SyntaxTree& tree, Node query,
                                       const std::vector<std::string>& conditions) {
  std::string text;
  for (const std::string& condition : conditions) {
    text += (text.empty() ? " WHERE " : " AND ") + condition;
  }
  const std::size_t end = end_of_body(tree, query);
  if (!query["whereClause"]) return TextEdit{{end, end}, std::move(text)};
  const TextSpan where = with_brackets(tree, span_of(tree, query["whereClause"]));
  const auto word = word_before(tree, where.begin, "where");
  if (!word || *word == 0) return std::nullopt;
  return TextEdit{{place_of_token(tree, *word - 1).end, end}, std::move(text)};
}

std::vector<TextEdit> add_condition(const SyntaxTree& tree, Node query,
                                    std::string_view condition) {
  const std::size_t end = end_of_body(tree, query);
  const Node where = query["whereClause"];
  if (!where) return {{{end, end}, join({" WHERE ", condition})}};
  const TextSpan bare = span_of(tree, where), whole = with_brackets(tree, bare);
  if (where.text("boolop") != "OR_EXPR" || bare != whole) {
    return {{{end, end}, join({" AND ", condition})}};
  }
  return {{{whole.begin, whole.begin}, "("}, {{end, end}, join({") AND ", condition})}};
}

bool is_filtering_join(Node join) {
  for (Node at = join; at.is("JoinExpr"); at = at.parent()) {
    const Words type = at.text("jointype");
    if (at["alias"] || at.flag("isNatural") || at.has("usingClause")) return false;
    const bool from_left = at != join && type == "JOIN_LEFT" && join.is_inside(at["larg"]);
    if (type != "JOIN_INNER" && !from_left) return false;
    if (at.field() == "fromClause") return true;
  }
  return false;
}

}  // namespace pgcounsel
