// Reads the heads of the lines of a chunk one after the other. Most are those of an earlier line
// but for the time (a session writes many lines, and DETAIL lines repeat the head of their record),
// and such a head is not split again. What is read of a line is what PrefixMatcher::match reads: it
// does not depend on the lines before it.
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "parser/log/prefix/prefix.h"
#include "parser/time.h"

namespace pgcounsel {

class HeadReader {
 public:
  explicit HeadReader(std::span<const PrefixMatcher> prefixes);

  // The match of the first prefix that fits, good until the next call; nullptr: none fits. `line`
  // must live as long as the reader.
  const PrefixMatch* read(std::string_view line);

 private:
  struct Known {
    std::string_view rest;  // of the head, behind its lead
    PrefixMatch match;
  };
  static constexpr std::size_t kSlots = 256;

  const PrefixMatch* read_with_first(std::string_view line);
  const PrefixMatch* with_known(Known& known, const PlacedTag& tag);
  void remember(std::uint16_t& slot, std::string_view rest);

  std::span<const PrefixMatcher> prefixes_;
  LogTimes times_;  // of the first prefix
  PrefixMatch match_;
  std::vector<Known> known_;
  std::uint16_t last_ = 0;                     // index in known_ + 1 of the head that was read last
  std::array<std::uint16_t, kSlots> slots_{};  // index in known_ + 1, by the hash of the rest
};

}  // namespace pgcounsel
