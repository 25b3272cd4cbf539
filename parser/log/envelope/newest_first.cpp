#include "parser/log/envelope/newest_first.h"

#include <algorithm>

namespace pgcounsel {
namespace {

// The envelope with which the part of the chunk begins that must come again: what begins a record
// of the ones before it may stand behind the chunk. list.size(): there is nothing to keep, 0: none
// can be taken.
std::size_t first_to_keep(const Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs) {
  const std::size_t size = chunk.bytes.size();
  Envelopes turned;
  turned.list = envelopes.list;
  turn_round(turned, size);
  const auto oldest =
      earliest_cut(turned, Chunk{chunk.bytes, chunk.first_line, true}, logs, kFarthestPiece);
  if (!oldest) return 0;
  const std::size_t end = size - *oldest;
  const auto behind = std::lower_bound(
      envelopes.list.begin(), envelopes.list.end(), end,
      [](const Envelope& envelope, std::size_t at) { return envelope.offset < at; });
  return static_cast<std::size_t>(behind - envelopes.list.begin());
}

void keep_from(std::size_t index, const Chunk& chunk, Envelopes& envelopes) {
  const std::size_t offset = envelopes.list[index].offset;
  envelopes.lines = envelopes.list[index].line - chunk.first_line;
  envelopes.list.resize(index);
  std::erase_if(envelopes.strays, [=](const auto& stray) { return stray.offset >= offset; });
  std::erase_if(envelopes.losses, [=](const auto& loss) { return loss.offset >= offset; });
}

}  // namespace

bool is_newest_first(const Envelopes& envelopes) {
  std::size_t up = 0, down = 0;
  const Envelope* before = nullptr;
  for (const Envelope& envelope : envelopes.list) {
    if (!envelope.time) continue;
    if (before != nullptr && before->time->time < envelope.time->time) ++up;
    if (before != nullptr && before->time->time > envelope.time->time) ++down;
    before = &envelope;
  }
  return down > 3 * up + 3;
}

void turn_round(Envelopes& envelopes, std::size_t size) {
  for (Envelope& envelope : envelopes.list) {
    const std::size_t offset = size - envelope.end;
    envelope.end = size - envelope.offset;
    envelope.offset = offset;
  }
  for (auto& stray : envelopes.strays) stray.offset = size - stray.offset - 1;
  for (auto& loss : envelopes.losses) loss.offset = size - loss.offset - 1;
  std::reverse(envelopes.list.begin(), envelopes.list.end());
  std::reverse(envelopes.strays.begin(), envelopes.strays.end());
  std::reverse(envelopes.losses.begin(), envelopes.losses.end());
}

std::size_t unwrap_newest_first(Envelopes& envelopes, const Chunk& chunk, const InnerLogs& logs,
                                ChunkRecords& out) {
  std::size_t size = chunk.bytes.size();
  if (!chunk.last) {
    const std::size_t kept = first_to_keep(envelopes, chunk, logs);
    if (kept == 0) return 0;
    if (kept < envelopes.list.size()) {
      size = envelopes.list[kept].offset;
      keep_from(kept, chunk, envelopes);
    }
  }
  turn_round(envelopes, size);
  unwrap(envelopes, Chunk{chunk.bytes.substr(0, size), chunk.first_line, true}, logs, out);
  return size;
}

}  // namespace pgcounsel
