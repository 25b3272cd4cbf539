#include "analyzer/review/parsed_statement.h"

#include <algorithm>
#include <string>
#include <utility>

#include "parser/sql/newer_syntax.h"
#include "parser/sql/normalised_tree.h"
#include "parser/sql/placeholders.h"
#include "parser/sql/shape.h"

namespace pgcounsel {
namespace {

bool parse_as(ReviewStatement& statement, std::string text, std::vector<std::size_t> inserted) {
  SyntaxError error;
  statement.tree = SyntaxTree::parse(text, &error);
  statement.error = std::move(error);
  statement.text = std::move(text);
  statement.inserted = std::move(inserted);
  return statement.tree.has_value();
}

// The place of the text with placeholders that one of the text without them is.
std::size_t original_place(const FilledText& filled, std::size_t at) {
  const auto before = std::ranges::lower_bound(filled.inserted, at) - filled.inserted.begin();
  return at - std::min(at, static_cast<std::size_t>(before));
}

// Whether the parser gave up at a placeholder, or right behind one.
bool fails_at_placeholder(const FilledText& filled, std::size_t error) {
  if (filled.has_template) return true;
  std::string_view text = filled.text;
  if (error < text.size() && (text[error] == '$' || text.substr(error).starts_with("($"))) {
    return true;
  }
  text = text.substr(0, std::min(error, text.size()));
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  if (end == std::string_view::npos) return false;
  const std::size_t digits = text.find_last_not_of("0123456789", end);
  return digits != std::string_view::npos && digits != end && text[digits] == '$';
}

void explain_refusal(ReviewStatement& statement, const std::optional<FilledText>& filled,
                     bool fails_there) {
  statement.refusal = Refusal::kSyntax;
  if (const auto newer = newer_syntax(statement.text, statement.error.position)) {
    statement.refusal = Refusal::kNewer;
    statement.refused =
        std::string(newer->words) + " is syntax of PostgreSQL " + std::to_string(newer->since);
    statement.error.position = newer->position;
  } else if (filled && fails_there) {
    statement.refusal = Refusal::kTemplate;
    statement.refused = filled->what;
    statement.error.position = filled->first;
  }
}

}  // namespace

void parse_into(ReviewStatement& statement, std::string_view text, ParseHints hints) {
  if (scan_shape(text).too_complex) {
    parse_as(statement, std::string(text), {});
    statement.refusal = Refusal::kTooDeep;
    return;
  }
  const bool may_name = hints.at_names && (text.find('@') != std::string_view::npos ||
                                           text.find("sqlc.") != std::string_view::npos);
  if (!may_name && parse_as(statement, std::string(text), {})) return;
  std::optional<FilledText> filled = fill_placeholders(text, hints.at_names);
  bool fails_there = false;
  if (filled && !scan_shape(filled->text).too_complex) {
    if (parse_as(statement, filled->text, filled->inserted)) return;
    fails_there = fails_at_placeholder(*filled, statement.error.position);
    statement.error.position = original_place(*filled, statement.error.position);
  }
  const SyntaxError with_values = statement.error;
  if (parse_as(statement, std::string(text), {})) return;
  // Placeholders are refused themselves: what is wrong beside them is the error.
  if (filled && !fails_there) statement.error = with_values;
  if (!hints.closed) {
    statement.refusal = Refusal::kUnclosed;
    return;
  }
  explain_refusal(statement, filled, fails_there);
}

void parse_normalised_into(ReviewStatement& statement, std::string text) {
  statement.tree = parse_normalised(text, &statement.error);
  statement.text = std::move(text);
  if (statement.tree) return;
  if (scan_shape(statement.text).too_complex) {
    statement.refusal = Refusal::kTooDeep;
  } else {
    explain_refusal(statement, std::nullopt, false);
  }
}

}  // namespace pgcounsel
