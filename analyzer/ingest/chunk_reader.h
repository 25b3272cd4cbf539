// The first stage of an ingest: one input, piece by piece, in the order of the file. Where a piece
// ends is a function of the bytes (and of the format) alone, never of how many threads read.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "analyzer/ingest/byte_buffer.h"
#include "analyzer/ingest/recognised.h"
#include "parser/log/chunk.h"

namespace pgcounsel {

// A piece of the input, and what was read of it.
struct InputChunk {
  ByteBuffer bytes;
  std::size_t size = 0;        // of the bytes that are this chunk's; behind them stands the next
  std::uint64_t consumed = 0;  // of the file as it lies on disk, up to here
  bool is_read = false;        // its records had to be read to find its end
  ChunkRecords records;        // `line` counts from 1 in each chunk

  std::string_view text() const { return bytes.view().substr(0, size); }
};

class ChunkReader {
 public:
  // `input` is opened, and outlives the reader.
  explicit ChunkReader(RecognisedInput& input);

  // The next piece; false at the end of the input.
  bool next(InputChunk& chunk);
  // Takes bytes back that stand before all that next() would give, which the format was changed
  // for.
  void put_back(std::string_view bytes);
  // Newest first: every chunk is told from the ledger by itself, so they should be few.
  void use_large_chunks();

 private:
  void fill_up_to(std::size_t size);
  std::size_t end_of_chunk(InputChunk& chunk, std::size_t window, bool last);

  RecognisedInput& input_;
  ByteBuffer buffer_;
  std::size_t chunk_size_;
  bool began_ = false;
};

}  // namespace pgcounsel
