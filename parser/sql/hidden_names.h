// Which names of a statement are values of the user's: a word where a setting or a password takes
// one, and a quoted name that no name looks like. What it says is for the redaction only.
#pragma once
#include <cstddef>

#include "parser/sql/token.h"

namespace pgcounsel {

// `"ann@example.org"`, `"4111111111111111"`: other databases write values like this, and PostgreSQL
// refuses and logs them. No name has more than 63 bytes.
bool looks_like_value(const Token& token);

class HiddenNames {
 public:
  void begin_statement() { *this = HiddenNames{}; }
  // To be asked for every token in turn.
  bool hides(const Token& token);

 private:
  enum class Setting { kNone, kName, kValue };

  bool hides_name(const Token& token);
  bool is_value_of_list();
  void follow(const Token& token);

  std::size_t position_ = 0;
  Token previous_;
  Setting setting_ = Setting::kNone;  // how far SET name = has been read
  bool settings_ = false;             // the statement can set one
  bool create_ = false;
  bool role_ = false;
  bool identified_ = false;
  bool hide_rest_ = false;  // behind SET name =
  bool in_list_ = false;    // the same in CREATE FUNCTION, where more follows
};

}  // namespace pgcounsel
