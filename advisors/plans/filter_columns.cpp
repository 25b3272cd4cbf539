#include "advisors/plans/filter_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "advisors/plans/plan_words.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostTokens = 4000;  // a longer condition is no plain one

// A piece of the condition: tokens [from, to).
struct Span {
  std::size_t from = 0, to = 0;
  bool empty() const { return from >= to; }
};

class Condition {
 public:
  Condition(std::string_view text, std::string_view relation, std::string_view alias)
      : relation_(relation), alias_(alias) {
    Lexer lexer(text);
    for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
      if (tokens_.size() == kMostTokens) return;
      tokens_.push_back(token);
    }
    readable_ = match_parentheses();
  }

  FilterColumns columns() const {
    FilterColumns found;
    found.complete = readable_ && !tokens_.empty();
    if (!found.complete) return found;
    for (const Span& term : terms(inside({0, tokens_.size()}), found)) read_term(term, found);
    return found;
  }

 private:
  bool match_parentheses() {
    partner_.assign(tokens_.size(), 0);
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
      if (opens(i)) open.push_back(i);
      if (!closes(i)) continue;
      if (open.empty()) return false;
      partner_[open.back()] = i;
      partner_[i] = open.back();
      open.pop_back();
    }
    return open.empty();
  }
  bool opens(std::size_t i) const { return tokens_[i].is_symbol('(') || tokens_[i].is_symbol('['); }
  bool closes(std::size_t i) const {
    return tokens_[i].is_symbol(')') || tokens_[i].is_symbol(']');
  }

  // Without the parentheses around all of it.
  Span inside(Span span) const {
    while (span.to - span.from >= 2 && tokens_[span.from].is_symbol('(') &&
           partner_[span.from] == span.to - 1) {
      ++span.from;
      --span.to;
    }
    return span;
  }

  // Calls `visit` for the tokens that stand in no parentheses of their own.
  template <class Visit>
  void for_outer(Span span, Visit visit) const {
    for (std::size_t i = span.from; i < span.to; ++i) {
      if (opens(i)) {
        i = partner_[i];
      } else {
        visit(i);
      }
    }
  }

  std::vector<Span> terms(Span all, FilterColumns& found) const {
    std::vector<Span> parts;
    bool is_or = false;
    std::size_t from = all.from;
    for_outer(all, [&](std::size_t i) {
      if (is_word(tokens_[i], "or")) is_or = true;
      if (!is_word(tokens_[i], "and")) return;
      parts.push_back({from, i});
      from = i + 1;
    });
    if (is_or) {
      add_rest(all, found);
      return {};
    }
    parts.push_back({from, all.to});
    return parts;
  }

  void read_term(Span term, FilterColumns& found) const {
    term = inside(term);
    std::optional<std::size_t> at;
    std::size_t operators = 0;
    for_outer(term, [&](std::size_t i) {
      if (tokens_[i].kind != TokenKind::kOperator && !is_word(tokens_[i], "is")) return;
      if (!at) at = i;
      ++operators;
    });
    if (!at || operators != 1 || !read_comparison({term.from, *at}, *at, {*at + 1, term.to}, found))
      add_rest(term, found);
  }

  bool read_comparison(Span left, std::size_t at, Span right, FilterColumns& found) const {
    const std::string_view sign = tokens_[at].text;
    std::string column = column_of(left);
    Span value = right;
    if (column.empty()) {
      column = column_of(right);
      value = left;
    }
    if (column.empty()) {
      if (is_comparison(sign)) add_expression(left, right, found);
      return false;
    }
    if (value.empty()) return false;
    if (is_word(tokens_[at], "is")) {
      const bool null = value.to - value.from == 1 && is_word(tokens_[value.from], "null");
      if (null) add(found.equal, column);
      return null;
    }
    if (!is_value(value)) return false;
    if (sign == "=") {
      add(found.equal, column);
    } else if (is_comparison(sign)) {
      add(found.range, column);
    } else {
      return false;
    }
    return true;
  }

  static bool is_comparison(std::string_view sign) {
    return sign == "=" || sign == "<" || sign == "<=" || sign == ">" || sign == ">=";
  }

  void add_expression(Span left, Span right, FilterColumns& found) const {
    const bool left_is_value = is_value(left), right_is_value = is_value(right);
    if (left_is_value == right_is_value) return;
    const std::string text = as_sql(inside(left_is_value ? right : left));
    if (!text.empty()) add(found.expressions, text);
  }

  // Without the relation's own name in front of columns; empty where it cannot stand by itself.
  std::string as_sql(Span span) const {
    std::string text;
    for (std::size_t i = span.from; i < span.to; ++i) {
      const Token& token = tokens_[i];
      if (token.kind == TokenKind::kParameter || is_any_word(token, {"subplan", "initplan"}))
        return {};
      if (i + 1 < span.to && is_name(i) && tokens_[i + 1].is_symbol('.')) {
        if (!is_own(i)) return {};
        if (token.gap && !text.empty()) text += ' ';
        ++i;
        continue;
      }
      if (token.gap && !text.empty()) text += ' ';
      text += token.text;
    }
    return text;
  }

  // `a`, `t.a`, `(a)::text`; empty where it is anything else. Between texts of different types the
  // cast changes nothing, so an index on the column serves.
  std::string column_of(Span span) const {
    span = inside(span);
    const std::size_t length = span.to - span.from;
    if (length > 2 && tokens_[span.to - 2].kind == TokenKind::kCast &&
        is_any_word(tokens_[span.to - 1], {"text", "bpchar"})) {
      span = inside({span.from, span.to - 2});
    }
    return plain_column(span);
  }

  std::string plain_column(Span span) const {
    const std::size_t length = span.to - span.from;
    if (length == 1 && is_name(span.from) && !is_constant_word(span.from)) return name(span.from);
    if (length == 3 && is_name(span.from) && tokens_[span.from + 1].is_symbol('.') &&
        is_name(span.from + 2) && is_own(span.from))
      return name(span.from + 2);
    return {};
  }

  // Whether nothing in it is a column of the relation.
  bool is_value(Span span) const {
    for (std::size_t i = span.from; i < span.to; ++i) {
      if (is_own_column(i, span.to)) return false;
    }
    return true;
  }

  bool is_own_column(std::size_t i, std::size_t to) const {
    if (!is_name(i) || is_constant_word(i)) return false;
    const auto next_is = [&](char c) { return i + 1 < to && tokens_[i + 1].is_symbol(c); };
    if (next_is('(')) return false;                            // a function, ANY
    if (next_is('.')) return is_own(i);                        // its qualifier
    if (i > 0 && tokens_[i - 1].is_symbol('.')) return false;  // told by its qualifier
    if (i > 0 && is_word(tokens_[i - 1], "collate")) return false;
    if (i + 1 < to && is_word(tokens_[i + 1], "subplan")) return false;  // hashed SubPlan 1
    return !is_type_name(i);
  }

  // `::timestamp with time zone`: all words behind a cast.
  bool is_type_name(std::size_t i) const {
    while (i > 0 && tokens_[i - 1].kind == TokenKind::kWord) --i;
    return i > 0 && tokens_[i - 1].kind == TokenKind::kCast;
  }

  bool is_name(std::size_t i) const {
    return tokens_[i].kind == TokenKind::kWord || tokens_[i].kind == TokenKind::kQuotedName;
  }
  // EXPLAIN prints keywords in capitals, and names with capitals in quotes.
  bool is_constant_word(std::size_t i) const {
    const Token& token = tokens_[i];
    if (token.kind != TokenKind::kWord) return false;
    const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    return is_any_word(token, {"null", "true", "false"}) ||
           std::ranges::any_of(token.text, is_capital);
  }
  bool is_own(std::size_t i) const {
    const std::string qualifier = name(i);
    return qualifier == alias_ || (alias_.empty() && qualifier == relation_);
  }

  // Without quotes.
  std::string name(std::size_t i) const {
    std::string_view text = tokens_[i].text;
    if (tokens_[i].kind != TokenKind::kQuotedName || text.size() < 2 || text[0] != '"')
      return std::string(text);
    std::string plain;
    text = text.substr(1, text.size() - 2);
    for (std::size_t k = 0; k < text.size(); ++k) {
      if (text[k] == '"') ++k;  // doubled
      if (k < text.size()) plain += text[k];
    }
    return plain;
  }

  static void add(std::vector<std::string>& names, const std::string& name) {
    if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }

  void add_rest(Span span, FilterColumns& found) const {
    found.complete = false;
    for (std::size_t i = span.from; i < span.to; ++i) {
      if (!is_own_column(i, span.to)) continue;
      const bool qualified = i + 2 < span.to && tokens_[i + 1].is_symbol('.') && is_name(i + 2);
      add(found.rest, name(qualified ? i + 2 : i));
    }
  }

  std::string_view relation_, alias_;
  std::vector<Token> tokens_;
  std::vector<std::size_t> partner_;
  bool readable_ = false;
};

