#include "analyzer/workload/session_fragment.h"

#include <algorithm>

namespace pgcounsel {
namespace {

using Kind = SessionEvent::Kind;
constexpr std::size_t kLongestHead = 4096;
constexpr std::size_t kLongestNamelessHead = 256;

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
  constexpr std::size_t kMostIgnored = 1 << 16;
  static thread_local LiveSums ignored;
  static thread_local DimensionTable none;
  SessionEvent nameless = event;
  nameless.dimension = kNobody;
  nameless.role = event.role;
  SessionEvent done = nameless;
  done.role = role_when_done(fragment.state, event);
  if (event.kind == Kind::kBare && fragment.state.pending) done.kind = Kind::kStatement;
  advance(fragment.state, nameless, TimelineOutput{ignored, none, {}});
  if (ignored.bytes() > kMostIgnored) ignored.clear();
  if (proves_rest(done)) fragment.at_rest = true;
  if (done.completes() && done.role == StatementRole::kCommitChain) fragment.at_rest = false;
}

bool may_settle(const SessionFragment& fragment, const SessionEvent& next) {
  if (next.kind == Kind::kReceived) return true;
  return !next.nameless && fragment.at_rest && fragment.state.at_rest() && next.has_statement() &&
         breaks_run(fragment.state, next);
}

bool head_is_full(const SessionFragment& fragment, const SessionEvent& next) {
  return fragment.head.size() >= (next.nameless ? kLongestNamelessHead : kLongestHead);
}

void settle(SessionFragment& fragment) {
  fragment.settled = true;
  fragment.state = SessionState{};
}

void name_nobody(CheckoutTrack& track, std::uint32_t names) {
  if (track.first && track.first->checkout.dimension == kNobody)
    track.first->checkout.dimension = names;
  if (track.open && track.open->dimension == kNobody) track.open->dimension = names;
}

// A session from `begin` on; `names`: whose it was, as far as that is known.
void change_sessions(Time begin, std::optional<Time> end, std::uint32_t names,
                     const TimelineOutput& out) {
  const auto change = [&](Time time, std::int64_t SessionChanges::*what) {
    const Time second = floor_to(time, kSecond);
    ++(out.sums.rest.sessions[second].*what);
    if (names == kNobody) return;
    const Dimension& who = out.dimensions.at(names);
    const PoolKey pool{floor_to(time, kHour), who.database, who.user};
    ++(out.sums.rest.pools[pool].sessions[second].*what);
  };
  change(begin, &SessionChanges::opened);
  if (end) change(*end, &SessionChanges::closed);
}

// `received` and `authorized` of one connection. More than an hour apart they are not of one.
void add_setup(Time received, Time authorized, const TimelineOutput& out) {
  if (authorized < received || authorized - received > kHour) return;
  out.sums.rest.details.add_measure(authorized, "connection_setup", "", "total",
                                    static_cast<std::uint64_t>((authorized - received).count()));
}

void add_port(const SessionSpan::Named& session, ClientPort client, const TimelineOutput& out) {
  const Dimension& who = out.dimensions.at(session.names);
  add_client_port(out.sums.rest.ports, {who.database, who.user}, {session.second, client});
}

}  // namespace

void feed(SessionFragment& fragment, const SessionEvent& event, const TimelineOutput& out) {
  fragment.first = std::min(fragment.first, event.time);
  fragment.last = std::max(fragment.last, event.time);
  advance(fragment.checkouts, event, out);
  if (!fragment.settled && (may_settle(fragment, event) || head_is_full(fragment, event))) {
    settle(fragment);
  }
  if (fragment.settled) {
    advance(fragment.state, event, out);
  } else {
    fragment.head.push_back(event);
    probe(fragment, event);
  }
}

void session_received(SessionFragment& fragment, Time time, const TimelineOutput& out) {
  fragment.disconnected = false;
  if (!fragment.span.touched) fragment.span.first_begin = time;
  fragment.span.touched = true;
  if (!fragment.span.open_since) return;
  change_sessions(*fragment.span.open_since, time, fragment.span.open_names, out);
  fragment.span.open_since.reset();
}

void session_opened(SessionFragment& fragment, Time time, std::uint32_t names) {
  fragment.span.touched = true;
  fragment.span.open_since = time;
  fragment.span.open_names = names;
}

