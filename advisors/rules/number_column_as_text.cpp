// `id::text = '47'`.
#include <charconv>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/types.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "number_column_as_text",
    .level = Level::kMedium,
    .remedy = "Compare the number: cast what comes from outside once, not the column of every row.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the condition as an Index Cond where an "
        "index begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the text is the way in which PostgreSQL itself writes that number"};

bool is_text_cast(Node node) {
  if (!node.is("TypeCast")) return false;
  const std::string_view type = node["typeName"].last_name("names");
  return (type == "text" || type == "varchar") && !node["typeName"].has("typmods") &&
         !node["typeName"].has("arrayBounds");
}

// As a number writes itself: no sign but minus, no zeros before it, in the type's range.
std::optional<long> number_of(std::string_view text, std::string_view type) {
  const auto range = range_of(type);
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool written = range && error == std::errc{} && end == text.data() + text.size() &&
                       std::to_string(number) == text && number >= range->least &&
                       number <= range->most;
  return written ? std::optional(number) : std::nullopt;
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node comparison : context.root.all("A_Expr")) {
    const bool equal = is_operator(comparison, "=") || is_operator(comparison, "<>");
    const Node cast = comparison["lexpr"], value = comparison["rexpr"];
    if (!equal || !is_text_cast(cast) || !is_column(cast["arg"]) || !value.is("A_Const")) continue;
    const ColumnUse use = context.names().resolve(cast["arg"]);
    if (use.column == nullptr || !value.has("sval")) continue;
    const auto number = number_of(constant_text(value).value_or(""), use.column->type);
    if (!number) continue;
    const std::string name = column_words(cast["arg"]);
    add_rewrite(findings, context, kWords, comparison,
                join({name, " is compared as text, which no index on it serves"}), name,
                {{span_of(tree, cast), std::string(text_of(tree, cast["arg"]))},
                 put_number(tree, span_of(tree, value), *number)},
                {{Proof::kHolds, join({name, " is of type ", use.column->type}), {}}});
  }
}

}  // namespace

Findings number_column_as_text(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