constexpr std::size_t kMostColumns = 4;

}  // namespace

FilterColumns filter_columns(std::string_view condition, std::string_view relation,
                             std::string_view alias) {
  FilterColumns found = Condition(condition, relation, alias).columns();
  std::erase_if(found.range, [&](const std::string& name) {
    return std::ranges::find(found.equal, name) != found.equal.end();
  });
  return found;
}

FilterColumns filter_columns(const PlanNode& node, PlanText condition) {
  return filter_columns(node.text(condition), node.text(PlanText::kRelationName),
                        node.text(PlanText::kAlias));
}

std::vector<std::string> index_columns(const FilterColumns& first, const FilterColumns& second) {
  std::vector<std::string> columns;
  const auto take = [&](const std::vector<std::string>& names, std::size_t most) {
    for (const std::string& name : names) {
      if (most == 0 || columns.size() == kMostColumns) return;
      if (std::ranges::find(columns, name) != columns.end()) continue;
      columns.push_back(name);
      --most;
    }
  };
  take(first.equal, kMostColumns);
  take(second.equal, kMostColumns);
  const std::size_t before = columns.size();
  take(first.range, 1);
  if (columns.size() == before) take(second.range, 1);
  return columns;
}

std::string create_index(const PlanNode& scan, const std::vector<std::string>& columns) {
  std::vector<std::string> names;
  for (const std::string& column : columns) names.push_back(identifier(column));
  return fmt::format("CREATE INDEX CONCURRENTLY ON {} ({});", relation_identifier(scan),
                     fmt::join(names, ", "));
}

std::string create_expression_index(const PlanNode& scan, std::string_view expression) {
  return fmt::format("CREATE INDEX CONCURRENTLY ON {} (({}));", relation_identifier(scan),
                     expression);
}

std::string drop_index(const PlanNode& scan, const std::vector<std::string>& columns) {
  const std::string name = identifier(
      fmt::format("{}_{}_idx", scan.text(PlanText::kRelationName), fmt::join(columns, "_")));
  const std::string_view schema = scan.text(PlanText::kSchema);
  return fmt::format(
      "`DROP INDEX CONCURRENTLY {}{}{};`, the name that PostgreSQL gives it where that is free.",
      schema.empty() ? "" : identifier(schema), schema.empty() ? "" : ".", name);
}

}  // namespace pgcounsel
