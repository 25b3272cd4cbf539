// The log is not whole. Two witnesses say so: a session's own count of its records (csvlog and
// jsonlog), which has gaps; and the carrier of the log, which tells how much it dropped.
//
//   session 69b28c48.1267:  records 1 2 3 4 9 10     5 to 8 were written and are not here
//
// Everything in a report is then a lower bound, and a transaction whose end is missing looks open.
#include <fmt/format.h>

#include <algorithm>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kFew = 10;  // a torn file end or two
constexpr std::uint64_t kHundredth = 100, kTenth = 10;

// Records that lack, each counted by one witness.
std::uint64_t lost_of(const LossRow& lost) {
  return std::max(lost.missing, lost.reported);
}

Level level_of(const Workload& workload) {
  const std::uint64_t lost = lost_of(workload.lost);
  const std::uint64_t written = workload.coverage.records + lost;
  if (lost * kTenth >= written) return Level::kHigh;
  return lost * kHundredth >= written ? Level::kMedium : Level::kLow;
}

constexpr std::string_view kCarrier =
    "The carrier has a rate limit. journald: `RateLimitBurst=0` in journald.conf, or "
    "`LogRateLimitBurst=0` in the unit of PostgreSQL. rsyslog: `module(load=\"imuxsock\" "
    "SysSock.RateLimit.Interval=\"0\")`; its imjournal has `Ratelimit.Interval` too. A container's "
    "log driver and a cloud's agent have limits of their own. Surest is to let the server write "
    "the "
    "files itself: `logging_collector = on`, `log_destination = 'csvlog'`.";
constexpr std::string_view kFiles =
    "Find out where the records went: a file of the day that was not given, one that was rotated "
    "away or truncated (copytruncate loses what is written meanwhile), a log that was filtered "
    "(grep, a search in a console) or exported with a limit. What comes later is added: reading "
    "the "
    "missing file closes the gap.";

}  // namespace

Findings log_lines_lost(const Brief& brief) {
  const Workload& workload = brief.workload;
  const LossRow& lost = workload.lost;
  if (lost_of(lost) < kFew) return {};
  const std::uint64_t written = workload.coverage.records + lost_of(lost);
  Finding finding;
  finding.rule = "log_lines_lost";
  finding.key = "log_lines_lost:log";
  finding.level = level_of(workload);
  finding.subject = {"setting", lost.reported > 0 ? "log_destination" : "log files"};
  finding.title = fmt::format("{} log records are missing, {} of what was written",
                              grouped(lost_of(lost)), percent(lost_of(lost), written));
  finding.evidence = {{"records read", grouped(workload.coverage.records), "log"}};
  if (lost.missing > 0) {
    finding.evidence.push_back(
        {"missing by the sessions' own count",
         fmt::format("{} in {} sessions", grouped(lost.missing), grouped(lost.sessions)), "log"});
  }
  if (lost.reported > 0) {
    finding.evidence.push_back({"dropped, says the carrier", grouped(lost.reported), "log"});
  }
  if (lost.cut > 0) finding.evidence.push_back({"cut messages", grouped(lost.cut), "log"});
  if (workload.coverage.unparsed_records > 0) {
    finding.evidence.push_back(
        {"not understood", grouped(workload.coverage.unparsed_records), "log"});
  }
  finding.remedy = {"code", std::string(lost.reported > 0 ? kCarrier : kFiles)};
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = lost.reported > 0
                                   ? "the carrier itself says that it dropped messages"
                                   : "the server numbers the records of each session, and numbers "
                                     "lack";
  finding.verify = "The next report no longer says this.";
  finding.rollback = "Take the setting back; limits protect the disk from a flood of messages.";
  finding.caveats = {
      "Until then counts and held time are lower bounds, and a transaction whose end is missing "
      "looks "
      "open.",
      "Sessions in which nothing came after the gap cannot show it."};
  if (lost.missing > 0 && lost.reported == 0) {
    finding.caveats.emplace_back("Records that were not understood leave a gap too.");
  }
  return {finding};
}

}  // namespace pgcounsel
