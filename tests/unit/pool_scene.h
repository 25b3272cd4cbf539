// A pool and its night, made up second by second: what explain_pools is given.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/pools/explain.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

class PoolScene {
 public:
  static constexpr Time kBegin{Micros{1'700'002'800'000'000}};  // a whole hour
  static Time at(int second) { return kBegin + second * kSecond; }

  // A pool of so many connections. The log begins at second 0 and shows short statements.
  explicit PoolScene(std::int64_t size) {
    stats().sessions[kBegin] = {size, 0};
    sums.ledger_begin = kBegin;
    QueryStats& query = sums.current.query(Fingerprint{99}, kBegin);
    for (int i = 0; i < 200; ++i) query.add_execution(Micros{300});
    LogFacts& facts = sums.current.hours[kBegin];
    facts.first = kBegin;
    facts.last = kBegin + kHour - kSecond;
  }

  // In each second of [from, to) `count` transactions of a class begin, each of which runs, waits
  // for locks and is idle for so many milliseconds.
  PoolScene& transactions(int from, int to, int count, std::uint64_t class_id, int running,
                          int waiting = 0, int idle = 0) {
    const Micros busy{(running + waiting) * 1000}, wait{waiting * 1000}, pause{idle * 1000};
    for (int second = from; second < to; ++second) {
      SecondTotals& totals = stats().seconds[at(second)];
      totals.arrivals += static_cast<std::uint64_t>(count);
      totals.busy += busy * count;
      totals.idle += pause * count;
      totals.lock_wait += wait * count;
      for (int i = 0; i < count; ++i) {
        trace().push_back({at(second), busy, pause, wait, class_id});
      }
    }
    return *this;
  }
  // What the class consists of.
  PoolScene& statement(std::uint64_t class_id, const std::string& text) {
    sums.current.class_steps[class_id].steps = {Fingerprint{class_id}};
    sums.current.texts[class_id].merge(text, true);
    sums.first_seen.emplace(class_id, kBegin);
    return *this;
  }
  PoolScene& mark(int second, const std::string& event_class, const std::string& detail = {},
                  std::uint64_t count = 1, std::uint64_t fingerprint = 0) {
    EventMark mark;
    mark.count = count;
    mark.first = mark.last = at(second);
    mark.source = "postgresql.log";
    mark.line = static_cast<std::uint64_t>(second) + 1;
    mark.fingerprint = fingerprint;
    sums.current.details.marks[{floor_to(at(second), kMinute), event_class, detail}].merge(mark);
    return *this;
  }
  PoolRow pool() const {
    const auto rows = explain_pools(sums, {});
    return rows.empty() ? PoolRow{} : rows.front();
  }
  // The only window; an empty one where there is none or there are several.
  PoolWindow window() const {
    const PoolRow row = pool();
    return row.windows.size() == 1 ? row.windows.front() : PoolWindow{};
  }

  PoolStats& stats() { return sums.current.pools[{kBegin, "shop", "web"}]; }
  std::vector<TracedHold>& trace() { return sums.traces[{kBegin, "shop", "web"}]; }

  PeriodSums sums;
};

}  // namespace pgcounsel
