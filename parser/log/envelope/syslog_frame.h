// Finds the frames of syslog that begin with their length (RFC 6587), as in `451 <134>1 ...`, with
// or without newlines between them. Where a length is wrong, or rubbish or the rest of a torn frame
// stands in between, it finds the next place where a frame or a line begins. The time it takes is
// linear, and what it finds at a place depends on nothing that stands before it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace pgcounsel {

struct SyslogFrame {
  std::size_t begin = 0, size = 0;  // of what follows its length; size 0: there is none
};

// The frame that `bytes` begin with, in a log most of whose entries are lines.
SyslogFrame read_syslog_frame(std::string_view bytes);

class SyslogFrames {
 public:
  // `last`: nothing follows the bytes.
  SyslogFrames(std::string_view bytes, bool last) : bytes_(bytes), last_(last) {}

  struct Piece {
    enum class Kind : std::uint8_t {
      kFrame,  // begin, end: without its length and the newline behind it
      kLine,   // a header without a length; end: the first place that can be its end
      kStray,  // what is neither
      kMore    // the bytes do not tell
    };
    Kind kind = Kind::kMore;
    std::size_t begin = 0, end = 0;
    std::size_t next = 0;  // where the next piece begins
  };
  Piece piece_at(std::size_t at) const;

  // Where the first entry begins whose header is at `from` or behind it, if before `limit`.
  struct Found {
    bool is_known = true;  // false: the bytes do not tell
    std::optional<std::size_t> at;
  };
  Found find(std::size_t from, std::size_t limit) const;

 private:
  enum class Answer : std::uint8_t { kNo, kYes, kUnknown };
  struct Frame {
    std::size_t at = 0, begin = 0, end = 0;  // at: of the length; end 0: there is none
  };

  Frame frame_at(std::size_t at) const;
  Answer leads_on(const Frame& frame) const;
  Found best_start(std::size_t at, bool must_lead) const;
  Found start_within(const Frame& frame) const;
  Found start_across(const Frame& frame) const;
  Piece stray(std::size_t at) const;
  std::size_t behind_newline(std::size_t at) const;

  std::string_view bytes_;
  bool last_;
};

// The texts of the first `most` frames in the head of a log; none where most of its bytes are in no
// frame.
std::vector<std::string_view> frames_of_head(std::string_view head, std::size_t most);

}  // namespace pgcounsel
