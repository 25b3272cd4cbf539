#include "analyzer/ingest/source.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "analyzer/ingest/language.h"
#include "analyzer/samples.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kChunkSize = 1024 * 1024;
constexpr std::size_t kLongestEntry = 64 * 1024 * 1024;
constexpr std::uint64_t kBatchBytes = 64 * 1024 * 1024;  // between commits
constexpr std::size_t kMostServers = 1000;               // in one input

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
  SourceReader(Store& store, const ServerChoice& servers, const FormatHints& hints,
               RecognisedInput input)
      : store_(store), servers_(servers), hints_(hints), input_(std::move(input)) {}

  Result<SourceOutcome> run(const SourceProgress& progress) {
    if (auto opened = reopen(input_); !opened) return opened.error();
    buffer_ = std::move(input_.head);
    std::size_t wanted = kChunkSize;
    while (true) {
      fill(*input_.stream, buffer_, wanted, input_.ended, input_.fault);
      if (line_ == 1 && bytes_ == 0) drop_byte_order_mark(buffer_);
      if (progress) progress(*input_.stream, records_seen_);
      const auto taken = take_chunk(input_.ended || buffer_.size() > kLongestEntry);
      if (!taken) return taken.error();
      buffer_.erase(0, *taken);
      bytes_ += *taken;
      uncommitted_bytes_ += *taken;
      wanted = *taken > 0 ? kChunkSize : buffer_.size() + kChunkSize;
      if (input_.ended && (*taken == 0 || buffer_.empty())) break;
      if (uncommitted_bytes_ >= kBatchBytes) {
        if (auto done = commit(); !done) return done.error();
      }
    }
    if (auto done = finish(); !done) return done.error();
    return outcome();
  }

 private:
  // Reads the complete records at the start of the buffer; answers the bytes they took.
  Result<std::size_t> take_chunk(bool last) {
    chunk_.clear();
    std::size_t taken = read_chunk(input_.format, Chunk{buffer_, line_, last}, chunk_);
    if (learn_prefix(input_.format, chunk_, hints_.zone)) {
      chunk_.clear();
      taken = read_chunk(input_.format, Chunk{buffer_, line_, last}, chunk_);
    }
    std::vector<LogRecord>& records = chunk_.records;
    if (!newest_first_) newest_first_ = input_.format.newest_first || is_newest_first(records);
    const bool to_turn = *newest_first_ && !input_.format.newest_first;
    if (to_turn) std::reverse(records.begin(), records.end());
    warn_of_zone(records);
    language_.add(records);
    if (auto added = deal_out(records); !added) return added.error();
    note_losses();
    foreign_ += chunk_.foreign;
    unparsed_ += chunk_.unparsed;
    if (first_unparsed_ == 0) first_unparsed_ = chunk_.first_unparsed;
    records_seen_ += records.size();
    line_ += chunk_.lines;
    return taken;
  }

  // Gives each server its records.
  Result<void> deal_out(const std::vector<LogRecord>& records) {
    std::map<std::string_view, std::vector<LogRecord>> shares;
    const bool one_server =
        servers_.told || std::all_of(records.begin(), records.end(), [&](const LogRecord& record) {
          return record.server == records.front().server;
        });
    if (one_server && !records.empty()) return add(records.front().server, records);
    for (const LogRecord& record : records) shares[record.server].push_back(record);
    for (const auto& [host, share] : shares) {
      if (auto added = add(host, share); !added) return added;
    }
    return {};
  }

  Result<void> add(std::string_view host, std::span<const LogRecord> records) {
    auto lane = lane_of(host);
    if (!lane) return lane.error();
    if (auto added = (*lane)->add(records, *newest_first_); !added) return added;
    return *newest_first_ ? (*lane)->start_again() : Result<void>{};
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
        lanes_.try_emplace(std::move(name), store_, *server, book_, std::move(source));
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

  void warn_of_zone(const std::vector<LogRecord>& records) {
    if (hints_.zone_is_told) return;
    zone_is_uncertain_ |= std::any_of(records.begin(), records.end(), [](const LogRecord& record) {
      return !record.zone_is_certain;
    });
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
    uncommitted_bytes_ = 0;
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
  void note_losses() {
    lost_ += chunk_.lost_messages;
    torn_ += chunk_.torn_messages;
    if (!chunk_.records.empty()) newest_ = chunk_.records.back().time;
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
    return outcome;
  }

  Store& store_;
  const ServerChoice& servers_;
  const FormatHints& hints_;
  RecognisedInput input_;
  StatementBook book_;
  std::map<std::string, ServerLane> lanes_;
  ServerLane* main_lane_ = nullptr;  // carries what belongs to the input as a whole
  ChunkRecords chunk_;
  std::string buffer_;
  std::uint64_t line_ = 1;
  std::uint64_t bytes_ = 0, uncommitted_bytes_ = 0;
  std::uint64_t unparsed_ = 0, noted_unparsed_ = 0;
  std::uint64_t first_unparsed_ = 0;   // its line
  std::uint64_t lost_ = 0, torn_ = 0;  // not noted yet
  std::optional<Time> newest_;         // of the last chunk's records
  std::uint64_t records_seen_ = 0;
  std::uint64_t foreign_ = 0;         // not noted yet
  std::optional<bool> newest_first_;  // the order of the records in the file
  LanguageCheck language_;
  bool zone_is_uncertain_ = false;
  bool too_many_warned_ = false;
  std::vector<Warning> warnings_;
};

// Tables are small beside logs; one that is not cannot be what it looks like.
constexpr std::size_t kLargestExport = std::size_t{1} << 30;

Result<SourceOutcome> read_export_input(Store& store, const ServerChoice& servers,
                                        const FormatHints& hints, RecognisedInput input) {
  if (auto opened = reopen(input); !opened) return opened.error();
  fill(*input.stream, input.head, kLargestExport, input.ended, input.fault);
  if (!input.ended) {
    return Error{fmt::format("{}: is larger than a table of {} can be", input.path,
                             name_of(*input.exported))};
  }
  drop_byte_order_mark(input.head);
  const std::string name = servers.told.value_or(servers.otherwise);
  auto server = store.server(name);
  if (!server) return server.error();
  auto counts = ingest_export(store, *server, input.head, hints.zone);
  if (!counts) return counts.error();
  SourceOutcome outcome;
  SourceCoverage source;
  source.name = display_name(input.path);
  source.format = name_of(*input.exported);
  StatementBook book;
  ServerLane lane(store, *server, book, source);
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

Result<SourceOutcome> read_source(Store& store, const ServerChoice& servers,
                                  const FormatHints& hints, RecognisedInput input,
                                  const SourceProgress& progress) {
  if (input.exported) return read_export_input(store, servers, hints, std::move(input));
  SourceReader reader(store, servers, hints, std::move(input));
  return reader.run(progress);
}

}  // namespace pgcounsel
