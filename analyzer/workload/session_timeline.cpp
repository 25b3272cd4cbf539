#include "analyzer/workload/session_timeline.h"

#include <algorithm>

namespace pgcounsel {
namespace {

using Kind = SessionEvent::Kind;

// A batch older than this belongs to nothing that follows outside a transaction.
constexpr Micros kBatchPause = kSecond;
// The pooler sends its SET right before the transaction.
constexpr Micros kPreludePause{10'000};

struct Hold {
  Time start{}, end{};
  Micros busy{}, lock_wait{};
  std::uint32_t dimension = 0;
  bool unfinished = false;
};

void spread(const TimelineOutput& out, std::uint32_t dimension, Time from, Time to,
            Micros SecondTotals::*what) {
  out.sums.spread(out.dimensions.pool_of(dimension), from, to, what);
}

// A hold of the class `id`. Answers whether it is the first of its row: of further ones only the
// loops may be new.
bool count_hold(const TimelineOutput& out, const Hold& hold, std::uint64_t id) {
  const std::uint32_t who = out.dimensions.pool_of(hold.dimension);
  // With a clock of whole seconds a hold can seem shorter than its statements ran.
  const Micros busy = hold.busy;
  const Micros length = std::max(hold.end - hold.start, busy);
  const Micros lock_wait = std::min(hold.lock_wait, busy);
  LiveClass& row = out.sums.hold_class(hold.end, HoldKind::kTransaction, who, id);
  const bool is_first = row.stats.count == 0;
  row.stats.add_hold(length, busy, lock_wait, hold.unfinished);
  out.sums.dimension(row, SubjectKind::kTransaction, id, hold.end, hold.dimension).add(length);
  ++out.sums.second(hold.start, who).arrivals;
  LivePool& pool = out.sums.pool(hold.end, who);
  if (row.traced_as == LiveClass::kNotTraced) row.traced_as = pool.trace.add_class(id);
  const TracedHold traced{hold.start, busy, length - busy, lock_wait, id};
  pool.trace.add(traced, row.traced_as);
  if (length >= kLongHold) pool.note_long(out.pid, traced);
  return is_first;
}

void count_hold(const TimelineOutput& out, const Hold& hold, const ClassBuilder& steps) {
  const std::uint64_t id = steps.id();
  const bool is_first = count_hold(out, hold, id);
  if (is_first || !steps.steps().loops.empty()) out.sums.note_steps(id, steps.steps());
}

// Of a transaction that is one statement.
void count_hold(const TimelineOutput& out, const Hold& hold, Fingerprint only) {
  const std::uint64_t id = ClassBuilder::id_of(only);
  if (count_hold(out, hold, id)) out.sums.note_step(id, only);
}

void flush_run(SessionState& state, const TimelineOutput& out) {
  const SessionState::Run& run = state.run;
  if (run.count >= kRunLength) {
    QueryStats& stats = out.sums.query(run.fingerprint, run.end);
    ++stats.run_count;
    stats.run_calls += run.count;
    stats.longest_run = std::max(stats.longest_run, run.count);
    stats.run_total += run.end - run.start;
  }
  state.run = {};
}

// The pause before `start` in the open transaction is idle time, charged to the statement before
// it.
void charge_pause(const SessionState::Transaction& transaction, Time start,
                  const TimelineOutput& out) {
  if (start <= transaction.last_end) return;
  const Micros pause = start - transaction.last_end;
  spread(out, transaction.dimension, transaction.last_end, start, &SecondTotals::idle);
  if (!transaction.last) return;
  QueryStats& stats = out.sums.query(transaction.last, start);
  stats.idle += pause;
  stats.hold += pause;
}

void close_transaction(SessionState& state, Time end, bool unfinished, const TimelineOutput& out) {
  const SessionState::Transaction& open = *state.transaction;
  count_hold(out, Hold{open.start, end, open.busy, open.lock_wait, open.dimension, unfinished},
             open.steps);
  state.transaction.reset();
}

void abandon_transaction(SessionState& state, const TimelineOutput& out) {
  if (state.transaction) close_transaction(state, state.transaction->last_end, true, out);
}

// What preceded a statement that starts at `start` as part of its hold.
Micros take_preceding(std::optional<SessionState::Batch>& part, Micros longest_pause, Time& start) {
  if (!part) return Micros{0};
  const SessionState::Batch taken = *part;
  part.reset();
  if (start - taken.end > longest_pause) return Micros{0};
  start = std::min(start, taken.start);
  return taken.busy;
}

void count_run(SessionState& state, const SessionEvent& event, Time start,
               const TimelineOutput& out) {
  if (event.role != StatementRole::kOther || breaks_run(state, event)) flush_run(state, out);
  if (event.role != StatementRole::kOther) return;
  if (state.run.count == 0) state.run = {event.fingerprint, 0, start, event.time};
  ++state.run.count;
  state.run.end = std::max(state.run.end, event.time);
}

void count_execution(const SessionEvent& event, const TimelineOutput& out) {
  LiveQuery& row = out.sums.query_row(event.fingerprint, event.time);
  QueryStats& stats = row.stats;
  stats.add_execution(event.duration);
  stats.hold += event.duration;
  stats.seen_at(event.time);
  if (event.duration >= stats.slowest.duration) {
    stats.slowest.merge(Slowest{event.duration, std::string(out.source), event.line});
  }
  spread(out, event.dimension, event.start(), event.time, &SecondTotals::busy);
  out.sums.dimension(row, SubjectKind::kQuery, event.fingerprint.value, event.time, event.dimension)
      .add(event.duration);
}

void extend(SessionState::Transaction& open, const SessionEvent& event, Time start, Micros busy,
            Micros lock_wait, const TimelineOutput& out) {
  charge_pause(open, start, out);
  open.busy += busy;
  open.lock_wait += lock_wait;
  open.last_end = std::max(open.last_end, event.time);
  open.last = event.fingerprint;
  open.dimension = event.dimension;
  open.steps.add(event.fingerprint);
}

void begin_transaction(SessionState& state, const SessionEvent& event, Time start, Micros busy) {
  SessionState::Transaction open;
  open.start = start;
  open.last_end = event.time;
  open.busy = busy;
  open.last = event.fingerprint;
  open.dimension = event.dimension;
  open.steps.add(event.fingerprint);
  state.transaction = std::move(open);
}

void complete(SessionState& state, const SessionEvent& event, const TimelineOutput& out) {
  count_execution(event, out);
  const bool begins = event.role == StatementRole::kBegin;
  if (begins || (event.outside_transaction && event.role == StatementRole::kOther)) {
    abandon_transaction(state, out);  // its end was not logged
  }
  const bool inside = state.transaction.has_value();
  Time start = event.start();
  Micros busy =
      event.duration + take_preceding(state.batch, inside ? Micros::max() : kBatchPause, start);
  if (event.role == StatementRole::kPoolerSet && !inside) {
    busy += take_preceding(state.prelude, kPreludePause, start);
    state.prelude = SessionState::Batch{start, event.time, busy};
    state.statement_lock_wait = Micros{0};
    return;
  }
  busy += take_preceding(state.prelude, kPreludePause, start);
  const Micros lock_wait = state.statement_lock_wait;
  state.statement_lock_wait = Micros{0};
  state.lock.reset();
  count_run(state, event, start, out);
  const bool ends = event.role == StatementRole::kCommit ||
                    event.role == StatementRole::kRollback ||
                    event.role == StatementRole::kCommitChain;
  if (inside) {
    extend(*state.transaction, event, start, busy, lock_wait, out);
    if (ends) close_transaction(state, event.time, false, out);
  } else if (begins) {
    begin_transaction(state, event, start, busy);
  } else {
    count_hold(out, Hold{start, event.time, busy, lock_wait, event.dimension, false},
               event.fingerprint);
  }
  if (event.role == StatementRole::kCommitChain)
    begin_transaction(
        state,
        SessionEvent{
            .time = event.time, .fingerprint = event.fingerprint, .dimension = event.dimension},
        event.time, Micros{0});
}

void prepare(SessionState& state, const SessionEvent& event, const TimelineOutput& out) {
  spread(out, event.dimension, event.start(), event.time, &SecondTotals::busy);
  if (event.fingerprint) {
    QueryStats& stats = out.sums.query(event.fingerprint, event.time);
    (event.kind == Kind::kParse ? stats.parse : stats.bind) += event.duration;
    stats.hold += event.duration;
    stats.seen_at(event.time);
  }
  if (state.batch && !state.transaction && event.start() - state.batch->end > kBatchPause) {
    state.batch.reset();
  }
  if (!state.batch) state.batch = SessionState::Batch{event.start(), event.time, Micros{0}};
  state.batch->busy += event.duration;
  state.batch->end = event.time;
}

void fail(SessionState& state, const SessionEvent& event, const TimelineOutput& out) {
  Fingerprint fingerprint = event.fingerprint;
  if (!fingerprint && state.pending) fingerprint = state.pending->fingerprint;
  Micros lock_wait = state.statement_lock_wait;
  if (state.lock) {
    const Micros waited = state.lock->waited + (event.time - state.lock->time);
    lock_wait += waited;
    spread(out, event.dimension, event.time - waited, event.time, &SecondTotals::lock_wait);
    if (state.lock->fingerprint) {
      out.sums.query(state.lock->fingerprint, event.time).lock_wait += waited;
    }
  }
  if (fingerprint) {
    QueryStats& stats = out.sums.query(fingerprint, event.time);
    ++stats.errors;
    stats.seen_at(event.time);
  }
  flush_run(state, out);
  if (state.transaction) {
    SessionState::Transaction& open = *state.transaction;
    const Micros gap = std::max(event.time - open.last_end, Micros{0});
    if (event.cancelled) {
      spread(out, open.dimension, event.time - gap, event.time, &SecondTotals::busy);
      open.busy += gap;
      open.lock_wait += std::min(lock_wait, gap);
    } else {
      const Micros busy = std::min(state.batch ? state.batch->busy : Micros{0}, gap);
      charge_pause(open, event.time - busy, out);
      open.busy += busy;
    }
    open.last_end = std::max(open.last_end, event.time);
    if (fingerprint) {
      open.last = fingerprint;
      open.steps.add(fingerprint);
    }
  } else if (event.cancelled && fingerprint) {
    Time start = event.time - lock_wait;
    if (state.pending) start = std::min(start, state.pending->time);
    if (state.batch) start = std::min(start, state.batch->start);
    spread(out, event.dimension, start, event.time, &SecondTotals::busy);
    count_hold(out, Hold{start, event.time, event.time - start, lock_wait, event.dimension, true},
               fingerprint);
  }
  state.batch.reset();
  state.pending.reset();
  state.lock.reset();
  state.statement_lock_wait = Micros{0};
}

void end_session(SessionState& state, Time end, const TimelineOutput& out) {
  if (state.transaction) {
    charge_pause(*state.transaction, end, out);
    close_transaction(state, std::max(end, state.transaction->last_end), true, out);
  }
  flush_run(state, out);
  state = SessionState{};
}

}  // namespace

bool breaks_run(const SessionState& state, const SessionEvent& event) {
  return state.run.count == 0 || event.fingerprint != state.run.fingerprint ||
         event.start() - state.run.end > kRunPause;
}

void advance(SessionState& state, const SessionEvent& event, const TimelineOutput& out) {
  switch (event.kind) {
    case Kind::kReceived:
      abandon_transaction(state, out);  // the end of the session before was not logged
      end_session(state, event.time, out);
      break;
    case Kind::kDisconnected:
      end_session(state, event.time, out);
      break;
    case Kind::kFatal:
      fail(state, event, out);
      end_session(state, event.time, out);
      break;
    case Kind::kError:
      fail(state, event, out);
      break;
    case Kind::kStatement:
    case Kind::kExecute:
      state.pending.reset();
      complete(state, event, out);
      break;
    case Kind::kParse:
    case Kind::kBind:
      prepare(state, event, out);
      break;
    case Kind::kBare:
      if (state.pending) {
        SessionEvent completed = event;
        completed.kind = Kind::kStatement;
        completed.fingerprint = state.pending->fingerprint;
        completed.role = state.pending->role;
        completed.line = state.pending->line;
        state.pending.reset();
        complete(state, completed, out);
      } else {
        ++out.sums.rest.hours[floor_to(event.time, kHour)].bare_durations;
        prepare(state, event, out);
      }
      break;
    case Kind::kLogged:
      if (state.pending) ++out.sums.rest.hours[floor_to(event.time, kHour)].logged_without_duration;
      state.pending = SessionState::Pending{event.fingerprint, event.role, event.time, event.line};
      break;
    case Kind::kLockWaiting:
      state.lock = SessionState::LockWait{event.time, event.duration, event.fingerprint};
      break;
    case Kind::kLockAcquired:
      state.lock.reset();
      state.statement_lock_wait += event.duration;
      spread(out, event.dimension, event.start(), event.time, &SecondTotals::lock_wait);
      if (event.fingerprint) {
        QueryStats& stats = out.sums.query(event.fingerprint, event.time);
        stats.lock_wait += event.duration;
        stats.seen_at(event.time);
      }
      break;
  }
  state.last = std::max(state.last, event.time);
}

void finish(SessionState& state, Time end, const TimelineOutput& out) {
  end_session(state, end, out);
}

}  // namespace pgcounsel
