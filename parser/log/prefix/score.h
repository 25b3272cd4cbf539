// How well a prefix explains the lines of a log. Matching alone cannot decide, for names hold
// anything: `%m [%p] %q%u@%d ` also matches what `%m [%p] %q%u@%d/%a %c ` wrote, with the database
// `shop/psql 6b029e2a.68d2`. So a match counts more where its names look like names or are known to
// be some, a little more where it finds more fields (a guess read off some other program's line
// takes half the prefix for a name), and a prefix whose names contradict what the messages tell is
// as good as none.
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "parser/log/prefix/prefix.h"
#include "parser/log/prefix/told.h"

namespace pgcounsel {

struct PrefixSample {
  std::string_view line;  // up to its text
  std::string_view head;  // left of the severity
  ToldNames told;         // by the message
};

struct PrefixScore {
  std::size_t lines = 0;  // of the sample
  std::size_t matched = 0;
  std::size_t clean = 0;  // of these, with names that look like names
  std::size_t agreeing = 0;
  std::size_t contradicting = 0;  // lines whose names are not those that their message tells
  std::size_t points = 0;         // of all matches
  std::size_t timed = 0;          // matches with a time
  int fields = 0;                 // found in any line
  std::size_t escapes = 0;
  bool has_odd_words = false;

  bool is_credible() const;
  bool finds_time() const;  // what does not may have cut a time into numbers
  // More lines explained; between equals the prefix that finds more fields, then the shorter one.
  bool better_than(const PrefixScore& other) const;
};

// Stops early, with no points, where the score can no longer reach that of `best`.
PrefixScore score_of(const PrefixMatcher& matcher, const std::vector<PrefixSample>& sample,
                     const KnownNames& known, bool has_odd_words, const PrefixScore& best);

}  // namespace pgcounsel
