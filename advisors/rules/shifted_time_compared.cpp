// `now() - created_at < interval '36 hours'`.
#include <charconv>

#include "advisors/rewrite/time_column.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "shifted_time_compared",
    .level = Level::kMedium,
    .remedy = "Move the interval to the other side, so that the column stands alone.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the condition as an Index Cond where an "
        "index begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the interval is of one length at every time of the year"};

std::string_view take_word(std::string_view& text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(word.size());
  return word;
}

constexpr long kMostHours = 1'000'000;  // no point in time leaves its type's range by it

// `36 hours`, `2 days 3 hours`, of units that are always as long as they are; days only where no
// clock is changed.
bool is_fixed_interval(Node node, bool days) {
  if (!node.is("TypeCast") || node["typeName"].last_name("names") != "interval") return false;
  if (node["typeName"].has("typmods") || !node["arg"].is("A_Const")) return false;
  const std::string text = constant_text(node["arg"]).value_or("");
  std::string_view rest = text;
  std::size_t parts = 0;
  long hours = 0;
  for (std::string_view number = take_word(rest); !number.empty(); number = take_word(rest)) {
    std::string_view unit = take_word(rest);
    if (unit.ends_with('s')) unit.remove_suffix(1);
    long count = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count);
    const bool whole = error == std::errc{} && end == number.data() + number.size() && count >= 0;
    const bool fixed = unit == "hour" || unit == "minute" || unit == "second" ||
                       ((unit == "day" || unit == "week") && days);
    if (!whole || count > kMostHours || !fixed) return false;
    hours += unit == "week" ? count * 168 : unit == "day" ? count * 24 : count;
    if (hours > kMostHours) return false;
    ++parts;
  }
  return parts > 0;
}

// The type of a point in time that is no column: now() and literals with their type.
std::string_view type_of_moment(Node node) {
  const bool call = function_name(node) == "now" && node.list("args").empty();
  const std::string_view value = node.is("SQLValueFunction") ? node.text("op") : std::string_view{};
  if (call || value == "SVFOP_CURRENT_TIMESTAMP") return "timestamp with time zone";
  if (value == "SVFOP_LOCALTIMESTAMP") return "timestamp without time zone";
  if (!node.is("TypeCast") || !node["arg"].is("A_Const")) return {};
  // Years before Christ are near to the beginning of time.
  const std::string text = constant_text(node).value_or("");
  if (text.find_first_of("Bb") != std::string::npos) return {};
  const std::string_view type = node["typeName"].last_name("names");
  if (type == "timestamp") return "timestamp without time zone";
  return type == "timestamptz" ? "timestamp with time zone" : std::string_view{};
}

std::string turned(std::string_view comparison) {
  if (comparison == "<") return ">";
  if (comparison == "<=") return ">=";
  if (comparison == ">") return "<";
  return comparison == ">=" ? "<=" : std::string();
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node node : context.root.all("A_Expr")) {
    if (!is_comparison(node)) continue;
    const Sides sides = sides_of(node);
    const std::string comparison = turned(sides.comparison);
    if (comparison.empty() || !is_operator(sides.expression, "-")) continue;
    const Node moment = sides.expression["lexpr"], column = sides.expression["rexpr"];
    const std::string_view type = type_of_moment(moment);
    if (!is_column(column) || type.empty()) continue;
    const ColumnUse use = context.names().resolve(column);
    if (use.column == nullptr || use.column->type != type) continue;
    if (!is_fixed_interval(sides.constant, type == "timestamp without time zone")) continue;
    const std::string name = column_words(column);
    add_rewrite(
        findings, context, kWords, node,
        join({"A difference with ", name, " is compared, which no index on it serves"}), name,
        {{span_of(tree, node),
          join({text_of(tree, column), " ", comparison, " ", text_of(tree, moment), " - ",
                text_of(tree, sides.constant)})}},
        {{Proof::kHolds, join({name, " is a ", type}), {}},
         {Proof::kHolds, "the interval has no months, and days only without time zone", {}}});
  }
}

}  // namespace

Findings shifted_time_compared(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
