#include "analyzer/ingest/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analyzer/ingest/language.h"
#include "analyzer/ingest/pipeline.h"
#include "analyzer/samples.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kBatchBytes = 96 * 1024 * 1024;    // between commits
constexpr std::uint64_t kWeighedBytes = 16 * 1024 * 1024;  // between looks at the memory
constexpr int kMostVainLessons = 16;  // lines of other programs may stand in every chunk
constexpr std::size_t kSmallestBook = std::size_t{1} << 20;
constexpr std::size_t kMostServers = 1000;  // in one input

std::vector<Warning> warnings_of(const LogFormat& format) {
  std::vector<Warning> warnings;
  if (format.envelope && assumes_year(*format.envelope)) {
    warnings.push_back({"year_assumed",
                        "The lines carry no year: the newest that fits the date of the file was "
                        "taken; tell another with --year."});
  }
  const StderrFormat* text = stderr_of(format);
  if (text == nullptr || format.envelope) return warnings;
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

Warning damaged_input(const std::string& fault) {
  return {"damaged_input", fault + "; what stood before it was read"};
}

class SourceReader {
 public:
  SourceReader(Store& store, const SourceRequest& request, RecognisedInput input)
      : store_(store),
        servers_(request.servers),
        hints_(request.hints),
        request_(request),
        input_(std::move(input)) {}

  Result<SourceOutcome> run() {
    if (auto opened = reopen(input_); !opened) return opened.error();
    ChunkReader reader(input_);
    reader_ = &reader;
    const std::size_t threads = std::max<std::size_t>(1, request_.threads);
    const std::size_t book =
        std::clamp(request_.most_memory / 8 / threads, kSmallestBook, StatementBook::kMostBytes);
    while (books_.size() < threads) books_.emplace_back(book);
    PipelineStages stages;
    stages.read = [&reader](PreparedChunk& chunk) { return reader.next(chunk.input); };
    stages.prepare = [this](PreparedChunk& chunk, std::size_t thread) {
      prepare(chunk, input_.format, books_[thread]);
    };
    stages.take = [this](PreparedChunk& chunk) {
      auto taken = take(chunk);
      if (!taken) fault_ = taken.error();
      return bool{taken};
    };
    Pipeline pipeline(threads, std::move(stages));
    pipeline_ = &pipeline;
    pipeline.run();
    if (fault_) return *fault_;
    if (auto done = finish(); !done) return done.error();
    return outcome();
  }

 private:
  Result<void> take(PreparedChunk& chunk) {
    if (learns_prefix(chunk.input.records)) {
      // What was read ahead was read without this prefix.
      chunk.input.is_read = false;
      prepare(chunk, input_.format, books_.front());
    }
    ChunkRecords& read = chunk.input.records;
    std::vector<LogRecord>& records = read.records;
    if (!newest_first_) choose_order(records);
    if (*newest_first_ && !input_.format.newest_first) {
      std::reverse(records.begin(), records.end());
      std::reverse(chunk.keys.begin(), chunk.keys.end());
      std::reverse(chunk.readings.begin(), chunk.readings.end());
    }
    zone_is_uncertain_ |= !hints_.zone_is_told && chunk.any_uncertain_zone;
    if (chunk.any_localised) language_.add(records);
    if (auto added = deal_out(chunk); !added) return added;
    note_losses(read);
    foreign_ += read.foreign;
    unparsed_ += read.unparsed;
    if (first_unparsed_ == 0 && read.first_unparsed > 0) {
      first_unparsed_ = lines_ + read.first_unparsed;
    }
    records_seen_ += records.size();
    lines_ += read.lines;
    uncommitted_bytes_ += chunk.input.size;
    if (request_.progress) request_.progress(chunk.input.consumed, records_seen_);
    return commit_if_due();
  }

  // Only pieces that were read with the prefixes known so far are judged, in the order of the file.
  bool learns_prefix(const ChunkRecords& read) {
    const bool mostly_unparsed = read.unparsed > read.records.size();
    const bool worth_it = mostly_unparsed || vain_lessons_ < kMostVainLessons;
    if (read.unparsed_lines.empty() || !worth_it) return false;
    LogFormat learned = input_.format;
    if (!learn_prefix(learned, read, hints_.zone)) {
      ++vain_lessons_;
      return false;
    }
    put_back();
    input_.format = std::move(learned);
    return true;
  }

  // All that was read behind the chunk that is being taken.
  void put_back() {
    std::string bytes;
    for (const PreparedChunk* chunk : pipeline_->take_back()) bytes += chunk->input.text();
    reader_->put_back(bytes);
  }

  void choose_order(const std::vector<LogRecord>& records) {
    newest_first_ = input_.format.newest_first || is_newest_first(records);
    if (!*newest_first_) return;
    put_back();
    reader_->use_large_chunks();
  }

  // Gives each server its records.
  Result<void> deal_out(const PreparedChunk& chunk) {
    const std::vector<LogRecord>& records = chunk.input.records.records;
    if (records.empty()) return {};
    const PreparedRecords all{records, chunk.keys, chunk.readings, lines_};
    if (servers_.told || chunk.one_server) {
      return add(records.front().server, all, chunk.facts);
    }
    struct Share {
      std::vector<LogRecord> records;
      std::vector<RecordKey> keys;
      std::vector<RecordReading> readings;
    };
    std::map<std::string_view, Share> shares;
    for (std::size_t i = 0; i < records.size(); ++i) {
      Share& share = shares[records[i].server];
      share.records.push_back(records[i]);
      share.keys.push_back(chunk.keys[i]);
      share.readings.push_back(chunk.readings[i]);
    }
    for (const auto& [host, share] : shares) {
      const PreparedRecords part{share.records, share.keys, share.readings, lines_};
      if (auto added = add(host, part, chunk.facts); !added) return added;
    }
    return {};
  }

  Result<void> add(std::string_view host, const PreparedRecords& records,
                   const ReadingFacts& facts) {
    auto lane = lane_of(host);
    if (!lane) return lane.error();
    (*lane)->note_texts(facts.all());
    if (auto added = (*lane)->add(records, *newest_first_); !added) return added;
    return *newest_first_ ? (*lane)->start_again() : Result<void>{};
  }

  // Sums are kept in memory as long as there is room: each commit writes its rows again.
  Result<void> commit_if_due() {
    const std::uint64_t weighed = std::min<std::uint64_t>(kWeighedBytes, request_.most_memory / 64);
    if (uncommitted_bytes_ < weighed_at_ + weighed) return {};
    weighed_at_ = uncommitted_bytes_;
    const std::size_t room = request_.most_memory / 4;
    std::size_t batch = 0, sessions = 0;
    for (const auto& [name, lane] : lanes_) {
      batch += lane.bytes_of_batch();
      sessions += lane.bytes_of_sessions();
    }
    const bool crowded = sessions > room;
    if (uncommitted_bytes_ < kBatchBytes && batch < room && !crowded) return {};
    if (auto done = commit(); !done) return done;
    if (crowded) {
      for (auto& [name, lane] : lanes_) lane.let_go_of_sessions();
    }
    return {};
  }

  Result<ServerLane*> lane_of(std::string_view host) {
    std::string name = servers_.told          ? *servers_.told
                       : host.empty()         ? servers_.otherwise
                       : too_many_hosts(host) ? servers_.otherwise
                                              : std::string(host);
    const auto found = lanes_.find(name);
    if (found != lanes_.end()) return &found->second;
    auto server = store_.server(name);
    if (!server) return server.error();
    SourceCoverage source;
    source.name = display_name(input_.path);
    source.format = name_of(input_.format);
    source.prefix = prefix_of(input_.format);
    const auto [lane, is_new] =
        lanes_.try_emplace(std::move(name), store_, *server, std::move(source));
    if (main_lane_ == nullptr) {
      main_lane_ = &lane->second;
      for (const Warning& warning : warnings_of(input_.format)) warn(warning);
    }
    return &lane->second;
  }

  bool too_many_hosts(std::string_view host) {
    if (lanes_.size() < kMostServers || lanes_.contains(std::string(host))) return false;
    if (!too_many_warned_) {
      warn({"too_many_servers",
            fmt::format("The input names more than {} hosts; the records of the others are counted "
                        "as those of `{}`.",
                        kMostServers, servers_.otherwise)});
    }
    return too_many_warned_ = true;
  }

  void warn(Warning warning) {
    main_lane_->warn(warning);
    warnings_.push_back(std::move(warning));
  }

  void warn_of_share() {
    constexpr double kUnderstood = 0.95;
    const auto entries = static_cast<double>(records_seen_ + unparsed_);
    const double share = static_cast<double>(records_seen_) / std::max(entries, 1.0);
    if (entries == 0 || share >= kUnderstood) return;
    warn(
        {"partly_understood",
         fmt::format("Only {:.0f} % of the entries of {} were understood as {}; the first that was "
                     "not stands in line {}.",
                     std::floor(share * 100), display_name(input_.path), name_of(input_.format),
                     first_unparsed_)});
  }

  Result<void> commit() {
    if (main_lane_ == nullptr) {
      if (auto lane = lane_of({}); !lane) return lane.error();
    }
    main_lane_->note(uncommitted_bytes_, unparsed_ - noted_unparsed_, std::exchange(foreign_, 0));
    uncommitted_bytes_ = weighed_at_ = 0;
    noted_unparsed_ = unparsed_;
    for (auto& [name, lane] : lanes_) {
      if (auto done = lane.commit(); !done) return done;
    }
    return {};
  }

  Result<void> finish() {
    if (main_lane_ == nullptr) {
      if (auto lane = lane_of({}); !lane) return lane.error();
    }
    for (auto& [name, lane] : lanes_) {
      if (auto ended = lane.add({}, true); !ended) return ended;
    }
    if (zone_is_uncertain_) {
      warn({"uncertain_zone",
            "The times carry a zone abbreviation that has several meanings or none; "
            "tell the zone with --timezone (Asia/Kolkata)."});
    }
    if (auto warning = language_.warning()) warn(*std::move(warning));
    warn_of_share();
    if (input_.fault) warn(damaged_input(*input_.fault));
    return commit();
  }

  // What the carrier says it dropped, and what it brought in pieces.
  void note_losses(const ChunkRecords& read) {
    lost_ += read.lost_messages;
    torn_ += read.torn_messages;
    if (!read.records.empty()) newest_ = read.records.back().time;
    if (main_lane_ == nullptr || !newest_ || lost_ + torn_ == 0) return;
    main_lane_->note_lost(*newest_, lost_, torn_);
    lost_ = torn_ = 0;
  }

  SourceOutcome outcome() {
    SourceOutcome outcome;
    outcome.coverage = main_lane_->total();
    for (const auto& [name, lane] : lanes_) {
      if (&lane == main_lane_) continue;
      outcome.coverage.records += lane.total().records;
      outcome.coverage.duplicate_records += lane.total().duplicate_records;
    }
    outcome.warnings = std::move(warnings_);
    for (const StatementBook& book : books_) outcome.parser_calls += book.parser_calls();
    return outcome;
  }

  Store& store_;
  const ServerChoice& servers_;
  const FormatHints& hints_;
  const SourceRequest& request_;
  RecognisedInput input_;
  std::vector<StatementBook> books_;  // of each thread
  ChunkReader* reader_ = nullptr;     // while it runs
  Pipeline* pipeline_ = nullptr;
  std::optional<Error> fault_;
  std::map<std::string, ServerLane> lanes_;
  ServerLane* main_lane_ = nullptr;  // carries what belongs to the input as a whole
  std::uint64_t lines_ = 0;          // taken
  std::uint64_t uncommitted_bytes_ = 0, weighed_at_ = 0;
  std::uint64_t unparsed_ = 0, noted_unparsed_ = 0;
  std::uint64_t first_unparsed_ = 0;   // its line
  std::uint64_t lost_ = 0, torn_ = 0;  // not noted yet
  std::optional<Time> newest_;         // of the last chunk's records
  std::uint64_t records_seen_ = 0;
  std::uint64_t foreign_ = 0;         // not noted yet
  std::optional<bool> newest_first_;  // the order of the records in the file
  LanguageCheck language_;
  int vain_lessons_ = 0;
  bool zone_is_uncertain_ = false;
  bool too_many_warned_ = false;
  std::vector<Warning> warnings_;
};

// Tables are small beside logs; one that is not cannot be what it looks like.
constexpr std::size_t kLargestExport = std::size_t{1} << 30;

Result<SourceOutcome> read_export_input(Store& store, const SourceRequest& request,
                                        RecognisedInput input) {
  if (auto opened = reopen(input); !opened) return opened.error();
  fill(*input.stream, input.head, kLargestExport, input.ended, input.fault);
  if (!input.ended) {
    return Error{fmt::format("{}: is larger than a table of {} can be", input.path,
                             name_of(*input.exported))};
  }
  drop_byte_order_mark(input.head);
  const std::string name = request.servers.told.value_or(request.servers.otherwise);
  auto server = store.server(name);
  if (!server) return server.error();
  auto counts =
      ingest_export(store, *server, input.head, request.hints.zone, input.stream->modified());
  if (!counts) return counts.error();
  SourceOutcome outcome;
  SourceCoverage source;
  source.name = display_name(input.path);
  source.format = name_of(*input.exported);
  ServerLane lane(store, *server, source);
  lane.note_rows(counts->rows);
  lane.note(input.head.size(), counts->unparsed, 0);
  if (input.fault) {
    outcome.warnings.push_back(damaged_input(*input.fault));
    lane.warn(outcome.warnings.back());
  }
  if (auto done = lane.commit(); !done) return done.error();
  outcome.coverage = lane.total();
  return outcome;
}

}  // namespace

Result<SourceOutcome> read_source(Store& store, const SourceRequest& request,
                                  RecognisedInput input) {
  if (input.exported) return read_export_input(store, request, std::move(input));
  SourceReader reader(store, request, std::move(input));
  return reader.run();
}

}  // namespace pgcounsel