void setup_begun(SessionFragment& fragment, Time received) {
  fragment.span.received = received;
}

void setup_done(SessionFragment& fragment, Time authorized, const TimelineOutput& out) {
  SessionSpan& span = fragment.span;
  if (span.received) {
    add_setup(*span.received, authorized, out);
    span.received.reset();
  } else if (!span.touched) {
    span.authorized_without_received = authorized;
  }
}

void client_told(SessionFragment& fragment, ClientPort client) {
  fragment.span.client = client;
}

void client_named(SessionFragment& fragment, Time second, std::uint32_t names,
                  const TimelineOutput& out) {
  SessionSpan& span = fragment.span;
  const SessionSpan::Named session{second, names};
  if (span.client) {
    add_port(session, *span.client, out);
    span.client.reset();
  } else if (!span.touched) {
    span.named_without_client = session;
  }
}

void session_closed(SessionFragment& fragment, Time end, Micros session_time,
                    const TimelineOutput& out) {
  SessionSpan& span = fragment.span;
  if (span.open_since) {
    change_sessions(*span.open_since, end, span.open_names, out);
    span.open_since.reset();
  } else if (!span.touched) {
    span.end_without_begin = SessionSpan::End{end - session_time, end};
  } else if (fragment.disconnected) {
    change_sessions(end - session_time, end, kNobody,
                    out);  // another one of the same number, begun unseen
  }
  span.touched = true;
  fragment.disconnected = true;
}

void session_refused(SessionFragment& fragment) {
  fragment.disconnected = true;
  if (!fragment.span.touched) fragment.span.begin_refused = true;
  fragment.span.open_since.reset();
  fragment.span.touched = true;
}

FoldState fold_begin(const SessionFragment& first) {
  FoldState fold;
  for (const SessionEvent& event : first.head) {
    if (event.kind == Kind::kReceived || event.outside_transaction) return fold;
    if (event.role == StatementRole::kBegin) return fold;
    if (event.role == StatementRole::kCommit || event.role == StatementRole::kRollback ||
        event.role == StatementRole::kCommitChain) {
      break;
    }
    if (&event == &first.head.back()) return fold;
  }
  if (first.head.empty()) return fold;
  SessionState::Transaction open;
  open.start = open.last_end = first.head.front().start();
  open.dimension = first.head.front().dimension;
  fold.state.transaction = std::move(open);
  return fold;
}

void fold_next(FoldState& fold, const SessionFragment& next, const TimelineOutput& out) {
  const TimelineOutput from{out.sums, out.dimensions, next.source, out.pid};
  for (SessionEvent event : next.head) {
    if (event.kind == Kind::kReceived) fold.names = kNobody;
    if (event.nameless) event.dimension = fold.names;
    advance(fold.state, event, from);
  }
  if (next.settled) {
    finish(fold.state, Time::min(), out);  // a transaction left open was lost at its last statement
    fold.state = next.state;
  }
  CheckoutTrack checkouts = next.checkouts;
  name_nobody(checkouts, fold.names);
  join(fold.checkouts, checkouts, out);
  if (next.names != kNobody) fold.names = next.names;
  if (next.span.authorized_without_received && fold.span.received) {
    add_setup(*fold.span.received, *next.span.authorized_without_received, out);
  }
  if (next.span.named_without_client && fold.span.client) {
    add_port(*next.span.named_without_client, *fold.span.client, out);
  }
  if (next.span.touched) {
    fold.span.received = next.span.received;
    fold.span.client = next.span.client;
  }
  std::optional<Time>& open_since = fold.span.open_since;
  if (next.span.end_without_begin) {
    const SessionSpan::End& end = *next.span.end_without_begin;
    change_sessions(open_since.value_or(end.begin_by_session_time), end.end,
                    open_since ? fold.span.open_names : kNobody, out);
    open_since.reset();
  }
  if (next.span.begin_refused) open_since.reset();
  if (next.span.touched) {
    if (open_since) {
      change_sessions(*open_since, next.span.first_begin.value_or(next.first), fold.span.open_names,
                      out);
    }
    open_since = next.span.open_since;
    fold.span.open_names = next.span.open_names;
  }
}

void fold_end(FoldState& fold, Time end, const TimelineOutput& out) {
  const Time last = std::max(end, fold.state.last);
  finish(fold.state, last, out);
  const SessionSpan& span = fold.span;
  if (span.open_since) change_sessions(*span.open_since, std::nullopt, span.open_names, out);
  finish(fold.checkouts, last, out);
}

