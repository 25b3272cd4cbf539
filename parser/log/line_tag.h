// The word that ends every log_line_prefix: `SEVERITY:  ` of a record, or the tag of a line that
// belongs to the record before it (`DETAIL:  `, `STATEMENT:  ` ...), in English or in the languages
// that the server's messages are translated to.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/log/record.h"
#include "parser/same_text.h"

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

// The tag at `at`, if it is one that most lines have, else null. No other tag ends with these
// words.
inline const LineTag* usual_tag(std::string_view text, std::size_t at) {
  static constexpr UsualTag kLog{"LOG:  ", {LineKind::kRecord, Severity::kLog, 6}};
  static constexpr UsualTag kDetail{"DETAIL:  ", {LineKind::kDetail, Severity::kUnknown, 9}};
  static constexpr UsualTag kStatement{"STATEMENT:  ",
                                       {LineKind::kStatement, Severity::kUnknown, 12}};
  static constexpr UsualTag kContext{"CONTEXT:  ", {LineKind::kContext, Severity::kUnknown, 10}};
  static constexpr UsualTag kHint{"HINT:  ", {LineKind::kHint, Severity::kUnknown, 7}};
  static constexpr UsualTag kError{"ERROR:  ", {LineKind::kRecord, Severity::kError, 8}};
  if (at >= text.size()) return nullptr;
  const std::string_view rest(text.data() + at, text.size() - at);
  const auto if_there = [rest](const UsualTag& usual) {
    const std::size_t size = usual.text.size();
    const bool is_there = rest.size() >= size && same_text({rest.data(), size}, usual.text);
    return is_there ? &usual.tag : nullptr;
  };
  switch (rest[0]) {
    case 'L':
      return if_there(kLog);
    case 'D':
      return if_there(kDetail);
    case 'S':
      return if_there(kStatement);
    case 'C':
      return if_there(kContext);
    case 'H':
      return if_there(kHint);
    case 'E':
      return if_there(kError);
    default:
      return nullptr;
  }
}

struct PlacedTag {
  std::size_t at = 0;  // of its first letter
  LineTag tag{};
};

// Gets `out` the first place at or behind `from`, and not behind `last`, where read_line_tag finds
// a tag; false: there is none.
bool find_line_tag(std::string_view text, std::size_t from, std::size_t last, PlacedTag& out);

}  // namespace pgcounsel
