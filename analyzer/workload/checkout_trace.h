// The trace of checkouts (see checkout.h): who kept a connection of session pooling, when. A
// checkout stands in the trace of every hour that it touches, of its last day, so that those of one
// hour tell all that were kept in it, however long.
#pragma once
#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/workload/hold_trace.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

enum class CheckoutEnd : std::uint8_t { kDiscarded, kDisconnected, kLost };

// `hold.idle` is all the time without a running statement, in transactions and between them.
struct TracedCheckout {
  TracedHold hold;
  CheckoutEnd end = CheckoutEnd::kLost;
  auto operator<=>(const TracedCheckout&) const = default;
};

// The hours that a checkout from `start` to `end` touches, of its last day; none where it is empty.
std::vector<Time> hours_of_checkout(Time start, Time end);
// Of the checkouts by hour that was read, each once: as often as in the hour that has most of the
// same. Sorted.
std::vector<TracedCheckout> each_checkout_once(
    const std::map<Time, std::vector<TracedCheckout>>& by_hour);

// Encoded checkouts stand where traces of holds do, and are told from them by their first byte.
bool is_checkout_trace(std::string_view bytes);
std::string encode_checkouts(std::vector<TracedCheckout> checkouts);
Result<std::vector<TracedCheckout>> decode_checkouts(std::string_view bytes);  // sorted

}  // namespace pgcounsel
