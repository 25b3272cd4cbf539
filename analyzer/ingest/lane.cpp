#include "analyzer/ingest/lane.h"

#include <algorithm>

namespace pgcounsel {
namespace {

constexpr Micros kJumpBack = 5 * kSecond;  // more than the disorder between processes

}  // namespace

ServerLane::ServerLane(Store& store, std::int64_t server, StatementBook& book,
                       SourceCoverage source)
    : store_(store),
      server_(server),
      builder_(book, source.name, source.format),
      filter_(make_filter()) {
  batch_.source = source;
  total_ = std::move(source);
}

RecordFilter ServerLane::make_filter() {
  return RecordFilter([this](std::int64_t minute) -> RecordFilter::Known {
    auto known = store_.seen(server_, minute);
    if (known) return *std::move(known);
    fault_ = known.error();
    return {};
  });
}

Result<void> ServerLane::begin_run() {
  auto id = store_.begin_ingest();
  if (!id) return id.error();
  batch_.ingest = *id;
  batch_.first.reset();
  begun_ = true;
  return {};
}

Result<void> ServerLane::add(std::span<const LogRecord> records, bool ends) {
  if (!begun_) {
    if (auto begun = begin_run(); !begun) return begun;
  }
  std::vector<LogRecord> joined;
  TextArena joined_texts;
  if (!held_.empty()) {
    joined = std::move(held_);
    joined_texts = std::move(held_texts_);
    held_.clear();
    held_texts_.clear();
    joined.insert(joined.end(), records.begin(), records.end());
    records = joined;
  }
  std::vector<RecordKey> keys;
  keys.reserve(records.size());
  for (const LogRecord& record : records) keys.push_back(key_of(record));
  const std::size_t count = filter_.decidable(keys, ends);
  if (auto added = add_decided(records.first(count), std::span(keys).first(count), ends); !added) {
    return added;
  }
  hold(records.subspan(count));
  return {};
}

void ServerLane::hold(std::span<const LogRecord> records) {
  for (const LogRecord& record : records) held_.push_back(copy_of(record, held_texts_));
}

Result<void> ServerLane::add_decided(std::span<const LogRecord> records,
                                     std::span<const RecordKey> keys, bool ends) {
  std::size_t begin = 0;
  if (records.empty() && ends) filter_.tell({}, true);
  while (begin < records.size()) {
    std::size_t end = begin;
    for (; end < records.size(); ++end) {
      const Time time = records[end].time;
      if (last_time_ && *last_time_ - time > kJumpBack) break;
      last_time_ = time;
    }
    const bool jumps = end < records.size();
    add_piece(records.subspan(begin, end - begin), keys.subspan(begin, end - begin), jumps || ends);
    if (fault_) return *fault_;
    if (jumps) {
      if (auto done = start_again(); !done) return done;
    }
    begin = end;
  }
  return {};
}

void ServerLane::add_piece(std::span<const LogRecord> records, std::span<const RecordKey> keys,
                           bool ends) {
  const std::vector<bool> is_new = filter_.tell(keys, ends);
  if (!batch_.first) batch_.first = records.front().time;
  batch_.source.records += records.size();
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (is_new[i]) {
      builder_.add(records[i]);
    } else {
      ++batch_.source.duplicate_records;
    }
  }
}

Result<void> ServerLane::start_again() {
  if (auto done = commit(); !done) return done;
  builder_.let_go();
  filter_ = make_filter();
  last_time_.reset();
  return begin_run();
}

void ServerLane::note(std::uint64_t bytes, std::uint64_t unparsed, std::uint64_t foreign) {
  batch_.source.bytes += bytes;
  batch_.source.foreign_entries += foreign;
  batch_.source.unparsed_records += unparsed;
}

Result<void> ServerLane::commit() {
  if (!begun_) {
    if (auto begun = begin_run(); !begun) return begun;
  }
  batch_.sums = builder_.take_sums();
  batch_.fragments = builder_.take_changed_fragments();
  batch_.seen = filter_.take_changed();
  if (auto done = store_.commit(server_, batch_); !done) return done;
  SourceCoverage& source = batch_.source;
  total_.bytes += source.bytes;
  total_.foreign_entries += source.foreign_entries;
  total_.records += source.records;
  total_.unparsed_records += source.unparsed_records;
  total_.duplicate_records += source.duplicate_records;
  source.bytes = source.records = source.unparsed_records = source.duplicate_records = 0;
  source.foreign_entries = 0;
  batch_.warnings.clear();
  return {};
}

}  // namespace pgcounsel
