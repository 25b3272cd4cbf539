// Statement text -> what the rest of the program needs of it, memoised by shape, so that
// libpg_query runs once per new shape. The memo is a cache of bounded size: losing an entry costs
// one more call.
#pragma once
#include <cstdint>
#include <memory>
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
  bool inserts = true;
  std::string text;  // redacted
};

enum class TextKind : std::uint8_t { kSimple, kPrepared };

// Statements of one shape may be written in several ways (case, blanks), which redaction keeps.
// Each way is redacted when it is first seen, and the answer carries that text: whoever keeps the
// smallest text of a fingerprint gets the same one in whatever order the statements came.
class StatementBook {
 public:
  // The reference is good until the next call.
  const std::shared_ptr<const StatementFacts>& look_up(std::string_view sql,
                                                       TextKind kind = TextKind::kSimple);
  std::uint64_t parser_calls() const { return parser_calls_; }

 private:
  struct ShapeHash {
    std::size_t operator()(const Shape& s) const { return static_cast<std::size_t>(s.high); }
  };
  std::unordered_map<Shape, std::shared_ptr<const StatementFacts>, ShapeHash> memo_;
  std::unordered_set<std::uint64_t> layouts_;  // of shape and layout, those seen
  std::shared_ptr<const StatementFacts> uncached_;
  std::uint64_t parser_calls_ = 0;
};

}  // namespace pgcounsel
