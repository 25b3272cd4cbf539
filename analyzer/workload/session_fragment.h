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
  std::optional<Time> open_since;        // begun here, end not seen
  bool touched = false;                  // any connection line was seen
};

struct SessionFragment {
  std::string source;  // its name, for the place of the slowest execution
  Time first{Time::max()}, last{Time::min()};
  std::vector<SessionEvent> head;
  bool settled = false;  // the head has ended
  bool at_rest = false;  // while unsettled: the state is known to be at rest
  SessionState state;    // settled: since the head ended; unsettled: a probe of the head alone
  SessionSpan span;
  bool disconnected = false;  // its end was seen

  // Nothing that another fragment could need.
  bool complete() const {
    return settled && head.empty() && disconnected && !span.end_without_begin;
  }
};

// Applies the session's next event.
void feed(SessionFragment& fragment, const SessionEvent& event, TimelineOutput out);
// A session was authorized at `time` / ended at `end` after `session_time` / was refused after all.
// They come beside the event of the same record.
void session_opened(SessionFragment& fragment, Time time);
void session_closed(SessionFragment& fragment, Time end, Micros session_time, TimelineOutput out);
void session_refused(SessionFragment& fragment);

std::string encode(const SessionFragment& fragment, const DimensionTable& dimensions);
Result<SessionFragment> decode_fragment(std::string_view bytes, DimensionTable& dimensions);

// Adds what the fragments of ONE session, in the order of their time, say together. Sessions that
// are open at the end are held until `end_of_log(last event)`.
template <class EndOfLog>
void fold(const std::vector<SessionFragment>& fragments, const EndOfLog& end_of_log,
          TimelineOutput out);

// The state before the first fragment: where its head closes a transaction that it never opened,
// one that was open since before the log.
SessionState state_before(const SessionFragment& first);
// One step of the fold.
void fold_next(SessionState& state, SessionSpan& span, const SessionFragment& next,
               TimelineOutput out);
// The last step.
void fold_end(SessionState& state, const SessionSpan& span, Time end, TimelineOutput out);

template <class EndOfLog>
void fold(const std::vector<SessionFragment>& fragments, const EndOfLog& end_of_log,
          TimelineOutput out) {
  if (fragments.empty()) return;
  SessionState state = state_before(fragments.front());
  SessionSpan span;
  for (const SessionFragment& fragment : fragments) fold_next(state, span, fragment, out);
  fold_end(state, span, end_of_log(fragments.back().last), out);
}

}  // namespace pgcounsel
