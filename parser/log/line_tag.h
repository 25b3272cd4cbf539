// The word that ends every log_line_prefix: `SEVERITY:  ` of a record, or the tag of a line that
// belongs to the record before it (`DETAIL:  `, `STATEMENT:  ` ...), in English or in the languages
// that the server's messages are translated to.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/find.h"
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
  static constexpr std::uint32_t kNever = std::uint32_t{1} << kFindBlock;

  std::array<char, kFindBlock> text{};
  std::uint32_t bytes = kNever;  // of a block that are the tag's, a bit for each
  LineTag tag{};

  constexpr UsualTag() = default;
  constexpr UsualTag(std::string_view word, LineKind kind, Severity severity)
      : bytes((std::uint32_t{1} << word.size()) - 1), tag{kind, severity, word.size()} {
    for (std::size_t i = 0; i < word.size(); ++i) text[i] = word[i];
  }
};

inline constexpr std::array kUsualTags = {
    UsualTag{"LOG:  ", LineKind::kRecord, Severity::kLog},
    UsualTag{"DETAIL:  ", LineKind::kDetail, Severity::kUnknown},
    UsualTag{"STATEMENT:  ", LineKind::kStatement, Severity::kUnknown},
    UsualTag{"CONTEXT:  ", LineKind::kContext, Severity::kUnknown},
    UsualTag{"HINT:  ", LineKind::kHint, Severity::kUnknown},
    UsualTag{"ERROR:  ", LineKind::kRecord, Severity::kError},
    UsualTag{},
};

// By the lowest bits of the first letter, which tell the usual tags apart: which of them it can be.
inline constexpr std::size_t kTagLetters = 32;
inline constexpr auto kTagOfLetter = [] {
  std::array<std::uint8_t, kTagLetters> tags{};
  tags.fill(kUsualTags.size() - 1);
  for (std::uint8_t i = 0; i + 1U < kUsualTags.size(); ++i) {
    tags[static_cast<unsigned char>(kUsualTags[i].text[0]) % kTagLetters] = i;
  }
  return tags;
}();

// The tag at `at`, where a block can be read, if it is one that most lines have, else null. No
// other tag ends with these words. Which one it is changes from line to line, so it is looked up
// and not branched for.
inline const LineTag* usual_tag(const char* at) {
  const UsualTag& usual = kUsualTags[kTagOfLetter[static_cast<unsigned char>(*at) % kTagLetters]];
  const bool is_there = (equal_in_block(usual.text.data(), at) & usual.bytes) == usual.bytes;
  return is_there ? &usual.tag : nullptr;
}

// The same for the end of a text, where no block can be read.
const LineTag* usual_tag_at_end(std::string_view text);

inline const LineTag* usual_tag(std::string_view text, std::size_t at) {
  if (at + kFindBlock <= text.size()) return usual_tag(text.data() + at);
  return at < text.size() ? usual_tag_at_end(text.substr(at)) : nullptr;
}

struct PlacedTag {
  std::size_t at = 0;  // of its first letter
  LineTag tag{};
};

// Gets `out` the first place at or behind `from`, and not behind `last`, where read_line_tag finds
// a tag; false: there is none.
bool find_line_tag(std::string_view text, std::size_t from, std::size_t last, PlacedTag& out);

}  // namespace pgcounsel
