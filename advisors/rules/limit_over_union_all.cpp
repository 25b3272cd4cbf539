// `SELECT * FROM (SELECT ... UNION ALL SELECT ...) s ORDER BY ... LIMIT 10`.
#include <algorithm>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "limit_over_union_all",
    .level = Level::kMedium,
    .remedy =
        "Give each arm the same ORDER BY and LIMIT: no row behind an arm's first ones can be among "
        "the first of all. An OFFSET is added to the arms' LIMIT.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: each arm ends with a Limit, over an index or a top-N "
        "sort.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "rows that the order does not tell apart are the same in all columns"};

constexpr long kMostRows = 10000;

bool has_any(Node query, std::initializer_list<std::string_view> fields) {
  return std::ranges::any_of(fields, [&](std::string_view field) { return query.has(field); });
}

// The arms of nothing but UNION ALL, from left to right; none where one is more than a SELECT.
NodeList arms_of(Node query) {
  NodeList arms;
  for (; query.text("op") == "SETOP_UNION" && query.flag("all"); query = query["larg"]) {
    if (has_any(query, {"sortClause", "limitCount", "limitOffset", "withClause", "lockingClause"}))
      return {};
    arms.insert(arms.begin(), query["rarg"]);
  }
  arms.insert(arms.begin(), query);
  const bool plain = std::ranges::all_of(arms, [](Node arm) {
    return is_plain_select(arm) && !has_any(arm, {"sortClause", "limitCount", "limitOffset",
                                                  "withClause", "lockingClause", "distinctClause"});
  });
  return plain && arms.size() > 1 ? arms : NodeList{};
}

// The pieces of text between the words UNION ALL.
std::vector<TextSpan> pieces_of(const SyntaxTree& tree, TextSpan span) {
  std::vector<TextSpan> pieces;
  for (auto at = find_word(tree, span, "union"); at; at = find_word(tree, span, "union")) {
    const auto all = find_word(tree, {at->end, span.end}, "all");
    if (!all) return {};
    pieces.push_back({span.begin, end_before(tree, at->begin)});
    span.begin = all->end;
  }
  pieces.push_back(span);
  for (TextSpan& piece : pieces) {
    const std::size_t token = tree.token_at(piece.begin);
    if (token >= tree.tokens().size()) return {};
    piece.begin = static_cast<std::size_t>(tree.tokens()[token].text.data() - tree.text().data());
  }
  return pieces;
}

// What the columns of the arms are called, where all are columns whose equal values are the same.
std::vector<std::string_view> shown_names(const SqlContext& context, const NodeList& arms) {
  std::vector<std::string_view> names;
  std::vector<std::string> types;
  for (const Node arm : arms) {
    const NodeList targets = arm.list("targetList");
    if (arm != arms.front() && targets.size() != types.size()) return {};
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const Node value = targets[i]["val"];
      const ColumnUse use = context.names().resolve(value);
      if (!is_column(value) || use.column == nullptr || !equal_is_same(*use.column)) return {};
      std::string type = use.column->type;
      if (use.column->column != nullptr) type += use.column->column->type_modifier;
      if (arm != arms.front()) {
        if (types[i] != type) return {};
        continue;
      }
      types.push_back(std::move(type));
      names.push_back(targets[i].has("name") ? targets[i].text("name") : column_name(value));
    }
  }
  return names;
}

// `ORDER BY 2 DESC, 1`; empty unless all columns are in it.
std::string order_words(Node query, const std::vector<std::string_view>& names) {
  std::string words;
  std::vector<bool> used(names.size(), false);
  for (const Node sort : query.list("sortClause")) {
    const auto found = std::ranges::find(names, column_name(sort["node"]));
    if (!is_column(sort["node"]) || found == names.end() || sort.has("useOp")) return {};
    const auto at = static_cast<std::size_t>(found - names.begin());
    used[at] = true;
    words += join({words.empty() ? " ORDER BY " : ", ", std::to_string(at + 1)});
    if (sort.text("sortby_dir") == "SORTBY_DESC") words += " DESC";
    if (sort.text("sortby_nulls") == "SORTBY_NULLS_FIRST") words += " NULLS FIRST";
    if (sort.text("sortby_nulls") == "SORTBY_NULLS_LAST") words += " NULLS LAST";
  }
  return std::ranges::all_of(used, [](bool is) { return is; }) ? words : std::string();
}

// LIMIT and OFFSET together.
std::optional<long> first_rows(Node query) {
  if (query.text("limitOption") == "LIMIT_OPTION_WITH_TIES") return std::nullopt;
  const auto count = integer_constant(query["limitCount"]);
  const auto offset =
      query.has("limitOffset") ? integer_constant(query["limitOffset"]) : std::optional<long>(0);
  if (!count || !offset || *count < 0 || *offset < 0 || *count > kMostRows || *offset > kMostRows) {
    return std::nullopt;
  }
  return *count + *offset;
}

// Every column of a subquery, or some of them, by their own names.
bool shows_columns_only(Node query) {
  return std::ranges::all_of(query.list("targetList"), [](Node target) {
    return target["val"].is("ColumnRef") && !target.has("name");
  });
}

void check(const SqlContext& context, Findings& findings) {
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node query : selects_of(context.root)) {
    const NodeList from = query.list("fromClause");
    if (from.size() != 1 || !from[0].is("RangeSubselect") || from[0]["alias"].has("colnames"))
      continue;
    if (has_any(query, {"whereClause", "groupClause", "havingClause", "distinctClause",
                        "windowClause", "lockingClause"})) {
      continue;
    }
    const NodeList arms = arms_of(from[0]["subquery"]);
    const auto rows = first_rows(query);
    if (arms.empty() || !rows || !shows_columns_only(query)) continue;
    const auto pieces = pieces_of(tree, span_of(tree, from[0]["subquery"]));
    const std::string order = order_words(query, shown_names(context, arms));
    if (pieces.size() != arms.size() || order.empty()) continue;
    std::vector<TextEdit> edits;
    for (const TextSpan& piece : pieces) {
      edits.push_back({{piece.begin, piece.begin}, "("});
      edits.push_back(
          {{piece.end, piece.end}, join({order, " LIMIT ", std::to_string(*rows), ")"})});
    }
    const std::string name(from[0]["alias"].text("aliasname"));
    add_rewrite(findings, context, kWords, query["limitCount"],
                join({"LIMIT over the UNION ALL ", name, " reads and sorts all rows of its arms"}),
                name, std::move(edits),
                {nothing_volatile(context, from[0]["subquery"]),
                 {Proof::kHolds, "the order is one of all columns", {}}});
  }
}

}  // namespace

Findings limit_over_union_all(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
