// A piece of a decompressed log and the records that a reader found in it. Readers are functions of
// a chunk alone, so chunks of one file can be read in any order and on any thread.
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/log/record.h"
#include "parser/text_arena.h"

namespace pgcounsel {

struct Chunk {
  std::string_view bytes;        // begins where an entry begins
  std::uint64_t first_line = 1;  // line number of its first byte
  bool last = false;             // nothing follows in the file
};

struct ChunkRecords {
  std::vector<LogRecord> records;                // views into the chunk's bytes or into `arena`
  TextArena arena;                               // texts that had to be put together
  std::uint64_t unparsed = 0;                    // entries that are no record
  std::uint64_t first_unparsed = 0;              // line of the first of them, 0 when none
  std::uint64_t lines = 0;                       // lines consumed
  std::vector<std::string_view> unparsed_lines;  // the first of them, to tell what they are
  // Of a log in envelopes:
  std::uint64_t foreign = 0;        // entries of other programs
  std::uint64_t lost_messages = 0;  // that the carrier says it dropped
  std::uint64_t torn_messages = 0;  // numbered messages of which parts are missing

  void clear() {
    records.clear();
    arena.clear();
    unparsed = first_unparsed = lines = 0;
    unparsed_lines.clear();
    foreign = lost_messages = torn_messages = 0;
  }
  void count_unparsed(std::uint64_t line, std::string_view text = {}) {
    constexpr std::size_t kKept = 1000;
    if (!text.empty() && unparsed_lines.size() < kKept) unparsed_lines.push_back(text);
    if (unparsed++ == 0) first_unparsed = line;
  }
};

}  // namespace pgcounsel
