#include "analyzer/workload/checkout.h"

#include <algorithm>

namespace pgcounsel {
namespace {

using Kind = SessionEvent::Kind;
constexpr std::size_t kMostStatements = 64;

ClassSteps steps_of(const Checkout& checkout) {
  ClassSteps steps;
  for (const std::uint64_t id : checkout.statements) steps.steps.push_back(Fingerprint{id});
  return steps;
}

std::uint64_t class_of(const Checkout& checkout) {
  std::uint64_t hash = 0x6A09E667F3BCC908;
  for (const std::uint64_t id : checkout.statements) {
    hash = (hash ^ id) * 0x9E3779B97F4A7C15ULL;
    hash ^= hash >> 29;
  }
  return hash;
}

void count(const Checkout& checkout, CheckoutEnd end, const TimelineOutput& out) {
  if (checkout.end < checkout.start) return;
  const std::uint32_t who = out.dimensions.pool_of(checkout.dimension);
  const Micros hold = std::max(checkout.end - checkout.start, checkout.busy);
  const std::uint64_t id = class_of(checkout);
  out.sums.note_steps(id, steps_of(checkout));
  out.sums.hold_class(checkout.end, HoldKind::kCheckout, who, id)
      .stats.add_hold(hold, checkout.busy, std::min(checkout.lock_wait, checkout.busy),
                      end == CheckoutEnd::kLost);
  LivePool& pool = out.sums.pool(checkout.end, who);
  if (end == CheckoutEnd::kDiscarded) ++pool.discards;
  out.sums.spread(who, checkout.start, checkout.end, &SecondTotals::checked_out);
  const Micros lock_wait = std::min(checkout.lock_wait, checkout.busy);
  const TracedCheckout traced{{checkout.start, checkout.busy, hold - checkout.busy, lock_wait, id},
                              end};
  for (const Time hour : hours_of_checkout(checkout.start, checkout.end)) {
    out.sums.pool(hour, who).checkouts.push_back(traced);
  }
}

void end_checkout(CheckoutTrack& track, CheckoutEnd end, const TimelineOutput& out) {
  if (!track.begin_known) {
    if (track.open) track.first = CheckoutTrack::Ended{*track.open, end};
  } else if (track.open) {
    count(*track.open, end, out);
  }
  track.begin_known = true;
  track.open.reset();
}

void extend(CheckoutTrack& track, const SessionEvent& event) {
  // Neither the duration of a DISCARD ALL that was logged before nor an error begins a checkout.
  const bool begins = event.kind != Kind::kBare && event.kind != Kind::kError;
  if (!track.open && track.begin_known && !begins) return;
  if (!track.open) {
    track.open.emplace();
    track.noted_lately = {};
  }
  Checkout& open = *track.open;
  const bool waits = event.kind == Kind::kLockWaiting || event.kind == Kind::kLockAcquired;
  open.start =
      std::min(open.start, waits || event.kind == Kind::kError ? event.time : event.start());
  open.end = std::max(open.end, event.time);
  if (event.kind == Kind::kLockAcquired) open.lock_wait += event.duration;
  if (!waits) open.busy += event.duration;
  const bool is_told = event.completes() || event.kind == Kind::kLogged;
  // The pooler's own DISCARD ALL is no part of what the client ran.
  if (event.fingerprint && is_told && event.role != StatementRole::kDiscardAll) {
    const std::uint64_t id = event.fingerprint.value;
    std::uint64_t& lately = track.noted_lately[id % track.noted_lately.size()];
    if (lately != id) open.note_statement(lately = id);
  }
  if (event.dimension != kNobody) open.dimension = event.dimension;
}

void write_checkout(ByteWriter& out, const Checkout& checkout, const DimensionTable& dimensions) {
  out.put_signed(checkout.start.time_since_epoch().count());
  out.put_signed(checkout.end.time_since_epoch().count());
  out.put_signed(checkout.busy.count());
  out.put_signed(checkout.lock_wait.count());
  out.put(checkout.statements.size());
  for (const std::uint64_t id : checkout.statements) out.put(id);
  write_dimension(out, checkout.dimension, dimensions);
}

Checkout read_checkout(ByteReader& in, DimensionTable& dimensions) {
  Checkout checkout;
  checkout.start = Time{Micros{in.get_signed()}};
  checkout.end = Time{Micros{in.get_signed()}};
  checkout.busy = Micros{in.get_signed()};
  checkout.lock_wait = Micros{in.get_signed()};
  const std::uint64_t statements = in.get();
  for (std::uint64_t i = 0; i < statements && in.ok(); ++i) checkout.note_statement(in.get());
  checkout.dimension = read_dimension(in, dimensions);
  return checkout;
}

}  // namespace

void Checkout::merge(const Checkout& later) {
  start = std::min(start, later.start);
  end = std::max(end, later.end);
  busy += later.busy;
  lock_wait += later.lock_wait;
  for (const std::uint64_t fingerprint : later.statements) note_statement(fingerprint);
  if (later.dimension != kNobody) dimension = later.dimension;
}

void Checkout::note_statement(std::uint64_t fingerprint) {
  const auto at = std::lower_bound(statements.begin(), statements.end(), fingerprint);
  if (at == statements.end() ? statements.size() >= kMostStatements : *at == fingerprint) return;
  statements.insert(at, fingerprint);
  if (statements.size() > kMostStatements) statements.pop_back();
}

void advance(CheckoutTrack& track, const SessionEvent& event, const TimelineOutput& out) {
  switch (event.kind) {
    case Kind::kReceived:
      // `received` and `authorized` come in a row: only what ran in between is a checkout.
      if (track.open && !track.open->statements.empty()) {
        end_checkout(track, CheckoutEnd::kLost, out);
      }
      track.begin_known = true;
      track.open = Checkout{};
      track.noted_lately = {};
      track.open->start = track.open->end = event.time;
      track.open->dimension = event.dimension;
      return;
    case Kind::kDisconnected:
    case Kind::kFatal:
      if (track.open) {
        track.open->end = std::max(track.open->end, event.time);
      } else if (!track.begin_known) {
        track.open = Checkout{event.time, event.time, {}, {}, {}, event.dimension};
      }
      end_checkout(
          track, event.kind == Kind::kFatal ? CheckoutEnd::kLost : CheckoutEnd::kDisconnected, out);
      return;
    case Kind::kError:
    case Kind::kStatement:
    case Kind::kExecute:
    case Kind::kParse:
    case Kind::kBind:
    case Kind::kBare:
    case Kind::kLogged:
    case Kind::kLockWaiting:
    case Kind::kLockAcquired:
      extend(track, event);
      break;
  }
  const bool is_statement = event.completes() || event.kind == Kind::kLogged;
  if (is_statement && event.role == StatementRole::kDiscardAll) {
    end_checkout(track, CheckoutEnd::kDiscarded, out);
  }
}

void join(CheckoutTrack& track, const CheckoutTrack& next, const TimelineOutput& out) {
  track.noted_lately = {};
  if (next.begin_known) {
    if (next.first) {
      const Checkout& rest = next.first->checkout;
      Checkout whole = track.open.value_or(rest);
      if (track.open) whole.merge(rest);
      // An end alone ends nothing where nothing was open.
      const bool is_something = track.open || rest.busy > Micros{0} || !rest.statements.empty();
      if (is_something) count(whole, next.first->end, out);
    } else if (track.open && !track.open->statements.empty()) {
      count(*track.open, CheckoutEnd::kLost, out);
    }
    track.begin_known = true;
    track.open = next.open;
  } else if (next.open) {
    if (track.open) {
      track.open->merge(*next.open);
    } else {
      track.open = next.open;
    }
  }
}

void finish(CheckoutTrack& track, Time end, const TimelineOutput& out) {
  if (!track.open) return;
  track.open->end = std::max(track.open->end, end);
  count(*track.open, CheckoutEnd::kLost, out);
  track.open.reset();
}

void write_track(ByteWriter& out, const CheckoutTrack& track, const DimensionTable& dimensions) {
  out.put((track.first ? 1U : 0U) | (track.open ? 2U : 0U) | (track.begin_known ? 4U : 0U));
  if (track.first) {
    write_checkout(out, track.first->checkout, dimensions);
    out.put(static_cast<std::uint64_t>(track.first->end));
  }
  if (track.open) write_checkout(out, *track.open, dimensions);
}

CheckoutTrack read_track(ByteReader& in, DimensionTable& dimensions) {
  CheckoutTrack track;
  const std::uint64_t marks = in.get();
  track.begin_known = (marks & 4) != 0;
  if ((marks & 1) != 0) {
    CheckoutTrack::Ended ended;
    ended.checkout = read_checkout(in, dimensions);
    ended.end = static_cast<CheckoutEnd>(std::min<std::uint64_t>(in.get(), 2));
    track.first = ended;
  }
  if ((marks & 2) != 0) track.open = read_checkout(in, dimensions);
  return track;
}

}  // namespace pgcounsel
