// The server's plain-text log, with prefixes of every kind, and what its records say.
#include <array>
#include <vector>

#include "parser/log/amounts.h"
#include "parser/log/event.h"
#include "parser/log/stderr_log.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

using Prefixes = std::vector<PrefixMatcher>;

Prefixes compiled(std::initializer_list<std::string_view> texts) {
  Prefixes prefixes;
  for (const std::string_view text : texts) prefixes.push_back(*PrefixMatcher::compile(text));
  return prefixes;
}

const std::array<Prefixes, 3>& prefixes() {
  static const std::array<Prefixes, 3> all{
      compiled({"%m [%p] %q%u@%d/%a %c %v "}),
      compiled({"%t:%r:%u@%d:[%p]:", "%m [%p] "}),  // changed inside the log
      compiled({"%12p %s %h,%e;%l<%b> "}),
  };
  return all;
}

}  // namespace

void fuzz_lines(std::string_view bytes) {
  for (const Prefixes& set : prefixes()) {
    const auto read = [&set](const Chunk& chunk, ChunkRecords& out) {
      return read_stderr(set, chunk, out);
    };
    expect_same_in_pieces(read, bytes);
  }
  ChunkRecords out;
  read_stderr(prefixes()[1], Chunk{bytes, 1, true}, out);
  for (const LogRecord& record : out.records) {
    const std::string_view event_class = event_class_of(event_of(record));
    const Amounts amounts = amounts_of(event_class, record);
    expect(amounts.count <= amounts.list.size(), "amounts fit into their list");
  }
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_lines);
