#include "parser/log/amounts.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

namespace pgcounsel {
namespace {

constexpr std::uint64_t kUnit = 1, kMicrosOfSecond = 1'000'000, kMicrosOfMillisecond = 1'000;
constexpr std::uint64_t kBytesOfKilobyte = 1024;
constexpr std::size_t kLongestName = 3 * 63 + 2;  // database.schema.table
constexpr std::size_t kLongestText = 16 * 1024;   // of a vacuum of a table with very many indexes

// `12`, `0.721`, in units of 1/scale (a power of ten or 1024); more decimals than it has are
// dropped. Nothing where no digit stands, or where the number is absurd.
std::optional<std::uint64_t> scaled(std::string_view text, std::uint64_t scale) {
  std::uint64_t whole = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, whole);
  if (error != std::errc{} || whole > std::numeric_limits<std::int64_t>::max() / scale) return {};
  std::uint64_t value = whole * scale;
  if (rest == end || *rest != '.') return value;
  std::uint64_t step = scale / 10;
  for (const char* c = rest + 1; c != end && *c >= '0' && *c <= '9' && step > 0; ++c) {
    value += static_cast<std::uint64_t>(*c - '0') * step;
    step /= 10;
  }
  return value;
}

// A figure that stands behind `before`.
struct Pattern {
  std::string_view measure, before;
  std::uint64_t scale;
};

void add_matches(Amounts& amounts, std::string_view text, std::span<const Pattern> patterns) {
  for (const Pattern& pattern : patterns) {
    const std::size_t at = text.find(pattern.before);
    if (at == std::string_view::npos) continue;
    const auto value = scaled(text.substr(at + pattern.before.size()), pattern.scale);
    if (value) amounts.add(pattern.measure, *value);
  }
}

constexpr Pattern kCheckpoint[] = {{"total", "total=", kMicrosOfSecond},
                                   {"write", "write=", kMicrosOfSecond},
                                   {"sync", "sync=", kMicrosOfSecond},
                                   {"distance", "distance=", kBytesOfKilobyte},
                                   {"buffers", "complete: wrote ", kUnit}};
constexpr Pattern kTooFrequent[] = {{"apart", "too frequently (", kMicrosOfSecond}};
constexpr Pattern kReady[] = {{"setup", "setup total=", kMicrosOfMillisecond},
                              {"fork", "fork=", kMicrosOfMillisecond},
                              {"authentication", "authentication=", kMicrosOfMillisecond}};
constexpr Pattern kVacuum[] = {{"index_scans", "index scans: ", kUnit},
                               {"removed", "tuples: ", kUnit},
                               {"dead", " remain, ", kUnit},
                               {"xids_old", ", which was ", kUnit}};
// `elapsed: 0.02 s` from PostgreSQL 10 on, `elapsed 0.02 sec` before.
constexpr Pattern kElapsed[] = {{"elapsed", "elapsed: ", kMicrosOfSecond}};
constexpr Pattern kElapsedBefore10[] = {{"elapsed", " sec elapsed ", kMicrosOfSecond}};

// The text between the first quotes; nothing when they do not close or it can be no name.
std::string_view quoted(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t at = text.find(before);
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + before.size());
  const std::string_view name = text.substr(0, text.find(after));
  return name.size() < text.size() && name.size() <= kLongestName ? name : std::string_view{};
}

void add_elapsed(Amounts& amounts, std::string_view text) {
  const std::size_t before = amounts.count;
  add_matches(amounts, text, kElapsed);
  if (amounts.count == before) add_matches(amounts, text, kElapsedBefore10);
}

void read_vacuum(Amounts& amounts, std::string_view text) {
  constexpr std::string_view kAgainstWraparound = " to prevent wraparound of table ";
  amounts.object = quoted(text, "table \"", "\": ");
  if (amounts.object.empty()) return;
  const std::size_t name = static_cast<std::size_t>(amounts.object.data() - text.data());
  if (text.substr(0, name).find(kAgainstWraparound) != std::string_view::npos) {
    amounts.add("wraparound", 1);
  }
  std::string_view figures = text.substr(name + amounts.object.size());
  // ` remain, ` stands in the line of pages too.
  const std::size_t tuples = figures.find("tuples: ");
  const bool whole = tuples != std::string_view::npos;
  add_matches(amounts, figures, std::span(kVacuum).first(1));
  if (whole) add_matches(amounts, figures.substr(tuples), std::span(kVacuum).subspan(1));
  add_elapsed(amounts, figures);
}

