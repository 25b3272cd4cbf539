// Statement text -> what the rest of the program needs of it, memoised, so that libpg_query runs
// once per new shape. The memo is a cache of bounded size: losing an entry costs one more call.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/sql/admin_statement.h"
#include "parser/sql/fingerprint.h"
#include "parser/sql/insert_form.h"
#include "parser/sql/shape.h"
#include "parser/sql/shape_table.h"
#include "parser/sql/statement_role.h"
#include "parser/sql/text_key.h"

namespace pgcounsel {

struct StatementFacts {
  Fingerprint fingerprint;
  bool parsed = true;  // false: fingerprint is of the shape
  StatementRole role = StatementRole::kOther;
  bool inserts = false;  // it begins with INSERT
  InsertForm insert_form = InsertForm::kNone;
  AdminStatement admin = AdminStatement::kNone;
  bool only_creates_missing = false;
  std::string text;  // redacted
};

using SharedFacts = std::shared_ptr<const StatementFacts>;

enum class TextKind : std::uint8_t {
  kSimple,    // with its values
  kPrepared,  // of the extended protocol: the same bytes come again and again
};

// Statements of one shape may be written in several ways (case, blanks), which redaction keeps, and
// one row or several are two ways. The
// answer is of the way in which the text is written: whoever keeps the smallest text of a
// fingerprint gets the same one in whatever order the statements came.
class StatementBook {
 public:
  static constexpr std::size_t kMostBytes = std::size_t{32} << 20;

  explicit StatementBook(std::size_t most_bytes = kMostBytes) : most_bytes_(most_bytes) {}
  // The reference is good until the next call, a copy as long as one likes. The kind only decides
  // how the memo is asked.
  const SharedFacts& look_up(std::string_view sql, TextKind kind = TextKind::kSimple);
  std::uint64_t parser_calls() const { return parser_calls_; }
  // All that the memo takes. Facts that others hold and the memo has dropped are not of it.
  std::size_t bytes() const;

 private:
  // What all ways to write a shape have in common.
  struct Parsed {
    Fingerprint fingerprint;
    bool parsed = false;
    StatementRole role = StatementRole::kOther;
    explicit operator bool() const { return static_cast<bool>(fingerprint); }
  };
  // From a text's key right to its facts.
  struct Shortcut {
    TextKey key;
    std::uint32_t place = 0;  // in ways_
    enum : std::uint8_t { kEmpty, kLeads, kMisleads } state = kEmpty;
  };

  const SharedFacts& look_up_new(std::string_view sql, TextKind kind, Shortcut& shortcut);
  std::size_t place_of(std::string_view sql);
  const SharedFacts& at(std::size_t place);
  Parsed parse(std::string_view sql, const ShapeScan& scan);
  void make_room(std::size_t bytes);

  std::size_t most_bytes_;
  std::size_t facts_bytes_ = 0;
  ShapeTable<SharedFacts> ways_;  // by shape and layout
  ShapeTable<Parsed> shapes_;
  std::vector<Shortcut> shortcuts_;
  std::vector<const char*> folded_;
  SharedFacts uncached_;
  std::uint64_t parser_calls_ = 0;
};

}  // namespace pgcounsel
