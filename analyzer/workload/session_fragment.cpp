#include "analyzer/workload/session_fragment.h"

#include <algorithm>

namespace pgcounsel {
namespace {

using Kind = SessionEvent::Kind;
constexpr std::size_t kLongestHead = 4096;

// Whether after this event no transaction can be open, whatever came before.
bool proves_rest(const SessionEvent& event) {
  switch (event.kind) {
    case Kind::kReceived:
    case Kind::kDisconnected:
    case Kind::kFatal:
      return true;
    case Kind::kStatement:
    case Kind::kExecute:
      return event.role == StatementRole::kCommit || event.role == StatementRole::kRollback ||
             event.role == StatementRole::kDiscardAll || event.outside_transaction;
    default:
      return false;
  }
}

// The role of a logged statement counts when its duration arrives.
StatementRole role_when_done(const SessionState& probe, const SessionEvent& event) {
  return event.kind == Kind::kBare && probe.pending ? probe.pending->role : event.role;
}

// Sums of the probe are thrown away: its head is counted when the fragments are folded.
void probe(SessionFragment& fragment, const SessionEvent& event) {
  static thread_local Sums ignored;
  static thread_local DimensionTable none = [] {
    DimensionTable table;
    table.intern({});
    return table;
  }();
  SessionEvent nameless = event;
  nameless.dimension = 0;
  nameless.role = event.role;
  SessionEvent done = nameless;
  done.role = role_when_done(fragment.state, event);
  if (event.kind == Kind::kBare && fragment.state.pending) done.kind = Kind::kStatement;
  advance(fragment.state, nameless, TimelineOutput{ignored, none, {}});
  ignored = Sums{};
  if (proves_rest(done)) fragment.at_rest = true;
  if (done.completes() && done.role == StatementRole::kCommitChain) fragment.at_rest = false;
}

bool may_settle(const SessionFragment& fragment, const SessionEvent& next) {
  if (next.kind == Kind::kReceived) return true;
  return fragment.at_rest && fragment.state.at_rest() && next.has_statement() &&
         breaks_run(fragment.state, next);
}

void settle(SessionFragment& fragment) {
  fragment.settled = true;
  fragment.state = SessionState{};
}

void change_sessions(Time begin, std::optional<Time> end, TimelineOutput out) {
  ++out.sums.sessions[floor_to(begin, kSecond)].opened;
  if (end) ++out.sums.sessions[floor_to(*end, kSecond)].closed;
}

}  // namespace

void feed(SessionFragment& fragment, const SessionEvent& event, TimelineOutput out) {
  fragment.first = std::min(fragment.first, event.time);
  fragment.last = std::max(fragment.last, event.time);
  if (!fragment.settled && (may_settle(fragment, event) || fragment.head.size() >= kLongestHead)) {
    settle(fragment);
  }
  if (fragment.settled) {
    advance(fragment.state, event, out);
  } else {
    fragment.head.push_back(event);
    probe(fragment, event);
  }
}

void session_opened(SessionFragment& fragment, Time time) {
  fragment.span.touched = true;
  fragment.span.open_since = time;
}

void session_closed(SessionFragment& fragment, Time end, Micros session_time, TimelineOutput out) {
  SessionSpan& span = fragment.span;
  if (span.open_since) {
    change_sessions(*span.open_since, end, out);
    span.open_since.reset();
  } else if (!span.touched) {
    span.end_without_begin = SessionSpan::End{end - session_time, end};
  }
  span.touched = true;
  fragment.disconnected = true;
}

void session_refused(SessionFragment& fragment) {
  fragment.disconnected = true;
  fragment.span.open_since.reset();
  fragment.span.touched = true;
}

SessionState state_before(const SessionFragment& first) {
  SessionState state;
  for (const SessionEvent& event : first.head) {
    if (event.kind == Kind::kReceived || event.outside_transaction) return state;
    if (event.role == StatementRole::kBegin) return state;
    if (event.role == StatementRole::kCommit || event.role == StatementRole::kRollback ||
        event.role == StatementRole::kCommitChain) {
      break;
    }
    if (&event == &first.head.back()) return state;
  }
  if (first.head.empty()) return state;
  SessionState::Transaction open;
  open.start = open.last_end = first.head.front().start();
  open.dimension = first.head.front().dimension;
  state.transaction = std::move(open);
  return state;
}

void fold_next(SessionState& state, SessionSpan& span, const SessionFragment& next,
               TimelineOutput out) {
  const TimelineOutput from{out.sums, out.dimensions, next.source};
  for (const SessionEvent& event : next.head) advance(state, event, from);
  if (next.settled) {
    finish(state, Time::min(), out);  // a transaction left open was lost at its last statement
    state = next.state;
  }
  if (next.span.end_without_begin) {
    const SessionSpan::End& end = *next.span.end_without_begin;
    change_sessions(span.open_since.value_or(end.begin_by_session_time), end.end, out);
    span.open_since.reset();
  }
  if (next.span.touched) {
    if (span.open_since) change_sessions(*span.open_since, next.first, out);
    span.open_since = next.span.open_since;
  }
}

void fold_end(SessionState& state, const SessionSpan& span, Time end, TimelineOutput out) {
  finish(state, std::max(end, state.last), out);
  if (span.open_since) change_sessions(*span.open_since, std::nullopt, out);
}

std::string encode(const SessionFragment& fragment, const DimensionTable& dimensions) {
  ByteWriter out;
  const auto put_time = [&out](Time time) { out.put_signed(time.time_since_epoch().count()); };
  out.put_text(fragment.source);
  put_time(fragment.first);
  put_time(fragment.last);
  out.put(fragment.head.size());
  for (const SessionEvent& event : fragment.head) write_event(out, event, dimensions);
  out.put((fragment.settled ? 1U : 0U) | (fragment.at_rest ? 2U : 0U) |
          (fragment.disconnected ? 4U : 0U) | (fragment.span.touched ? 8U : 0U));
  // An unsettled fragment's state is a probe that its head makes again.
  if (fragment.settled) write_state(out, fragment.state, dimensions);
  out.put(fragment.span.end_without_begin ? 1 : 0);
  if (fragment.span.end_without_begin) {
    put_time(fragment.span.end_without_begin->begin_by_session_time);
    put_time(fragment.span.end_without_begin->end);
  }
  out.put(fragment.span.open_since ? 1 : 0);
  if (fragment.span.open_since) put_time(*fragment.span.open_since);
  return out.take();
}

Result<SessionFragment> decode_fragment(std::string_view bytes, DimensionTable& dimensions) {
  ByteReader in(bytes);
  SessionFragment fragment;
  const auto get_time = [&in] { return Time{Micros{in.get_signed()}}; };
  fragment.source = in.get_text();
  fragment.first = get_time();
  fragment.last = get_time();
  const std::uint64_t events = in.get();
  for (std::uint64_t i = 0; i < events && in.ok(); ++i) {
    fragment.head.push_back(read_event(in, dimensions));
  }
  const std::uint64_t marks = in.get();
  fragment.settled = (marks & 1) != 0;
  fragment.at_rest = (marks & 2) != 0;
  fragment.disconnected = (marks & 4) != 0;
  fragment.span.touched = (marks & 8) != 0;
  if (fragment.settled) fragment.state = read_state(in, dimensions);
  if (in.get() != 0) {
    SessionSpan::End end;
    end.begin_by_session_time = get_time();
    end.end = get_time();
    fragment.span.end_without_begin = end;
  }
  if (in.get() != 0) fragment.span.open_since = get_time();
  if (!in.ok() || !in.at_end()) return Error{"damaged session fragment"};
  return fragment;
}

}  // namespace pgcounsel
