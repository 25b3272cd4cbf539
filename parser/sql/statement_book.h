// Statement text -> what the rest of the program needs of it, memoised by shape, so that
// libpg_query runs once per new shape. The memo is a cache of bounded size: losing an entry costs
// one more call.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "parser/sql/fingerprint.h"
#include "parser/sql/shape.h"
#include "parser/sql/statement_role.h"

namespace pgcounsel {

struct StatementFacts {
  Fingerprint fingerprint;
  bool parsed = true;  // false: fingerprint is of the shape
  StatementRole role = StatementRole::kOther;
  std::string text;  // redacted
};

// Statements of one shape may be written in several ways (case, blanks), which redaction keeps.
// Each way is redacted when it is first seen, and the answer carries that text: whoever keeps the
// smallest text of a fingerprint gets the same one in whatever order the statements came.
class StatementBook {
 public:
  // The reference is good until the next call.
  const StatementFacts& look_up(std::string_view sql);
  std::uint64_t parser_calls() const { return parser_calls_; }

 private:
  struct ShapeHash {
    std::size_t operator()(const Shape& s) const { return static_cast<std::size_t>(s.high); }
  };
  std::unordered_map<Shape, StatementFacts, ShapeHash> memo_;
  std::unordered_set<std::uint64_t> layouts_;  // of shape and layout, those seen
  StatementFacts uncached_;
  std::uint64_t parser_calls_ = 0;
};

}  // namespace pgcounsel
