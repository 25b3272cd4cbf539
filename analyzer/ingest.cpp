#include "analyzer/ingest.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <span>

#include "analyzer/ledger/identity.h"
#include "analyzer/workload/builder.h"
#include "parser/input.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kReadSize = 256 * 1024;
constexpr std::size_t kHeadSize = 256 * 1024;  // enough to recognise a format
constexpr std::size_t kChunkSize = 1024 * 1024;
constexpr std::size_t kLongestEntry = 64 * 1024 * 1024;
constexpr std::uint64_t kBatchBytes = 64 * 1024 * 1024;  // between commits
constexpr Micros kJumpBack = 5 * kSecond;                // more than the disorder between processes

std::string display_name(const std::string& path) {
  return path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
}

// An input whose format is known, with the bytes that were read to know it.
struct Recognised {
  std::string path;
  std::optional<InputStream> stream;  // only of pipes, which cannot be opened again
  std::string head;                   // what was read of it
  bool ended = false;
  std::optional<std::string> fault;  // damaged data
  std::uint64_t size_on_disk = 0;
  LogFormat format;
};

// Reads until `buffer` has `size` bytes or the data ends; a fault ends it too and is told.
void fill(InputStream& stream, std::string& buffer, std::size_t size, bool& ended,
          std::optional<std::string>& fault) {
  while (!ended && buffer.size() < size) {
    const std::size_t before = buffer.size();
    buffer.resize(before + kReadSize);
    const auto got = stream.read(buffer.data() + before, kReadSize);
    buffer.resize(before + (got ? *got : 0));
    if (!got) fault = got.error().message;
    ended = !got || *got == 0;
  }
}

// Editors of some systems begin a file with the mark of UTF-8.
void drop_byte_order_mark(std::string& head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.erase(0, 3);
}

Result<Recognised> recognise_input(const std::string& path, const FormatHints& hints) {
  auto stream = InputStream::open(path);
  if (!stream) return stream.error();
  Recognised input{path, *std::move(stream), {}, false, {}, 0, CsvFormat{}};
  fill(*input.stream, input.head, kHeadSize, input.ended, input.fault);
  if (input.head.empty()) {
    return Error{input.fault ? *input.fault : fmt::format("{}: is empty", path)};
  }
  drop_byte_order_mark(input.head);
  auto format = recognise(input.head, input.ended, hints);
  if (!format) return Error{fmt::format("{}: {}", path, format.error().message)};
  if (!*format) {
    return Error{fmt::format(
        "{}: no server log is recognised in its first {} bytes; csvlog and stderr logs are read "
        "(tell the prefix with --log-line-prefix)",
        path, input.head.size())};
  }
  input.format = **std::move(format);
  input.size_on_disk = input.stream->size_on_disk();
  if (path != "-" && input.stream->is_regular_file()) {
    // Many files may wait for their turn: none keeps its descriptor or its bytes.
    input.stream.reset();
    input.head = std::string();
    input.ended = false;
    input.fault.reset();
  }
  return input;
}

std::vector<Warning> warnings_of(const LogFormat& format) {
  std::vector<Warning> warnings;
  const auto* text = std::get_if<StderrFormat>(&format);
  if (text == nullptr) return warnings;
  const PrefixMatcher& prefix = text->prefixes.front();
  const auto lacks = [&prefix](std::string_view escapes) {
    return std::none_of(escapes.begin(), escapes.end(),
                        [&](char e) { return prefix.has_escape(e); });
  };
  if (lacks("pc")) {
    warnings.push_back(
        {"no_process_id",
         "log_line_prefix has neither %p nor %c: transactions and sessions cannot be told apart."});
  }
  if (lacks("tmns")) {
    warnings.push_back(
        {"no_time", "log_line_prefix has no time (%m): when something happened cannot be told."});
  }
  return warnings;
}

// Exports of cloud consoles often begin with the newest record.
bool is_newest_first(const std::vector<LogRecord>& records) {
  std::size_t up = 0, down = 0;
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i - 1].time < records[i].time) ++up;
    if (records[i - 1].time > records[i].time) ++down;
  }
  return down > 3 * up + 3;
}

// Reads one input into the ledger.
class SourceIngest {
 public:
  SourceIngest(Store& store, std::int64_t server, const FormatHints& hints, Recognised input,
               IngestOutcome& outcome)
      : store_(store),
        hints_(hints),
        server_(server),
        input_(std::move(input)),
        outcome_(outcome),
        builder_(book_, display_name(input_.path), std::string(name_of(input_.format))),
        filter_(make_filter()) {}

