// What a file of logs is, told from its first bytes alone, and the file read as that.
#include "parser/log/reader.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

FormatHints hints() {
  FormatHints hints;
  hints.year = 2026;
  return hints;
}

bool is_json(const LogFormat& format) {
  if (format.envelope) return std::holds_alternative<JsonEnvelopeFormat>(*format.envelope);
  return std::holds_alternative<JsonFormat>(format.logs.front().format);
}

}  // namespace

void fuzz_recognise(std::string_view bytes) {
  const ExactBytes exact(bytes);
  const auto early = recognise(exact.view().substr(0, cuts_of(bytes).front()), false, hints());
  expect(!early || !*early || !(*early)->logs.empty(), "a format has a log");
  auto found = recognise(exact.view(), true, hints());
  is_enveloped(bytes, hints());
  if (!found || !*found) return;
  const LogFormat& format = **found;
  expect(!format.logs.empty() && !name_of(format).empty(), "a format has a name and a log");
  prefix_of(format);
  rank_of(format);
  const auto read = [&format](const Chunk& chunk, ChunkRecords& out) {
    return read_chunk(format, chunk, out);
  };
  // Exports that begin with the newest come in another order in pieces.
  const bool has_law = !format.newest_first && !is_json(format);
  expect_same_in_pieces(read, bytes, has_law ? kForCsv : kAnyBroken);
  ChunkRecords out;
  read_chunk(format, Chunk{bytes, 1, true}, out);
  LogFormat learned = format;
  learn_prefix(learned, out, Zone{});
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_recognise);
