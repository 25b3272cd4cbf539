// What a report says, before it is put into markdown or text: the verdict, the figures of the head
// with their judgement, the holders of the connections, the short names of queries. Views point
// into the ServerReport they were made of.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/incident_view.h"
#include "analyzer/report/report.h"

namespace pgcounsel {

// The findings in the order of every output.
Findings ranked(const Findings& findings);

// The shortest heads of the ids, 8 digits and more, that tell them apart.
class ShortIds {
 public:
  explicit ShortIds(std::vector<std::string> ids);
  std::string of(const std::string& id) const;

 private:
  std::map<std::string, std::string> short_;
};

enum class Mark { kNone, kGood, kWarn, kBad };

struct Verdict {
  Mark mark = Mark::kGood;
  bool quiet = false;                      // nothing to act on
  std::string headline;                    // one or two sentences that stand for themselves
  const Finding* finding = nullptr;        // what to do first; at or above medium without incident
  const TransactionRow* holder = nullptr;  // who held most, where it is worth a line
  std::optional<PoolIncident> incident;    // the longest, which the headline then is about
  std::string besides;                     // of such a night: sentences that come after all that
};
// `findings` are ranked.
Verdict verdict_of(const Workload& workload, const Findings& findings);

// A row of the head's table. An unknown figure is in words ("not logged").
struct HeadFigure {
  std::string name, now, before;
  Mark mark = Mark::kNone;
  std::string verdict;
};
// As many as in the period before are no news.
bool is_usual(std::uint64_t now, std::uint64_t before);
// None where there are no records and no earlier period: nothing is known.
std::vector<HeadFigure> measures_of(const Workload& workload);

// The log time that connections are averaged over: the period's hours with records, cut where the
// records begin and end.
Micros covered(const Workload& workload);
// The held time that shares are of.
Micros total_hold(const Workload& workload);

// The transactions that make up most of the held time, and the sum of the others.
struct Holders {
  std::vector<const TransactionRow*> top;
  TransactionRow others;  // sums only
  std::uint64_t other_classes = 0;
};
Holders holders_of(const Workload& workload, std::size_t limit);

// What was found in plans of a query, in the order of the findings.
std::vector<const Finding*> plan_findings_on(const Findings& findings, Fingerprint query);

// The figures of time in the words of every output: `running · idle in transaction · lock wait` in
// %.
std::string split_of(const TransactionRow& row);
// The same in words, the largest part first: `92 % idle in transaction, 7 % running`.
std::string spent_on(const TransactionRow& row);
// BEGIN, COMMIT, END, ROLLBACK: what stands around a transaction's statements.
bool is_begin_or_end(std::string_view text);
// A transaction or statement in few words, behind the application where it is one alone.
std::string brief_label(const TransactionRow& row, std::size_t limit);
// What a finding gives back, as a part of what this period's log shows, so that it can be compared
// with the report's other figures: `239 to 479 of the 584 connection-seconds held`.
std::string gain_words(const Finding& finding, const Workload& workload);

// Held time by application where it is one application's alone; the rest under "".
std::vector<std::pair<std::string, Micros>> hold_by_application(const Workload& workload);

std::string period_name(const Period& period);         // `last 24 h`, `3 d 4 h`
std::string period_before_name(const Period& period);  // `the 24 h before`
// `2026-03-13 (Fri)`: the day the period ends in.
std::string day_of(const Period& period);
// `2026-03-13 00:00 – 2026-03-14 00:00 UTC`
std::string bounds_of(const Period& period);
// True where the log covers much less than the period.
bool is_partial(const Workload& workload);

}  // namespace pgcounsel