  Result<void> run(const std::function<void(const InputStream&)>& progress) {
    if (!input_.stream) {
      auto stream = InputStream::open(input_.path);
      if (!stream) return stream.error();
      input_.stream = *std::move(stream);
    }
    if (auto begun = begin_run(); !begun) return begun;
    batch_.source.name = display_name(input_.path);
    batch_.source.format = name_of(input_.format);
    batch_.source.prefix = prefix_of(input_.format);
    batch_.warnings = warnings_of(input_.format);
    outcome_.warnings.insert(outcome_.warnings.end(), batch_.warnings.begin(),
                             batch_.warnings.end());
    buffer_ = std::move(input_.head);
    std::size_t wanted = kChunkSize;
    while (true) {
      fill(*input_.stream, buffer_, wanted, input_.ended, input_.fault);
      if (line_ == 1 && batch_.source.bytes == 0) drop_byte_order_mark(buffer_);
      if (progress) progress(*input_.stream);
      const std::size_t taken = take_chunk(input_.ended || buffer_.size() > kLongestEntry);
      if (fault_) return *fault_;
      buffer_.erase(0, taken);
      batch_.source.bytes += taken;
      wanted = taken > 0 ? kChunkSize : buffer_.size() + kChunkSize;
      if (input_.ended && (taken == 0 || buffer_.empty())) break;
      if (batch_.source.bytes >= kBatchBytes) {
        if (auto done = commit(); !done) return done;
      }
    }
    if (input_.fault) {
      batch_.warnings.push_back(
          {"damaged_input", *input_.fault + "; what stood before it was read"});
      outcome_.warnings.push_back(batch_.warnings.back());
    }
    auto done = commit();
    total_.name = batch_.source.name;
    total_.format = batch_.source.format;
    total_.prefix = batch_.source.prefix;
    outcome_.sources.push_back(total_);
    return done;
  }

 private:
  RecordFilter::Known fetch(std::int64_t minute) {
    auto known = store_.seen(server_, minute);
    if (!known) {
      fault_ = known.error();
      return {};
    }
    return *std::move(known);
  }

  // Reads the complete records at the start of the buffer; answers the bytes they took.
  std::size_t take_chunk(bool last) {
    records_.clear();
    std::size_t taken = read_chunk(input_.format, Chunk{buffer_, line_, last}, records_);
    if (learn_prefix(input_.format, records_, hints_.zone)) {
      records_.clear();
      taken = read_chunk(input_.format, Chunk{buffer_, line_, last}, records_);
    }
    const bool ends = last && input_.ended;
    if (!newest_first_) newest_first_ = is_newest_first(records_.records);
    if (*newest_first_) std::reverse(records_.records.begin(), records_.records.end());
    read_keys();
    const std::size_t count = *newest_first_ ? keys_.size() : filter_.decidable(keys_, ends);
    if (count < keys_.size()) {
      // The others come again, with what follows them.
      taken = records_.records[count].offset;
      records_.clear();
      read_chunk(input_.format, Chunk{std::string_view(buffer_).substr(0, taken), line_, true},
                 records_);
      read_keys();
    }
    warn_of_zone();
    add_records(ends);
    batch_.source.records += keys_.size();
    batch_.source.unparsed_records += records_.unparsed;
    line_ += records_.lines;
    if (*newest_first_) start_again();  // what comes next was before
    return taken;
  }

  void warn_of_zone() {
    if (hints_.zone_is_told || zone_warned_) return;
    zone_warned_ = std::any_of(records_.records.begin(), records_.records.end(),
                               [](const LogRecord& record) { return !record.zone_is_certain; });
    if (!zone_warned_) return;
    batch_.warnings.push_back(
        {"uncertain_zone",
         "The times carry a zone abbreviation that has several meanings or none; "
         "tell the zone with --timezone (Asia/Kolkata)."});
    outcome_.warnings.push_back(batch_.warnings.back());
  }

  // Adds what is new. Where the clock jumps back, another piece of the log begins, which may repeat
  // what was read of this one.
  void add_records(bool ends) {
    std::size_t begin = 0;
    while (begin < keys_.size() && !fault_) {
      std::size_t end = begin;
      for (; end < keys_.size(); ++end) {
        const Time time = records_.records[end].time;
        if (last_time_ && *last_time_ - time > kJumpBack) break;
        last_time_ = time;
      }
      const bool jumps = end < keys_.size();
      add_piece(begin, end, jumps || ends);
      begin = end;
      if (jumps) start_again();
    }
  }

