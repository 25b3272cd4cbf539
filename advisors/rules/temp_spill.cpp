// Statements whose sorts and hashes do not fit in work_mem and go through temporary files.
//
// What work_mem would have to be is estimated from the files: an execution that wrote F bytes needs
// more than F in memory, since rows are packed closer on disk; two to three times is the customary
// rule of thumb. A hash join writes many files of which the largest is one batch, a sort writes
// one; so F is the larger of the largest file and the bytes of an execution on average.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "advisors/advisor.h"
#include "advisors/figures.h"
#include "advisors/messages.h"
#include "analyzer/report/units.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kMegabyte = 1024 * 1024;
// The default of work_mem is 4 MB: files below it come from a setting that somebody made small.
constexpr std::uint64_t kSmallSpill = 4 * kMegabyte;
constexpr double kFewBytesADay = 1024.0 * kMegabyte;  // a disk writes that in seconds
constexpr double kManyBytesADay = 100 * kFewBytesADay, kVeryManyBytesADay = 1000 * kFewBytesADay;
constexpr std::uint64_t kLargestShare =
    20;  // a query with less than 1/20 of all spilled bytes is noise
constexpr std::uint64_t kLeastWorkMem = 8;   // MB
constexpr std::uint64_t kMostWorkMem = 512;  // MB; above it another plan is the better way
constexpr std::uint64_t kMemoryOfFile = 2;   // see above
constexpr std::uint64_t kFewOthers = 10;     // of the role's statements for each of this one
constexpr std::size_t kMostQueries = 5;

struct Spill {
  const QueryRow* query = nullptr;
  EventMeasureRow files;
  std::uint64_t per_call = 0;  // bytes of an execution on average; 0: executions are not known

  std::uint64_t of_one() const { return std::max(files.largest, per_call); }
};

std::vector<Spill> spills_of(const Workload& workload) {
  std::uint64_t all = 0;
  const std::vector<EventMeasureRow> rows = measures_of(workload, "temp_file", "bytes");
  for (const EventMeasureRow& row : rows) all += row.total;
  std::vector<Spill> spills;
  for (const EventMeasureRow& row : rows) {
    const auto query = std::ranges::find(workload.queries, row.object,
                                         [](const QueryRow& q) { return hex(q.fingerprint); });
    if (query == workload.queries.end() || row.total < all / kLargestShare) continue;
    Spill spill{&*query, row, query->calls > 0 ? row.total / query->calls : 0};
    if (spill.of_one() < kSmallSpill) continue;
    if (count_per_day(row.total, workload.coverage) < kFewBytesADay) continue;
    if (spills.size() < kMostQueries) spills.push_back(spill);
  }
  return spills;
}

Level level_of(double bytes_per_day) {
  if (bytes_per_day >= kVeryManyBytesADay) return Level::kHigh;
  return bytes_per_day >= kManyBytesADay ? Level::kMedium : Level::kLow;
}

// The one role that runs the statement and little else; else a setting of the role would give the
// memory to statements that do not need it.
std::string role_of_its_own(const QueryRow& query, const Workload& workload) {
  if (query.users.size() != 1) return {};
  std::uint64_t calls = 0;
  for (const QueryRow& row : workload.queries) {
    if (std::ranges::find(row.users, query.users.front()) != row.users.end()) calls += row.calls;
  }
  return query.calls * kFewOthers >= calls ? query.users.front() : std::string();
}

Remedy remedy_of(const Spill& spill, const Workload& workload) {
  constexpr std::string_view kOtherPlan =
      "An index in the order of the ORDER BY or GROUP BY saves the sort; fewer and narrower "
      "columns "
      "make it smaller.";
  const std::uint64_t wanted =
      work_mem_megabytes(static_cast<double>(spill.of_one() * kMemoryOfFile), kLeastWorkMem);
  if (wanted > kMostWorkMem) {
    return {"code", fmt::format("An execution spills {}: too much for work_mem. {} Else aggregate "
                                "before joining, or let the job run in parts.",
                                byte_size(spill.of_one()), kOtherPlan)};
  }
  const std::string value = fmt::format("work_mem = '{}MB'", wanted);
  const std::string role = role_of_its_own(*spill.query, workload);
  const std::string others =
      role.empty() ? " or for a role of its own (`ALTER ROLE ... SET`); its role runs much else."
                   : " or for its role:\n" + alter_roles({role}, "SET " + value);
  return {"code", fmt::format("Give this statement the memory, not the whole server: `SET LOCAL "
                              "{};` in its transaction,{}\n{}",
                              value, others, kOtherPlan)};
}

Finding finding_for(const Spill& spill, const Workload& workload) {
  const Coverage& coverage = workload.coverage;
  const EventMeasureRow& files = spill.files;
  Finding finding;
  finding.rule = "temp_spill";
  finding.key = fmt::format("{}:{}", finding.rule, files.object);
  finding.level = level_of(count_per_day(files.total, coverage));
  finding.subject = {"query", files.object};
  finding.title = fmt::format("Query spills {} to temporary files, up to {} in one",
                              byte_size(files.total), byte_size(files.largest));
  finding.evidence = {
      {"temporary files", grouped(files.count), "log"},
      {"bytes", byte_size(files.total), "log"},
      {"share of all spilled bytes", percent(files.total, workload.totals.temp_bytes), "log"},
      {"largest file", byte_size(files.largest), "log"},
  };
  if (spill.per_call > 0) {
    finding.evidence.push_back({"an execution, on average", byte_size(spill.per_call), "log"});
  }
  finding.remedy = remedy_of(spill, workload);
  const bool known = spill.per_call > 0;
  finding.confidence = known ? Confidence::kMedium : Confidence::kLow;
  finding.confidence_because =
      known
          ? "the files are counted; how much memory they take the place of is a rule of thumb (two "
            "to three times their size)"
          : "the files are counted, the executions that wrote them are not in the log";
  finding.verify =
      "In the next report the statement writes no temporary files; `EXPLAIN (ANALYZE, BUFFERS)` "
      "shows "
      "`Sort Method: quicksort` or `Batches: 1`.";
  finding.rollback = "`ALTER ROLE ... RESET work_mem;`, or leave out the SET LOCAL.";
  finding.caveats = {
      "work_mem is for each sort and hash of each connection (hashes take hash_mem_multiplier "
      "times "
      "as much): connections × nodes × work_mem has to fit in memory.",
      "Only files above log_temp_files are in the log."};
  add_scaling_caveat(finding, coverage);
  return finding;
}

}  // namespace

Findings temp_spill(const Brief& brief) {
  Findings findings;
  for (const Spill& spill : spills_of(brief.workload)) {
    findings.push_back(finding_for(spill, brief.workload));
  }
  return findings;
}

}  // namespace pgcounsel
