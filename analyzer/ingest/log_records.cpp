#include "analyzer/ingest/log_records.h"

#include "analyzer/ingest/chunk_reader.h"

namespace pgcounsel {

void read_log_records(RecognisedInput& input, const FormatHints& hints,
                      const std::function<void(const LogRecord&, std::uint64_t line)>& take) {
  ChunkReader reader(input);
  InputChunk chunk;
  std::uint64_t lines = 0;
  while (reader.next(chunk)) {
    ChunkRecords& read = chunk.records;
    const Chunk piece{chunk.text(), 1, true};
    if (!chunk.is_read) {
      read.clear();
      read_chunk(input.format, piece, read);
    }
    if (!read.unparsed_lines.empty() && learn_prefix(input.format, read, hints.zone)) {
      read.clear();
      read_chunk(input.format, piece, read);
    }
    for (const LogRecord& record : read.records) take(record, lines + record.line);
    lines += read.lines;
  }
}

}  // namespace pgcounsel
