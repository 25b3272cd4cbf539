// Whether an expression that EXPLAIN prints ends where its line ends: inside of a literal or of
// braces it goes on. Names in quotes and literals may hold each other's quotes and any braces.
#pragma once
#include <cstdint>
#include <string_view>

namespace pgcounsel {

class ExpressionEnd {
 public:
  void pass(std::string_view text) {
    for (const char c : text) {
      if (inside_ != '\0') {
        if (c == inside_) inside_ = '\0';
      } else if (c == '\'' || c == '"') {
        inside_ = c;
      } else if (c == '(') {
        ++open_;
      } else if (c == ')') {
        --open_;
      }
    }
  }
  bool in_literal() const { return inside_ == '\''; }
  bool in_quotes() const { return inside_ != '\0'; }
  bool is_open() const { return inside_ != '\0' || open_ > 0; }

 private:
  char inside_ = '\0';  // the quote that closes what is open
  std::int64_t open_ = 0;
};

}  // namespace pgcounsel
