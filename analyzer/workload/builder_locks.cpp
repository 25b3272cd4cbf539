// What the builder keeps of lines about locks. They are rare: all of it stands apart from the path
// of the usual records.
#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "analyzer/workload/builder.h"
#include "parser/log/lock_line.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestName = 128;  // of a table

}  // namespace

void WorkloadBuilder::note_lock(const LogRecord& record, const LockEvent& event,
                                Fingerprint victim) {
  constexpr Micros kLongest = 100 * kDay;
  LockWait wait;
  wait.waited = std::clamp(event.waited, Micros{0}, kLongest);
  wait.end = record.time;
  wait.begin = record.time - wait.waited;
  wait.pid = event.pid;
  wait.target = lock_target_of(event.object);
  wait.object = lock_object(event.pid, wait.target, event.mode, event.object);
  wait.victim = victim.value;
  wait.acquired = event.kind == LockEvent::Kind::kAcquired;
  wait.holders = lock_holders_in(record.detail);
  if (!wait.holders.empty()) wait.told = record.time;
  wait.relation = lock_relation_in(record.context, event.object).substr(0, kLongestName);
  wait.source = source_;
  wait.line = lines_before_ + record.line;
  sums_.rest.locks.add(wait);
}

// An error that ends the statement of a process that waits.
void WorkloadBuilder::note_end(const LogRecord& record) {
  if (!record.session.known()) return;
  LockWait end;
  end.begin = end.end = record.time;
  end.pid = record.session.process();
  end.object = lock_object(end.pid, LockTarget::kUnknown, {}, {});
  end.is_end = true;
  sums_.rest.locks.add(end);
}

void WorkloadBuilder::note_deadlock(const LogRecord& record, Fingerprint victim) {
  std::vector<std::string> statements;
  const auto note = [&statements](Fingerprint fingerprint) {
    if (fingerprint) statements.push_back(hex(fingerprint));
  };
  for (const DeadlockedProcess& process : deadlocked_in(record.detail)) {
    if (process.statement.empty()) continue;
    const SharedFacts& facts = deadlocked_.look_up(process.statement);
    note_texts(std::span(&facts, 1));
    note(facts->fingerprint);
  }
  if (statements.empty()) note(victim);
  std::sort(statements.begin(), statements.end());
  DeadlockStats stats;
  stats.count = 1;
  stats.first = record.time;
  stats.source = source_;
  stats.line = lines_before_ + record.line;
  const DeadlockKey key{floor_to(record.time, kHour), fmt::format("{}", fmt::join(statements, " ")),
                        std::string(lock_relation_in(record.context, {}).substr(0, kLongestName))};
  sums_.rest.locks.deadlocks[key].merge(stats);
}

}  // namespace pgcounsel
