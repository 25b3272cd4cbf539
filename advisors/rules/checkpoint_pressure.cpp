// Checkpoints that come because the WAL is full and not because their time is up. Each one makes
// the next change of every page write the whole page into the WAL again, which fills it sooner
// still; statements wait for the disk meanwhile.
//
// What max_wal_size would have to be: the server begins a checkpoint when the WAL since the last
// one reaches max_wal_size / (1 + checkpoint_completion_target). So that only time begins one, W
// bytes of WAL within checkpoint_timeout need W × (1 + target); a quarter more is for peaks. W
// comes from the distances of the fullest hour. It falls when checkpoints get rarer, so the value
// errs to the safe side. The size that is set now is about the largest distance × (1 + target); the
// value is at least twice that.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/messages.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kFewRequested = 6;  // a nightly load makes a handful, and may
constexpr std::uint64_t kTooFrequent = 3;   // warnings of the server itself
constexpr double kSmallShare = 0.3;         // of the checkpoints
constexpr double kCompletionTarget = 0.9;   // default from PostgreSQL 14 on
constexpr double kMargin = 1.25;
constexpr Micros kTimeout = kSecond * 300;  // default of checkpoint_timeout
constexpr double kGigabyte = 1024.0 * 1024 * 1024;
constexpr double kMostGigabytes = 128;

struct Checkpoints {
  std::uint64_t by_wal = 0, by_time = 0, by_command = 0;
  EventMeasureRow distance, total, sync, apart;

  std::uint64_t all() const { return by_wal + by_time; }
};

Checkpoints checkpoints_of(const Workload& workload) {
  Checkpoints found;
  for (const EventMeasureRow& row : measures_of(workload, "checkpoint_start", "starts")) {
    if (row.object == "wal") found.by_wal = row.count;
    if (row.object == "time") found.by_time = row.count;
    if (row.object == "immediate" || row.object == "force") found.by_command += row.count;
  }
  found.distance = measure_of(workload, "checkpoint", "distance");
  found.total = measure_of(workload, "checkpoint", "total");
  found.sync = measure_of(workload, "checkpoint", "sync");
  found.apart = measure_of(workload, "checkpoint_too_frequent", "apart");
  return found;
}

bool worth_telling(const Checkpoints& found) {
  const bool warned = found.apart.count >= kTooFrequent;
  if (found.by_wal < kFewRequested && !warned) return false;
  return static_cast<double>(found.by_wal) >= kSmallShare * static_cast<double>(found.all());
}

// Gigabytes, a power of two; 0 where the log has no distances.
double wanted_size(const Checkpoints& found, const Coverage& coverage) {
  if (found.distance.count == 0) return 0;
  const Micros length = std::clamp(covered_span(coverage), kTimeout, kHour);
  const double per_timeout = static_cast<double>(found.distance.busiest_total) *
                             static_cast<double>(kTimeout.count()) /
                             static_cast<double>(length.count());
  const double twice_now = 2 * static_cast<double>(found.distance.largest);
  const double wanted =
      std::max(per_timeout * kMargin, twice_now) * (1 + kCompletionTarget) / kGigabyte;
  double size = 1;
  while (size < wanted && size < kMostGigabytes) size *= 2;
  return size;
}

Remedy remedy_of(double gigabytes) {
  constexpr std::string_view kRest =
      "ALTER SYSTEM SET checkpoint_completion_target = 0.9;\nSELECT pg_reload_conf();";
  if (gigabytes == 0) {
    return {"code",
            "Double max_wal_size until checkpoints come by time; the lines `checkpoint complete` "
            "(log_checkpoints) tell the distance that it has to hold.\nALTER SYSTEM SET "
            "checkpoint_completion_target = 0.9;"};
  }
  return {"setting",
          fmt::format("ALTER SYSTEM SET max_wal_size = '{:.0f}GB';\n{}", gigabytes, kRest)};
}

Micros micros(std::uint64_t count) {
  return Micros{static_cast<std::int64_t>(count)};
}

std::vector<Evidence> evidence_of(const Checkpoints& found) {
  std::vector<Evidence> evidence{{"checkpoints begun by WAL",
                                  fmt::format("{} of {}, {} by time", grouped(found.by_wal),
                                              grouped(found.all()), grouped(found.by_time)),
                                  "log"}};
  if (found.by_command > 0) {
    evidence.push_back({"by a command or a backup", grouped(found.by_command), "log"});
  }
  if (found.apart.count > 0) {
    evidence.push_back(
        {"warnings `too frequently`",
         fmt::format("{}, {} apart on average", grouped(found.apart.count),
                     duration(mean_of(micros(found.apart.total), found.apart.count))),
         "log"});
  }
  if (found.distance.count > 0) {
    evidence.push_back({"WAL between checkpoints",
                        fmt::format("{} on average, up to {}",
                                    byte_size(found.distance.total / found.distance.count),
                                    byte_size(found.distance.largest)),
                        "log"});
    evidence.push_back({"WAL in the fullest hour",
                        fmt::format("{} from {}", byte_size(found.distance.busiest_total),
                                    minute_of(found.distance.busiest_hour)),
                        "log"});
  }
  if (found.total.count > 0) {
    evidence.push_back({"a checkpoint",
                        fmt::format("{} on average; longest sync {}",
                                    duration(mean_of(micros(found.total.total), found.total.count)),
                                    duration(micros(found.sync.largest))),
                        "log"});
  }
  return evidence;
}

}  // namespace

Findings checkpoint_pressure(const Brief& brief) {
  const Coverage& coverage = brief.workload.coverage;
  const Checkpoints found = checkpoints_of(brief.workload);
  if (!worth_telling(found)) return {};
  Finding finding;
  finding.rule = "checkpoint_pressure";
  finding.key = "checkpoint_pressure:max_wal_size";
  const bool lasting = covered_span(coverage) >= kHour && found.by_wal >= 10 * kFewRequested;
  finding.level = lasting ? Level::kMedium : Level::kLow;
  finding.subject = {"setting", "max_wal_size"};
  finding.title = fmt::format("{} of {} checkpoints were forced by full WAL", grouped(found.by_wal),
                              grouped(found.all()));
  finding.evidence = evidence_of(found);
  finding.remedy = remedy_of(wanted_size(found, coverage));
  finding.safety = Safety::kAdvisory;
  const bool whole = covered_span(coverage) >= kHour && found.distance.count > 0;
  finding.confidence = whole ? Confidence::kHigh : Confidence::kMedium;
  finding.confidence_because =
      whole ? "the server says why each checkpoint began and how much WAL lay between"
            : "the server says why each checkpoint began, but the log is short: it may show a load "
              "that does not come again";
  finding.verify =
      "In the next report checkpoints begin by time. On the server: `SELECT * FROM "
      "pg_stat_bgwriter;` "
      "(from PostgreSQL 17 on `pg_stat_checkpointer`): timed ones grow, requested ones do not.";
  finding.rollback = "`ALTER SYSTEM RESET max_wal_size; SELECT pg_reload_conf();`";
  finding.caveats = {
      "The disk of pg_wal needs that much room and a margin.",
      "Recovery after a crash replays up to that much WAL, so it takes longer.",
      "The value is for checkpoint_timeout = 5min, the default; the log does not tell it."};
  add_scaling_caveat(finding, coverage);
  return {finding};
}

}  // namespace pgcounsel
