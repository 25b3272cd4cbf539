// Checkouts: how long ONE client keeps a server connection. In session pooling a checkout ends with
// the pooler's DISCARD ALL and the next begins with the first statement after it; without a pooler
// a checkout is the session itself, from its authorization to its disconnection. (In transaction
// pooling a hold is the transaction; then checkouts say how long the server session lived.)
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analyzer/workload/checkout_trace.h"
#include "analyzer/workload/session_timeline.h"
#include "analyzer/workload/sums.h"
#include "parser/bytes.h"

namespace pgcounsel {

struct Checkout {
  Time start{Time::max()}, end{Time::min()};
  Micros busy{}, lock_wait{};
  // What its client ran: the 64 smallest fingerprints, ascending. A set, so that pieces can be
  // joined in any order.
  std::vector<std::uint64_t> statements;
  std::uint32_t dimension = 0;

  void merge(const Checkout& later);
  void note_statement(std::uint64_t fingerprint);
  bool operator==(const Checkout&) const = default;
};

// The checkouts of one piece of a session: the one that it ends without having seen its begin, and
// the one that is open at its end. What lies between is counted at once.
struct CheckoutTrack {
  struct Ended {
    Checkout checkout;
    CheckoutEnd end = CheckoutEnd::kLost;
  };
  std::optional<Ended> first;
  bool begin_known = false;  // a checkout's end, or the session's begin, was seen
  std::optional<Checkout> open;
  // Fingerprints that `open` has, each at a place of its own; 0: none. Not stored.
  std::array<std::uint64_t, 16> noted_lately{};
};

void advance(CheckoutTrack& track, const SessionEvent& event, const TimelineOutput& out);
// Joins the track of the next piece of the same session.
void join(CheckoutTrack& track, const CheckoutTrack& next, const TimelineOutput& out);
// The session is not heard of again: what is open was held until `end`.
void finish(CheckoutTrack& track, Time end, const TimelineOutput& out);

void write_track(ByteWriter& out, const CheckoutTrack& track, const DimensionTable& dimensions);
CheckoutTrack read_track(ByteReader& in, DimensionTable& dimensions);

}  // namespace pgcounsel