// Set in the marks of every fragment but those of version 1 of the ledger, which end before the
// times of a connection's set-up.
constexpr std::uint64_t kHasSetup = 32;
// Whose session is open is told at the end, from version 5 on.
constexpr std::uint64_t kHasOpenNames = 64;
// Few fragments are cut between a connection's first line and its authorization.
constexpr std::uint64_t kHasClient = 128;

void write_client(ByteWriter& out, const SessionSpan& span, const DimensionTable& dimensions) {
  out.put(span.client ? 1 : 0);
  if (span.client) {
    out.put(span.client->port);
    out.put(span.client->host);
  }
  out.put(span.named_without_client ? 1 : 0);
  if (span.named_without_client) {
    out.put_signed(span.named_without_client->second.time_since_epoch().count());
    write_dimension(out, span.named_without_client->names, dimensions);
  }
}

void read_client(ByteReader& in, SessionSpan& span, DimensionTable& dimensions) {
  if (in.get() != 0) {
    const std::uint64_t port = in.get(), host = in.get();
    span.client = {static_cast<std::uint16_t>(port), static_cast<std::uint8_t>(host)};
  }
  if (in.get() != 0) {
    const Time second{Micros{in.get_signed()}};
    span.named_without_client = SessionSpan::Named{second, read_dimension(in, dimensions)};
  }
}

std::string encode(const SessionFragment& fragment, const DimensionTable& dimensions) {
  ByteWriter out;
  const auto put_time = [&out](Time time) { out.put_signed(time.time_since_epoch().count()); };
  out.put_text(fragment.source);
  put_time(fragment.first);
  put_time(fragment.last);
  out.put(fragment.head.size());
  for (const SessionEvent& event : fragment.head) write_event(out, event, dimensions);
  const bool has_client = fragment.span.client || fragment.span.named_without_client;
  out.put((fragment.settled ? 1U : 0U) | (fragment.at_rest ? 2U : 0U) |
          (fragment.disconnected ? 4U : 0U) | (fragment.span.touched ? 8U : 0U) |
          (fragment.span.begin_refused ? 16U : 0U) | kHasSetup | kHasOpenNames |
          (has_client ? kHasClient : 0U));
  const auto put_if = [&](const std::optional<Time>& time) {
    out.put(time ? 1 : 0);
    if (time) put_time(*time);
  };
  // An unsettled fragment's state is a probe that its head makes again.
  if (fragment.settled) write_state(out, fragment.state, dimensions);
  write_track(out, fragment.checkouts, dimensions);
  write_dimension(out, fragment.names, dimensions);
  out.put(fragment.span.end_without_begin ? 1 : 0);
  if (fragment.span.end_without_begin) {
    put_time(fragment.span.end_without_begin->begin_by_session_time);
    put_time(fragment.span.end_without_begin->end);
  }
  for (const auto& time : {fragment.span.first_begin, fragment.span.open_since,
                           fragment.span.received, fragment.span.authorized_without_received}) {
    put_if(time);
  }
  write_dimension(out, fragment.span.open_names, dimensions);
  if (has_client) write_client(out, fragment.span, dimensions);
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
  fragment.span.begin_refused = (marks & 16) != 0;
  if (fragment.settled) fragment.state = read_state(in, dimensions);
  fragment.checkouts = read_track(in, dimensions);
  fragment.names = read_dimension(in, dimensions);
  if (in.get() != 0) {
    SessionSpan::End end;
    end.begin_by_session_time = get_time();
    end.end = get_time();
    fragment.span.end_without_begin = end;
  }
  const auto get_if = [&](std::optional<Time>& time) {
    if (in.get() != 0) time = get_time();
  };
  get_if(fragment.span.first_begin);
  get_if(fragment.span.open_since);
  if ((marks & kHasSetup) != 0) {
    get_if(fragment.span.received);
    get_if(fragment.span.authorized_without_received);
  }
  if ((marks & kHasOpenNames) != 0) fragment.span.open_names = read_dimension(in, dimensions);
  if ((marks & kHasClient) != 0) read_client(in, fragment.span, dimensions);
  if (!in.ok() || !in.at_end()) return Error{"damaged session fragment"};
  return fragment;
}

}  // namespace pgcounsel
