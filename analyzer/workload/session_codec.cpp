// How states and events of sessions are stored in the ledger's fragments.
#include "analyzer/workload/session_timeline.h"

namespace pgcounsel {
namespace {

void put_time(ByteWriter& out, Time time) {
  out.put_signed(time.time_since_epoch().count());
}
Time get_time(ByteReader& in) {
  return Time{Micros{in.get_signed()}};
}

void put_batch(ByteWriter& out, const std::optional<SessionState::Batch>& batch) {
  out.put(batch ? 1 : 0);
  if (!batch) return;
  put_time(out, batch->start);
  put_time(out, batch->end);
  out.put_signed(batch->busy.count());
}

std::optional<SessionState::Batch> get_batch(ByteReader& in) {
  if (in.get() == 0) return std::nullopt;
  SessionState::Batch batch;
  batch.start = get_time(in);
  batch.end = get_time(in);
  batch.busy = Micros{in.get_signed()};
  return batch;
}

}  // namespace

void write_dimension(ByteWriter& out, std::uint32_t index, const DimensionTable& dimensions) {
  const Dimension& dimension = dimensions.at(index);
  out.put_text(dimension.database);
  out.put_text(dimension.user);
  out.put_text(dimension.application);
}

std::uint32_t read_dimension(ByteReader& in, DimensionTable& dimensions) {
  Dimension dimension;
  dimension.database = in.get_text();
  dimension.user = in.get_text();
  dimension.application = in.get_text();
  return dimensions.intern(dimension);
}

void write_state(ByteWriter& out, const SessionState& state, const DimensionTable& dimensions) {
  out.put(state.transaction ? 1 : 0);
  if (state.transaction) {
    put_time(out, state.transaction->start);
    put_time(out, state.transaction->last_end);
    out.put_signed(state.transaction->busy.count());
    out.put_signed(state.transaction->lock_wait.count());
    out.put(state.transaction->last.value);
    write_dimension(out, state.transaction->dimension, dimensions);
    state.transaction->steps.write(out);
  }
  put_batch(out, state.batch);
  put_batch(out, state.prelude);
  out.put(state.pending ? 1 : 0);
  if (state.pending) {
    out.put(state.pending->fingerprint.value);
    out.put(static_cast<std::uint64_t>(state.pending->role));
    put_time(out, state.pending->time);
    out.put(state.pending->line);
  }
  out.put(state.lock ? 1 : 0);
  if (state.lock) {
    put_time(out, state.lock->time);
    out.put_signed(state.lock->waited.count());
    out.put(state.lock->fingerprint.value);
  }
  out.put_signed(state.statement_lock_wait.count());
  out.put(state.run.fingerprint.value);
  out.put(state.run.count);
  put_time(out, state.run.start);
  put_time(out, state.run.end);
  put_time(out, state.last);
}

SessionState read_state(ByteReader& in, DimensionTable& dimensions) {
  SessionState state;
  if (in.get() != 0) {
    SessionState::Transaction open;
    open.start = get_time(in);
    open.last_end = get_time(in);
    open.busy = Micros{in.get_signed()};
    open.lock_wait = Micros{in.get_signed()};
    open.last = Fingerprint{in.get()};
    open.dimension = read_dimension(in, dimensions);
    open.steps = ClassBuilder::read(in);
    state.transaction = std::move(open);
  }
  state.batch = get_batch(in);
  state.prelude = get_batch(in);
  if (in.get() != 0) {
    SessionState::Pending pending;
    pending.fingerprint = Fingerprint{in.get()};
    pending.role = static_cast<StatementRole>(in.get());
    pending.time = get_time(in);
    pending.line = in.get();
    state.pending = pending;
  }
  if (in.get() != 0) {
    SessionState::LockWait lock;
    lock.time = get_time(in);
    lock.waited = Micros{in.get_signed()};
    lock.fingerprint = Fingerprint{in.get()};
    state.lock = lock;
  }
  state.statement_lock_wait = Micros{in.get_signed()};
  state.run.fingerprint = Fingerprint{in.get()};
  state.run.count = in.get();
  state.run.start = get_time(in);
  state.run.end = get_time(in);
  state.last = get_time(in);
  return state;
}

void write_event(ByteWriter& out, const SessionEvent& event, const DimensionTable& dimensions) {
  out.put(static_cast<std::uint64_t>(event.kind));
  out.put(static_cast<std::uint64_t>(event.role));
  out.put((event.outside_transaction ? 1U : 0U) | (event.cancelled ? 2U : 0U) |
          (event.nameless ? 4U : 0U));
  put_time(out, event.time);
  out.put_signed(event.duration.count());
  out.put(event.fingerprint.value);
  write_dimension(out, event.dimension, dimensions);
  out.put(event.line);
}

SessionEvent read_event(ByteReader& in, DimensionTable& dimensions) {
  SessionEvent event;
  event.kind = static_cast<SessionEvent::Kind>(in.get());
  event.role = static_cast<StatementRole>(in.get());
  const std::uint64_t marks = in.get();
  event.outside_transaction = (marks & 1) != 0;
  event.cancelled = (marks & 2) != 0;
  event.nameless = (marks & 4) != 0;
  event.time = get_time(in);
  event.duration = Micros{in.get_signed()};
  event.fingerprint = Fingerprint{in.get()};
  event.dimension = read_dimension(in, dimensions);
  event.line = in.get();
  return event;
}

}  // namespace pgcounsel
