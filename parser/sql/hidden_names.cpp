#include "parser/sql/hidden_names.h"

#include <string_view>

namespace pgcounsel {
namespace {

constexpr std::string_view kEllipsis = "\xE2\x80\xA6";

bool is_name(const Token& token) {
  return token.closed && (token.kind == TokenKind::kWord || token.kind == TokenKind::kQuotedName);
}

bool is_assignment(const Token& token) {
  return is_word(token, "to") || (token.kind == TokenKind::kOperator && token.text[0] == '=');
}

}  // namespace

bool looks_like_value(const Token& token) {
  constexpr std::size_t kLongest = 63, kCardDigits = 12;
  if (token.kind != TokenKind::kQuotedName) return false;
  std::size_t digits = 0;
  for (const char c : token.text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : c == ' ' || c == '-' ? digits : 0;
    if (c == '@' || digits >= kCardDigits) return true;
  }
  return token.text.size() > kLongest + 2;
}

bool HiddenNames::hides(const Token& token) {
  const bool hidden = is_name(token) && token.text != kEllipsis && hides_name(token);
  if (!hidden) follow(token);
  ++position_;
  previous_ = token;
  return hidden;
}

bool HiddenNames::hides_name(const Token& token) {
  if (hide_rest_) return !is_any_word(token, {"on", "off", "true", "false", "default"});
  if (is_value_of_list()) return !is_any_word(token, {"on", "off", "true", "false", "default"});
  const bool password = is_word(previous_, "password") || (identified_ && is_word(previous_, "by"));
  return role_ && password && !is_word(token, "null");
}

bool HiddenNames::is_value_of_list() {
  in_list_ = in_list_ && (previous_.is_symbol(',') || is_assignment(previous_));
  return in_list_;
}

void HiddenNames::follow(const Token& token) {
  if (position_ == 0) {
    settings_ = is_any_word(token, {"set", "alter", "create"});
    create_ = is_word(token, "create");
  } else if (position_ == 1) {
    role_ = is_any_word(previous_, {"alter", "create"}) &&
            is_any_word(token, {"user", "role", "group"});
  }
  if (is_word(token, "identified")) identified_ = true;
  if (settings_ && is_word(token, "set") && !previous_.is_symbol('.')) {
    setting_ = Setting::kName;
  } else if (setting_ == Setting::kName && is_name(token)) {
    const bool scope = is_any_word(token, {"session", "local"}) && is_word(previous_, "set");
    if (!scope) setting_ = Setting::kValue;
  } else if (setting_ == Setting::kValue && token.is_symbol('.')) {
    setting_ = Setting::kName;
  } else if (setting_ == Setting::kValue && is_word(token, "zone") && is_word(previous_, "time")) {
    hide_rest_ = true;
  } else {
    if (setting_ == Setting::kValue && is_assignment(token))
      (create_ ? in_list_ : hide_rest_) = true;
    setting_ = Setting::kNone;
  }
}

}  // namespace pgcounsel
