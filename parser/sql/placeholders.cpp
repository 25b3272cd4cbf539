#include "parser/sql/placeholders.h"

#include <algorithm>
#include <array>
#include <map>

#include "parser/number.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kNamed = "a named parameter or a psql variable";
constexpr std::string_view kDriver = "a parameter of a driver";
constexpr std::string_view kTemplate = "a template";

struct Brackets {
  std::string_view open, close;
};
constexpr std::array<Brackets, 5> kTemplates{
    {{"{{", "}}"}, {"<%", "%>"}, {"{%", "%}"}, {"${", "}"}, {"#{", "}"}}};

// A placeholder, in bytes of the text.
struct Found {
  std::size_t begin = 0, end = 0;
  std::string_view what;
  bool is_name = false;  // `:"name"`: the quoted name stays
  bool is_new = false;   // `?`: each is another value
};

class Filler {
 public:
  Filler(std::string_view sql, bool at_names) : sql_(sql), at_names_(at_names) {
    Lexer lexer(sql);
    for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
      tokens_.push_back(token);
      if (token.kind == TokenKind::kParameter) see_number(token.text.substr(1));
    }
  }

  std::optional<FilledText> fill() {
    for (std::size_t at = 0; at < tokens_.size(); ++at) {
      if (begin_of(at) < copied_) continue;  // of a placeholder
      if (tokens_[at].is_symbol('[')) ++brackets_;
      if (tokens_[at].is_symbol(']')) --brackets_;
      const std::optional<Found> found = find(at);
      if (!found) continue;
      note(*found);
      put(*found, at > 0 && is_word(tokens_[at - 1], "in"));
    }
    if (!any_) return std::nullopt;
    filled_.text += sql_.substr(copied_);
    return std::move(filled_);
  }

 private:
  void note(const Found& found) {
    if (!any_) {
      filled_.first = found.begin;
      filled_.what = found.what;
    }
    any_ = true;
  }
  std::size_t begin_of(std::size_t at) const {
    return static_cast<std::size_t>(tokens_[at].text.data() - sql_.data());
  }
  std::size_t end_of(std::size_t at) const { return begin_of(at) + tokens_[at].text.size(); }
  // The token right behind, without a gap.
  const Token* beside(std::size_t at) const {
    if (at + 1 >= tokens_.size() || begin_of(at + 1) != end_of(at)) return nullptr;
    return &tokens_[at + 1];
  }
  void see_number(std::string_view digits) {
    const auto number = whole_text_number<std::size_t>(digits);
    if (number && *number < 1000) last_ = std::max(last_, *number);
  }

  std::optional<Found> find(std::size_t at) {
    if (auto found = find_template(at)) return found;
    const Token& token = tokens_[at];
    if (token.is_symbol(':')) return find_named(at);
    if (token.kind == TokenKind::kOperator) return find_sign(at);
    if (is_word(token, "sqlc")) return find_sqlc(at);
    return std::nullopt;
  }

  // Its signs may be parts of other tokens: `=#{id}`.
  std::optional<Found> find_template(std::size_t at) {
    const Token& token = tokens_[at];
    if (token.kind != TokenKind::kOther && token.kind != TokenKind::kOperator) return std::nullopt;
    for (std::size_t i = 0; i < kTemplates.size(); ++i) {
      const std::string_view open = kTemplates[i].open;
      std::size_t begin = begin_of(at);
      if (open == "#{" && token.text.back() == '#') begin = end_of(at) - 1;
      if (open == "<%" && token.text.find("<%") != std::string_view::npos) {
        begin += token.text.find("<%");
      }
      if (sql_.substr(begin, open.size()) != open || unclosed_[i]) continue;
      const std::size_t close = sql_.find(kTemplates[i].close, begin);
      unclosed_[i] = close == std::string_view::npos;
      if (unclosed_[i]) continue;
      filled_.has_template = true;
      const Found found{begin, close + kTemplates[i].close.size(), kTemplate};
      note(found);
      // It would take lines away.
      if (sql_.substr(begin, found.end - begin).find('\n') == std::string_view::npos) return found;
    }
    return std::nullopt;
  }

  std::optional<Found> find_named(std::size_t at) {
    const Token* const name = beside(at);
    // `a[1:n]` is a slice.
    if (name == nullptr || brackets_ > 0) return std::nullopt;
    const std::size_t begin = begin_of(at);
    if (name->kind == TokenKind::kQuotedName) return Found{begin, begin + 1, kNamed, true};
    if (name->kind == TokenKind::kString) return Found{begin, end_of(at + 1), kNamed};
    if (name->kind != TokenKind::kWord) return std::nullopt;
    std::size_t last = at + 1;
    // `:v:ids`, `:value*:ids`, `:name!`
    const bool typed = is_any_word(*name, {"v", "value"});
    std::size_t next = last;
    if (typed && beside(next) != nullptr && beside(next)->text == "*") ++next;
    if (typed && beside(next) != nullptr && beside(next)->is_symbol(':') &&
        beside(next + 1) != nullptr && beside(next + 1)->kind == TokenKind::kWord) {
      last = next + 2;
    } else if (beside(last) != nullptr && beside(last)->text == "!") {
      ++last;
    }
    return Found{begin, end_of(last), kNamed};
  }

  // An operator before it may be one token with it: `=?`.
  std::optional<Found> find_sign(std::size_t at) {
    const std::size_t sign = end_of(at) - 1;
    const Token* const next = beside(at);
    switch (sql_[sign]) {
      case '?':
        if (at + 1 < tokens_.size() && tokens_[at + 1].kind == TokenKind::kString) {
          return std::nullopt;  // jsonb ? 'key'
        }
        if (next != nullptr && next->kind == TokenKind::kNumber) {
          return Found{sign, end_of(at + 1), kDriver};
        }
        return Found{sign, sign + 1, kDriver, false, true};
      case '%':
        return find_percent(at, sign);
      case '@':
        if (!at_names_ || next == nullptr || next->kind != TokenKind::kWord) return std::nullopt;
        return Found{sign, end_of(at + 1), kNamed};
      default:
        return std::nullopt;
    }
  }

  // `%s`, `%(name)s`
  std::optional<Found> find_percent(std::size_t at, std::size_t sign) const {
    const Token* const next = beside(at);
    if (next == nullptr) return std::nullopt;
    if (is_any_word(*next, {"s", "d"})) return Found{sign, end_of(at + 1), kDriver, false, true};
    const bool named = next->is_symbol('(') && at + 4 < tokens_.size() &&
                       tokens_[at + 2].kind == TokenKind::kWord && tokens_[at + 3].is_symbol(')') &&
                       is_any_word(tokens_[at + 4], {"s", "d"});
    if (!named) return std::nullopt;
    return Found{sign, end_of(at + 4), kDriver};
  }

  std::optional<Found> find_sqlc(std::size_t at) const {
    const bool call = at + 5 < tokens_.size() && tokens_[at + 1].is_symbol('.') &&
                      is_any_word(tokens_[at + 2], {"arg", "narg", "slice"}) &&
                      tokens_[at + 3].is_symbol('(') && tokens_[at + 5].is_symbol(')');
    if (!call) return std::nullopt;
    return Found{begin_of(at), end_of(at + 5), kNamed};
  }

  std::size_t number_of(const Found& found) {
    if (found.is_new) return ++last_;
    std::size_t& number = numbers_[sql_.substr(found.begin, found.end - found.begin)];
    if (number == 0) number = ++last_;
    return number;
  }

  void put(const Found& found, bool as_list) {
    filled_.text += sql_.substr(copied_, found.begin - copied_);
    copied_ = found.end;
    const std::size_t room = found.end - found.begin;
    if (found.is_name) {
      filled_.text += ' ';
      return;
    }
    std::string value = "$" + std::to_string(number_of(found));
    if (as_list) value = "(" + value + ")";
    const bool touches =
        !filled_.text.empty() && sql_bytes::is(filled_.text.back(), sql_bytes::kNamePart);
    if (touches) value.insert(0, 1, ' ');
    const bool is_touched =
        found.end < sql_.size() && sql_bytes::is(sql_[found.end], sql_bytes::kNamePart);
    if (value.size() < room) {
      value.append(room - value.size(), ' ');
    } else if (is_touched) {
      value += ' ';
    }
    for (std::size_t at = room; at < value.size(); ++at) {
      filled_.inserted.push_back(filled_.text.size() + at);
    }
    filled_.text += value;
  }

  std::string_view sql_;
  bool at_names_;
  std::vector<Token> tokens_;
  FilledText filled_;
  std::map<std::string_view, std::size_t> numbers_;
  std::array<bool, kTemplates.size()> unclosed_{};
  std::size_t last_ = 0;    // the largest number in use
  std::size_t copied_ = 0;  // behind what is in filled_.text
  int brackets_ = 0;
  bool any_ = false;
};

}  // namespace

std::optional<FilledText> fill_placeholders(std::string_view sql, bool at_names) {
  if (sql.find_first_of(at_names ? ":?%{@s" : ":?%{s") == std::string_view::npos) {
    return std::nullopt;
  }
  return Filler(sql, at_names).fill();
}

}  // namespace pgcounsel