void read_analyze(Amounts& amounts, std::string_view text) {
  text.remove_prefix(std::min(text.size(), text.find("table \"")));
  amounts.object = quoted(text, "table \"", "\"");
  if (!amounts.object.empty()) add_elapsed(amounts, text);
}

// `automatic vacuum of table "shop.public.carts"` in the context of the error.
void read_cancel(Amounts& amounts, std::string_view context) {
  constexpr std::string_view kVacuumOf = "automatic vacuum of table \"";
  constexpr std::string_view kAnalyzeOf = "automatic analyze of table \"";
  amounts.object = quoted(context, kVacuumOf, "\"");
  const bool vacuum = !amounts.object.empty();
  if (!vacuum) amounts.object = quoted(context, kAnalyzeOf, "\"");
  amounts.add(vacuum || amounts.object.empty() ? "vacuum" : "analyze", 1);
}

// Of the words behind `checkpoint starting:` the one that says why. `immediate` and `force` alone
// are a command (CHECKPOINT, a base backup).
std::string_view cause_of(std::string_view message) {
  struct Cause {
    std::string_view word, name;
  };
  constexpr Cause kCauses[] = {{" wal", "wal"},
                               {" xlog", "wal"},
                               {" time", "time"},
                               {" shutdown", "shutdown"},
                               {" end-of-recovery", "end-of-recovery"},
                               {" immediate", "immediate"},
                               {" fast", "immediate"},
                               {" force", "force"}};
  message.remove_prefix(std::min(message.size(), message.find(':')));
  for (const Cause& cause : kCauses) {
    if (message.find(cause.word) != std::string_view::npos) return cause.name;
  }
  return "other";
}

// Texts whose class is known here only.
void read_others(Amounts& amounts, std::string_view message) {
  constexpr std::string_view kSkipsVacuum = "skipping vacuum of \"";
  constexpr std::string_view kSkipsAnalyze = "skipping analyze of \"";
  constexpr std::string_view kLocked = "\" --- lock not available";
  if (message.ends_with(kLocked)) {
    const bool vacuum = message.starts_with(kSkipsVacuum);
    if (!vacuum && !message.starts_with(kSkipsAnalyze)) return;
    amounts.event_class = "autovacuum_skipped";
    amounts.object = quoted(message, "\"", kLocked);
    amounts.add(vacuum ? "vacuum" : "analyze", 1);
    return;
  }
  if (message.starts_with("database ")) {
    const std::size_t within = message.find(" must be vacuumed within ");
    const bool refuses = message.find("to avoid wraparound data loss") != std::string_view::npos;
    if (within == std::string_view::npos && !refuses) return;
    amounts.event_class = "wraparound";
    if (refuses) {
      amounts.object = quoted(message, "in database \"", "\"");
      amounts.add("refused", 1);
    } else {
      amounts.object = quoted(message, "database \"", "\"");
      constexpr Pattern kLeft[] = {{"left", " must be vacuumed within ", kUnit}};
      add_matches(amounts, message, kLeft);
    }
    return;
  }
  if (message == "oldest xmin is far in the past" ||
      message == "cutoff for removing and freezing tuples is far in the past") {
    amounts.event_class = "old_horizon";
    amounts.add("warnings", 1);
  }
}

}  // namespace

Amounts amounts_of(std::string_view event_class, const LogRecord& record) {
  Amounts amounts;
  amounts.event_class = event_class;
  const std::string_view message = record.message.substr(0, kLongestText);
  if (event_class == "checkpoint") {
    add_matches(amounts, message, kCheckpoint);
  } else if (event_class == "checkpoint_start") {
    amounts.object = cause_of(message);
    amounts.add("starts", 1);
  } else if (event_class == "checkpoint_too_frequent") {
    add_matches(amounts, message, kTooFrequent);
  } else if (event_class == "autovacuum") {
    read_vacuum(amounts, message);
  } else if (event_class == "autoanalyze") {
    read_analyze(amounts, message);
  } else if (event_class == "autovacuum_cancel") {
    read_cancel(amounts, record.context);
  } else if (event_class == "connection_ready") {
    add_matches(amounts, message, kReady);
  } else {
    read_others(amounts, message);
  }
  if (amounts.count == 0) amounts.event_class = amounts.object = {};
  return amounts;
}

}  // namespace pgcounsel