  void add_piece(std::size_t begin, std::size_t end, bool ends) {
    const std::span<const RecordKey> keys(keys_.data() + begin, end - begin);
    const std::vector<bool> is_new = filter_.tell(keys, ends);
    if (!batch_.first && begin < end) batch_.first = records_.records[begin].time;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (is_new[i]) {
        builder_.add(records_.records[begin + i]);
      } else {
        ++batch_.source.duplicate_records;
      }
    }
  }

  // As if a new source began.
  void start_again() {
    if (auto done = commit(); !done) fault_ = done.error();
    builder_.let_go();
    filter_ = make_filter();
    last_time_.reset();
    if (auto begun = begin_run(); !begun) fault_ = begun.error();
  }

  Result<void> begin_run() {
    auto id = store_.begin_ingest();
    if (!id) return id.error();
    batch_.ingest = *id;
    batch_.first.reset();
    return {};
  }

  RecordFilter make_filter() {
    return RecordFilter([this](std::int64_t minute) { return fetch(minute); });
  }

  void read_keys() {
    keys_.clear();
    for (const LogRecord& record : records_.records) keys_.push_back(key_of(record));
  }

  Result<void> commit() {
    batch_.sums = builder_.take_sums();
    batch_.fragments = builder_.take_changed_fragments();
    batch_.seen = filter_.take_changed();
    if (auto done = store_.commit(server_, batch_); !done) return done;
    outcome_.bytes += batch_.source.bytes;
    outcome_.records += batch_.source.records;
    outcome_.unparsed += batch_.source.unparsed_records;
    outcome_.duplicates += batch_.source.duplicate_records;
    SourceCoverage& source = batch_.source;
    total_.bytes += source.bytes;
    total_.records += source.records;
    total_.unparsed_records += source.unparsed_records;
    total_.duplicate_records += source.duplicate_records;
    source.bytes = source.records = source.unparsed_records = source.duplicate_records = 0;
    batch_.warnings.clear();
    return {};
  }

  Store& store_;
  FormatHints hints_;
  std::int64_t server_;
  Recognised input_;
  IngestOutcome& outcome_;
  StatementBook book_;
  WorkloadBuilder builder_;
  RecordFilter filter_;
  LedgerBatch batch_;
  SourceCoverage total_;  // of all batches
  ChunkRecords records_;
  std::vector<RecordKey> keys_;
  std::string buffer_;
  std::uint64_t line_ = 1;
  std::optional<bool> newest_first_;  // the order of the records in the file
  std::optional<Time> last_time_;
  bool zone_warned_ = false;
  std::optional<Error> fault_;
};

// The inputs that can be used, the richest format first; what cannot is told.
Result<std::vector<Recognised>> recognise_inputs(const IngestRequest& request,
                                                 IngestOutcome& outcome) {
  auto paths = expand_inputs(request.inputs);
  if (!paths) return paths.error();
  std::vector<Recognised> inputs;
  std::optional<Error> first_error;
  for (const std::string& path : *paths) {
    auto input = recognise_input(path, request.hints);
    if (input) {
      inputs.push_back(*std::move(input));
      continue;
    }
    if (!first_error) first_error = input.error();
    outcome.warnings.push_back({"unusable_input", input.error().message});
  }
  if (inputs.empty()) {
    return first_error ? *first_error : Error{"there is nothing to read: no file was given"};
  }
  std::stable_sort(inputs.begin(), inputs.end(), [](const Recognised& a, const Recognised& b) {
    return a.format.index() < b.format.index();
  });
  return inputs;
}

}  // namespace

Result<IngestOutcome> ingest(Store& store, const IngestRequest& request) {
  IngestOutcome outcome;
  auto inputs = recognise_inputs(request, outcome);
  if (!inputs) return inputs.error();
  auto server = store.server(request.server);
  if (!server) return server.error();
  IngestProgress progress;
  for (const Recognised& input : *inputs) progress.bytes_total += input.size_on_disk;
  std::uint64_t done = 0;
  for (Recognised& input : *inputs) {
    const auto report = [&](const InputStream& stream) {
      if (!request.progress) return;
      progress.input = stream.name();
      progress.bytes_done = done + stream.bytes_consumed();
      progress.records = outcome.records;
      request.progress(progress);
    };
    const std::uint64_t size = input.size_on_disk;
    SourceIngest source(store, *server, request.hints, std::move(input), outcome);
    if (auto read = source.run(report); !read) return read.error();
    done += size;
  }
  if (auto done_forgetting = store.forget(*server, Retention{}); !done_forgetting) {
    return done_forgetting.error();
  }
  return outcome;
}

}  // namespace pgcounsel
