// The pieces of one text, found among the envelopes of all: a numbered message, or what one
// process, or one stream of a container, wrote without a long break.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/log/envelope/unwrap.h"
#include "parser/text_arena.h"

namespace pgcounsel {

struct Run {
  const InnerLog* log = nullptr;
  std::uint32_t first = 0, last = 0;  // envelopes
  std::uint32_t count = 0;
  bool is_numbered = false;
  bool is_complete = false;
  bool is_torn = false;  // parts are missing
};

constexpr std::uint32_t kNoEnvelope = ~std::uint32_t{0};

struct Runs {
  std::vector<Run> list;             // in the order of their first pieces
  std::vector<std::uint32_t> next;   // for each envelope the next of its run
  std::vector<std::size_t> foreign;  // offsets of the envelopes of other programs
};

Runs runs_of(const Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs);

// A run put together.
struct RunText {
  struct Piece {
    std::size_t at = 0;  // in `text`
    std::uint64_t line = 1;
    std::uint32_t envelope = 0;
    bool goes_on = false;  // the entry before it goes on in it
  };
  std::string_view text;
  std::vector<Piece> pieces;  // of a run that is not numbered
};

// Of a message of which parts are missing this is what stands before the gap, and the fields that
// begin behind it.
void put_together(const Run& run, const Runs& runs, const Envelopes& envelopes, TextArena& arena,
                  RunText& out);

}  // namespace pgcounsel
