// The conditions and keys of a plan without what differs from one execution to the next: constants,
// parameters and their casts are one sign, lists of them too, and names stand without the table
// before them, which is printed or not as the plan needs it.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/sql/token.h"

namespace pgcounsel {

// Folds one condition after the other; kept by whoever folds many, so that room is made once.
class ConditionFold {
 public:
  // The parts of the condition, each a view into it or one of the signs `?` and `,`. Good until
  // the next call. Time is linear in the text's length; any bytes will do.
  const std::vector<std::string_view>& fold(std::string_view condition);

 private:
  void put(const Token& token);
  void put_constant();
  void close_list();
  void take_cast();
  void skip_type();
  bool ends_with(std::initializer_list<std::string_view> parts) const;
  void drop(std::size_t count) { parts_.resize(parts_.size() - count); }

  Lexer lexer_{{}};
  Token next_;
  std::vector<std::string_view> parts_;
};

// The parts with blanks between them: `(id = '5'::bigint)` is `( id = ? )`.
std::string folded_condition(std::string_view condition);

}  // namespace pgcounsel
