// Splits the head of a line, the text left of `SEVERITY:  `, into the fields of a compiled prefix.
// The tags of a line are tried from left to right, and a head must end right before its tag: what
// is read of a head depends on nothing that stands behind the tag.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/log/line_tag.h"
#include "parser/log/prefix/prefix.h"
#include "parser/log/prefix/program.h"
#include "parser/time.h"

namespace pgcounsel {

// A prefix ends within so many bytes of its line.
constexpr std::size_t kLongestHead = 4096;

// Reads the lead of `line`: its fields get into `out`, and `at` behind it. `times` may be null.
bool read_lead(const PrefixMatcher::Program& program, std::string_view line, LogTimes* times,
               PrefixMatch& out, std::size_t& at);

// The first tag that may end the head of a line whose lead ends at `at`; false: there is none.
inline bool find_tag(std::string_view line, std::size_t at, PlacedTag& tag) {
  return find_line_tag(line, at, kLongestHead, tag);
}

// Whether the text left of `tag`, or of a later one of the line's tags, is what the prefix writes;
// `at`: where its lead ends. The fields behind the lead get into `out`, and the first tag that fits
// into `tag`.
bool split_line(const PrefixMatcher::Program& program, std::string_view line, std::size_t at,
                PlacedTag& tag, PrefixMatch& out);

// What follows from the fields: the session, and the process from its id.
void conclude(PrefixMatch& match);
void set_tag(const PlacedTag& tag, PrefixMatch& match);

// The length of a field with a shape of its own at the start of `text`, padding included; its value
// gets into `out`.
std::size_t read_step(const PrefixMatcher::Program& program, const PrefixStep& step,
                      std::string_view text, LogTimes* times, PrefixMatch& out);
void keep_name(char escape, std::string_view value, PrefixMatch& out);
// Where a literal that ends the prefix can begin at the earliest.
std::size_t first_end_of(std::string_view literal, std::string_view head);
// Where up to three blanks before the end of `head` begin: a prefix may end there.
bool ends_head(std::string_view head, std::size_t at);

}  // namespace pgcounsel
