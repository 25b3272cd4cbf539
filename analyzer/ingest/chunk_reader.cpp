#include "analyzer/ingest/chunk_reader.h"

#include <algorithm>
#include <utility>

#include "parser/log/cut.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kReadSize = 256 * 1024;
constexpr std::size_t kChunkSize = 512 * 1024;
constexpr std::size_t kLargeChunkSize = 1024 * 1024;
constexpr std::size_t kFarthestCut = 1024 * 1024;  // from here on records are read to find one
constexpr std::size_t kLongestEntry = 64 * 1024 * 1024;

}  // namespace

ChunkReader::ChunkReader(RecognisedInput& input) : input_(input), chunk_size_(kChunkSize) {
  buffer_.append(input.head);
  input.head = std::string();
}

void ChunkReader::fill_up_to(std::size_t size) {
  while (!input_.ended && buffer_.size() < size) {
    const auto got = input_.stream->read(buffer_.room(kReadSize).first(kReadSize));
    if (got) buffer_.grow(*got);
    if (!got) input_.fault = got.error().message;
    input_.ended = !got || *got == 0;
  }
}

bool ChunkReader::next(InputChunk& chunk) {
  chunk.records.clear();
  chunk.is_read = false;
  for (std::size_t wanted = chunk_size_;; wanted *= 2) {
    fill_up_to(wanted);
    if (!std::exchange(began_, true)) {
      if (buffer_.view().starts_with(kByteOrderMark)) buffer_.remove_prefix(kByteOrderMark.size());
    }
    if (buffer_.size() == 0) return false;
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
    if (!chunk.is_read) chunk.bytes.swap(buffer_);
    buffer_.clear();
    buffer_.append(chunk.bytes.view().substr(size));
    return true;
  }
}

// Views of records stand in chunk.bytes, so the buffer moves there before it is read.
std::size_t ChunkReader::end_of_chunk(InputChunk& chunk, std::size_t window, bool last) {
  if (can_be_cut(input_.format)) {
    if (last && input_.ended) return window;
    const auto cut = find_cut(input_.format, buffer_.view().substr(0, window));
    if (cut) return *cut;
    if (window < kFarthestCut) return 0;
  }
  chunk.bytes.swap(buffer_);
  chunk.records.clear();
  const Chunk piece{chunk.bytes.view().substr(0, window), 1, last};
  const std::size_t size = read_chunk(input_.format, piece, chunk.records);
  chunk.is_read = size > 0;
  if (size == 0) chunk.bytes.swap(buffer_);
  return size;
}

void ChunkReader::put_back(std::string_view bytes) {
  ByteBuffer joined;
  joined.append(bytes);
  joined.append(buffer_.view());
  buffer_.swap(joined);
}

void ChunkReader::use_large_chunks() {
  chunk_size_ = kLargeChunkSize;
}

}  // namespace pgcounsel
