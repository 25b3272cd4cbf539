#include "analyzer/ingest/chunk_reader.h"

#include <algorithm>
#include <utility>

#include "parser/log/cut.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kChunkSize = 256 * 1024;
constexpr std::size_t kLargeChunkSize = 1024 * 1024;
constexpr std::size_t kFarthestCut = 1024 * 1024;  // from here on records are read to find one
constexpr std::size_t kLongestEntry = 64 * 1024 * 1024;

}  // namespace

ChunkReader::ChunkReader(RecognisedInput& input)
    : input_(input), buffer_(std::move(input.head)), chunk_size_(kChunkSize) {}

bool ChunkReader::next(InputChunk& chunk) {
  chunk.records.clear();
  chunk.is_read = chunk.last = false;
  for (std::size_t wanted = chunk_size_;; wanted *= 2) {
    fill(*input_.stream, buffer_, wanted, input_.ended, input_.fault);
    if (!std::exchange(began_, true)) drop_byte_order_mark(buffer_);
    if (buffer_.empty()) return false;
    const std::size_t window = std::min(buffer_.size(), wanted);
    const bool whole = input_.ended && window == buffer_.size();
    const std::size_t size = end_of_chunk(chunk, window, whole || window > kLongestEntry);
    if (size == 0 && !whole) continue;
    chunk.consumed = input_.stream->bytes_consumed();
    if (size == 0) {
      buffer_.clear();
      return false;
    }
    chunk.size = size;
    if (!chunk.is_read) std::swap(chunk.bytes, buffer_);
    buffer_.assign(chunk.bytes, size);
    return true;
  }
}

// Views of records stand in chunk.bytes, so the buffer moves there before it is read.
std::size_t ChunkReader::end_of_chunk(InputChunk& chunk, std::size_t window, bool last) {
  if (can_be_cut(input_.format)) {
    if (last && input_.ended) {
      chunk.last = true;
      return window;
    }
    const auto cut = find_cut(input_.format, std::string_view(buffer_).substr(0, window));
    if (cut) return *cut;
    if (window < kFarthestCut) return 0;
  }
  std::swap(chunk.bytes, buffer_);
  chunk.records.clear();
  const Chunk piece{std::string_view(chunk.bytes).substr(0, window), 1, last};
  const std::size_t size = read_chunk(input_.format, piece, chunk.records);
  chunk.is_read = size > 0;
  chunk.last = last;
  if (size == 0) std::swap(chunk.bytes, buffer_);
  return size;
}

void ChunkReader::put_back(std::string_view bytes) {
  buffer_.insert(0, bytes);
}

void ChunkReader::use_large_chunks() {
  chunk_size_ = kLargeChunkSize;
}

}  // namespace pgcounsel
