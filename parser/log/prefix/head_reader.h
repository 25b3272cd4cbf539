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
#include "parser/log/record.h"
#include "parser/time.h"

namespace pgcounsel {

// What differs from line to line of a session stands beside what they share: the record is copied
// faster when nothing was written into it just before.
struct LineHead {
  LogRecord record;  // which has no message yet, and nothing of what follows
  Severity severity = Severity::kUnknown;
  LineKind kind = LineKind::kRecord;
  bool localised = false;
  bool has_time = false, has_fraction = false;
  bool zone_is_certain = true;
  Time time{};
  std::size_t body = 0;  // offset of the text behind `SEVERITY:  `

  // Gives the record all that the head says.
  void complete(LogRecord& out) const {
    out.time = time;
    out.has_time = has_time;
    out.has_fraction = has_fraction;
    out.zone_is_certain = zone_is_certain;
    out.severity = severity;
    out.localised = localised;
  }
};

LineHead head_of(const PrefixMatch& match);

class HeadReader {
 public:
  explicit HeadReader(std::span<const PrefixMatcher> prefixes);

  // The head by the first prefix that fits, good until the next call; nullptr: none fits. `line`
  // must live as long as the reader.
  const LineHead* read(std::string_view line);

 private:
  struct Known {
    std::string_view rest;  // of the head, behind its lead
    PrefixMatch match;      // of the last line that has it, but for its time
    std::uint32_t pid = 0;  // by its %p, where that is not in the lead
    std::uint32_t last_pid = 0;
    LineHead head;
  };
  static constexpr std::size_t kSlots = 256;
  static constexpr std::size_t kKeySize = 16;  // bytes behind the lead that find most heads
  using Slot = std::uint16_t;                  // index in known_ + 1

  bool read_lead_of(std::string_view line, std::size_t& at);
  const LineHead* with_known(std::string_view line, std::size_t tag_at, const LineTag& tag,
                             Known& known);
  const LineHead* search(std::string_view line, std::size_t at, Slot* near);
  const LineHead* split(std::string_view line, std::size_t at, PlacedTag tag, Slot* slot);
  const LineHead* read_with_others(std::string_view line);
  void set_ids_of_lead(Known& known) const;

  std::span<const PrefixMatcher> prefixes_;
  const PrefixMatcher::Program* first_;  // of prefixes_
  bool is_time_only_;                    // the lead of the first prefix
  LogTimes times_;                       // of the first prefix
  PrefixMatch lead_;                     // of the line, by the first prefix
  std::vector<Known> known_;
  std::array<Slot, kSlots> near_{};   // by the bytes behind the lead
  std::array<Slot, kSlots> slots_{};  // by the whole rest
  LineHead other_;                    // of a line whose head is not remembered
  std::string_view last_text_;        // of the last line that the first prefix fits, up to its tag
  LineHead* last_ = nullptr;          // null: there is none
};

}  // namespace pgcounsel
