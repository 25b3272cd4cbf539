// Sessions that are cut: by the edge of a chunk, a file or a night.
//
// A reader that starts in the middle of a session cannot know whether a transaction is open. So a
// fragment keeps two parts: its head, the events up to the first moment that is certain to be at
// rest, as events, not counted yet; and its state at the end. What lies between was counted at
// once. Folding the fragments of a session in the order of their time replays each head on the
// state before it and goes on with the fragment's own state, which gives what reading the whole log
// in one go gives.
//
// Worked example, `|` is the cut:   BEGIN; UPDATE a; | UPDATE b; COMMIT; SELECT c; BEGIN; UPDATE d;
// left:  head empty (the session began here), state: open transaction of 2 statements
// right: head = UPDATE b, COMMIT; SELECT c was counted; state: open transaction of 2 statements
// fold:  UPDATE b and COMMIT close the left one as one hold of 4 statements; the right one stays
// open.
//
// Why it is right: the head ends only where in-order reading would be at rest too, and where the
// next event cannot continue a run; from a state at rest the rest of the fragment is counted the
// same whatever came before. Limit: a head of 4,096 events is taken to begin at rest.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/workload/checkout.h"
#include "analyzer/workload/client_ports.h"
#include "analyzer/workload/session_timeline.h"
#include "parser/result.h"

namespace pgcounsel {

// Connection lines of one session. The begin of a session that was not seen here is told by another
// fragment, or by the session time of its disconnection.
struct SessionSpan {
  struct End {
    Time begin_by_session_time{}, end{};
  };
  std::optional<End> end_without_begin;  // the first thing seen was the end
  bool begin_refused = false;            // the first thing seen was that it was refused after all
  std::optional<Time> first_begin;  // the first thing seen was a begin: what was before has ended
  std::optional<Time> open_since;   // begun here, end not seen
  std::uint32_t open_names = kNobody;               // whose that is, as its authorization told
  bool touched = false;                             // any connection line was seen
  std::optional<Time> received;                     // of a connection that is not authorized yet
  std::optional<Time> authorized_without_received;  // the first thing seen was its authorization
  // The same of its client's port, where only the connection's first line tells it.
  struct Named {
    Time second{};  // of its begin
    std::uint32_t names = kNobody;
  };
  std::optional<ClientPort> client;           // of a connection that is not authorized yet
  std::optional<Named> named_without_client;  // the first thing seen was its authorization
};

struct SessionFragment {
  std::string source;  // its name, for the place of the slowest execution
  Time first{Time::max()}, last{Time::min()};
  std::vector<SessionEvent> head;
  bool settled = false;  // the head has ended
  bool at_rest = false;  // while unsettled: the state is known to be at rest
  SessionState state;    // settled: since the head ended; unsettled: a probe of the head alone
  SessionSpan span;
  CheckoutTrack checkouts;
  std::uint32_t names = kNobody;  // as the session's authorization told here
  bool disconnected = false;      // its end was seen

  // Nothing that another fragment could need.
  bool complete() const {
    return settled && head.empty() && disconnected && !span.end_without_begin &&
           !span.authorized_without_received && !span.named_without_client;
  }
};

// Applies the session's next event.
void feed(SessionFragment& fragment, const SessionEvent& event, const TimelineOutput& out);
// A session was authorized at `time` / ended at `end` after `session_time` / was refused after all.
// They come beside the event of the same record.
// A session that was open under the same process number ended unseen when a new one is received.
void session_received(SessionFragment& fragment, Time time, const TimelineOutput& out);
void session_opened(SessionFragment& fragment, Time time, std::uint32_t names);
// Beside session_received and session_opened, where the log has milliseconds: what it took from one
// to the other is the connection's set-up (measure connection_setup).
void setup_begun(SessionFragment& fragment, Time received);
void setup_done(SessionFragment& fragment, Time authorized, const TimelineOutput& out);
// Beside them, too, where only the first line of a connection tells its client: before
// session_received, and before session_opened.
void client_told(SessionFragment& fragment, ClientPort client);
void client_named(SessionFragment& fragment, Time second, std::uint32_t names,
                  const TimelineOutput& out);
void session_closed(SessionFragment& fragment, Time end, Micros session_time,
                    const TimelineOutput& out);
void session_refused(SessionFragment& fragment);

std::string encode(const SessionFragment& fragment, const DimensionTable& dimensions);
Result<SessionFragment> decode_fragment(std::string_view bytes, DimensionTable& dimensions);

// Adds what the fragments of ONE session, in the order of their time, say together. Sessions that
// are open at the end are held until `end_of_log(last event)`.
template <class EndOfLog>
void fold(const std::vector<SessionFragment>& fragments, const EndOfLog& end_of_log,
          const TimelineOutput& out);

// What is known of a session between two fragments of it.
struct FoldState {
  SessionState state;
  SessionSpan span;
  CheckoutTrack checkouts;
  std::uint32_t names = kNobody;
};
// Before the first fragment: where its head closes a transaction that it never opened, one that was
// open since before the log.
FoldState fold_begin(const SessionFragment& first);
void fold_next(FoldState& fold, const SessionFragment& next, const TimelineOutput& out);
void fold_end(FoldState& fold, Time end, const TimelineOutput& out);

template <class EndOfLog>
void fold(const std::vector<SessionFragment>& fragments, const EndOfLog& end_of_log,
          const TimelineOutput& out) {
  if (fragments.empty()) return;
  FoldState state = fold_begin(fragments.front());
  for (const SessionFragment& fragment : fragments) fold_next(state, fragment, out);
  fold_end(state, end_of_log(fragments.back().last), out);
}

}  // namespace pgcounsel
