// Takes the envelopes off a log: puts the pieces inside together to the texts that their writers
// wrote, has these read by the readers of what is inside, and fills in what only the envelope
// tells: host, time, process id. It is the one way from envelopes to records, whatever carried the
// log, and like every reader a function of the chunk alone.
#pragma once
#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "parser/log/chunk.h"
#include "parser/log/envelope/envelope.h"

namespace pgcounsel {

// Reads the log that one program writes.
struct InnerLog {
  // As read_stderr: appends complete records and answers the bytes they took. What it reads behind
  // the beginning of a record must not depend on what stands before that.
  std::function<std::size_t(const Chunk&, ChunkRecords&)> read;
  // Whether a line begins a record or one of its parts (`<prefix>DETAIL:  `). Only asked where the
  // length of a syslog message's part does not tell; may be empty.
  std::function<bool(std::string_view)> begins_entry;
};

// The reader of a program's log; nothing for a program whose log is of no interest.
using InnerLogs = std::function<const InnerLog*(std::string_view program)>;

// What comes later than this behind the last piece of a message or record does not belong to it.
// Other processes write meanwhile: on a busy server with few processors 170 KiB were seen.
constexpr std::size_t kFarthestPiece = std::size_t{256} << 10;

// Appends the records in `envelopes` to `out`, in the order of their first bytes, and takes over
// the texts that they view. `chunk`: the bytes that the envelopes took, `last` if no more come.
// Answers how many of these bytes are done with: up to the latest place where no message or record
// straddles and before which all are complete; 0 where there is none. What is behind it comes again
// with the next chunk.
std::size_t unwrap(Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs,
                   ChunkRecords& out);

// The first record at `from` or behind it before which nothing goes on behind its first byte: the
// earliest place where whole envelopes (`chunk` with `last`) can be cut. Nothing where there is
// none.
std::optional<std::size_t> earliest_cut(Envelopes& envelopes, const Chunk& chunk,
                                        const InnerLogs& logs, std::size_t from);

// The lines inside that may be the beginnings of entries, by program: for finding out which of the
// programs writes which kind of log, with which prefix.
struct InnerLines {
  std::string_view program;
  std::vector<std::string_view> lines;
};
std::vector<InnerLines> inner_lines(const Envelopes& envelopes);

}  // namespace pgcounsel
