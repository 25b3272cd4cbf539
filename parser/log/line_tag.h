// The word that ends every log_line_prefix: `SEVERITY:  ` of a record, or the tag of a line that
// belongs to the record before it (`DETAIL:  `, `STATEMENT:  ` ...), in English or in the languages
// that the server's messages are translated to.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
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

struct UsualTag {
  std::string_view text;
  LineTag tag;
};
// No other tag ends with these words.
inline constexpr std::array kUsualTags = {
    UsualTag{"LOG:  ", {LineKind::kRecord, Severity::kLog, 6}},
    UsualTag{"DETAIL:  ", {LineKind::kDetail, Severity::kUnknown, 9}},
    UsualTag{"STATEMENT:  ", {LineKind::kStatement, Severity::kUnknown, 12}},
    UsualTag{"CONTEXT:  ", {LineKind::kContext, Severity::kUnknown, 10}},
    UsualTag{"HINT:  ", {LineKind::kHint, Severity::kUnknown, 7}},
    UsualTag{"ERROR:  ", {LineKind::kRecord, Severity::kError, 8}},
};

// The tag at `at`, if it is one that most lines have, else null.
inline const LineTag* usual_tag(std::string_view text, std::size_t at) {
  if (at >= text.size()) return nullptr;
  const char* const here = text.data() + at;
  for (const UsualTag& usual : kUsualTags) {
    if (*here != usual.text[0]) continue;
    const bool is_there = text.size() - at >= usual.text.size() &&
                          std::memcmp(here, usual.text.data(), usual.text.size()) == 0;
    return is_there ? &usual.tag : nullptr;
  }
  return nullptr;
}

struct PlacedTag {
  std::size_t at = 0;  // of its first letter
  LineTag tag{};
};

// Gets `out` the first place at or behind `from`, and not behind `last`, where read_line_tag finds
// a tag; false: there is none.
bool find_line_tag(std::string_view text, std::size_t from, std::size_t last, PlacedTag& out);

}  // namespace pgcounsel
