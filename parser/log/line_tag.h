// The word that ends every log_line_prefix: `SEVERITY:  ` of a record, or the tag of a line that
// belongs to the record before it (`DETAIL:  `, `STATEMENT:  ` ...), in English or in the languages
// that the server's messages are translated to.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/log/record.h"

namespace pgcounsel {

enum class LineKind : std::uint8_t {
  kRecord,
  kDetail,
  kHint,
  kQuery,
  kContext,
  kStatement,
  kLocation,
  kBacktrace
};

struct LineTag {
  LineKind kind = LineKind::kRecord;
  Severity severity = Severity::kUnknown;  // also where `kind` is not kRecord
  std::size_t length = 0;                  // with the colon and the one or two blanks behind it
  bool localised = false;                  // the word is none of English
};

// The tag at the start of `text`, where nothing but a blank or the end of the line follows its
// colon.
std::optional<LineTag> read_line_tag(std::string_view text);

// `LOG:  ` or `DETAIL:  ` at `at`, as most lines have it, else null. No other tag ends with these
// words.
const LineTag* usual_tag(std::string_view text, std::size_t at);

struct PlacedTag {
  std::size_t at = 0;  // of its first letter
  LineTag tag{};
};

// Gets `out` the first place at or behind `from`, and not behind `last`, where read_line_tag finds
// a tag; false: there is none.
bool find_line_tag(std::string_view text, std::size_t from, std::size_t last, PlacedTag& out);

}  // namespace pgcounsel
