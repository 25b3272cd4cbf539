#include "analyzer/ingest/lane.h"

#include <algorithm>

namespace pgcounsel {
namespace {

constexpr Micros kJumpBack = 5 * kSecond;  // more than the disorder between processes

}  // namespace

ServerLane::ServerLane(Store& store, std::int64_t server, SourceCoverage source)
    : store_(store), server_(server), builder_(source.name, source.format), filter_(make_filter()) {
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

Result<void> ServerLane::add(const PreparedRecords& records, bool ends) {
  if (!begun_) {
    if (auto begun = begin_run(); !begun) return begun;
  }
  if (!held_) return add_all(records, ends);
  // What was held back comes first.
  const std::unique_ptr<Held> before = std::move(held_);
  const auto append = [](auto& all, auto more) { all.insert(all.end(), more.begin(), more.end()); };
  for (const LogRecord& record : records.records) {
    before->records.push_back(record);
    before->records.back().line += records.lines_before;
  }
  append(before->keys, records.keys);
  append(before->readings, records.readings);
  builder_.note_texts(before->facts.all());
  return add_all({before->records, before->keys, before->readings}, ends);
}

Result<void> ServerLane::add_all(const PreparedRecords& records, bool ends) {
  const std::size_t count = filter_.decidable(records.keys, ends);
  if (auto added = add_decided(records.part(0, count), ends); !added) return added;
  if (count < records.keys.size()) hold(records.part(count, records.keys.size() - count));
  return {};
}

// The texts of a chunk go with it, so that what is held is read again from a copy.
void ServerLane::hold(const PreparedRecords& records) {
  held_ = std::make_unique<Held>();
  held_->keys.assign(records.keys.begin(), records.keys.end());
  for (const LogRecord& record : records.records) {
    held_->records.push_back(copy_of(record, held_->texts));
    held_->records.back().line += records.lines_before;
    held_->readings.push_back(read_record(held_->records.back(), held_->book, held_->facts));
  }
}

Result<void> ServerLane::add_decided(const PreparedRecords& records, bool ends) {
  const std::size_t size = records.records.size();
  std::size_t begin = 0;
  if (size == 0 && ends) filter_.tell({}, true);
  while (begin < size) {
    std::size_t end = begin;
    for (; end < size; ++end) {
      const Time time = records.records[end].time;
      if (last_time_ && *last_time_ - time > kJumpBack) break;
      last_time_ = time;
    }
    const bool jumps = end < size;
    add_piece(records.part(begin, end - begin), jumps || ends);
    if (fault_) return *fault_;
    if (jumps) {
      if (auto done = start_again(); !done) return done;
    }
    begin = end;
  }
  return {};
}

void ServerLane::add_piece(const PreparedRecords& records, bool ends) {
  const std::vector<bool>& is_new = filter_.tell(records.keys, ends);
  if (!batch_.first) batch_.first = records.records.front().time;
  batch_.source.records += records.records.size();
  for (std::size_t i = 0; i < records.records.size(); ++i) {
    if (is_new[i]) {
      builder_.add(records.records[i], records.readings[i], records.lines_before);
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
  batch_.sums = Sums{};
  batch_.fragments.clear();
  batch_.seen.clear();
  return {};
}

}  // namespace pgcounsel
