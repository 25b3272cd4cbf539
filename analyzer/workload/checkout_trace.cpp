#include "analyzer/workload/checkout_trace.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "parser/bytes.h"

namespace pgcounsel {
namespace {

// Where a trace of holds says how many classes it has; without any it has no holds.
constexpr char kMark = 0;
constexpr std::uint64_t kVersion = 1;

}  // namespace

std::vector<Time> hours_of_checkout(Time start, Time end) {
  std::vector<Time> hours;
  if (start >= end) return hours;
  for (Time hour = floor_to(std::max(start, end - kDay), kHour); hour < end; hour += kHour) {
    hours.push_back(hour);
  }
  return hours;
}

std::vector<TracedCheckout> each_checkout_once(
    const std::map<Time, std::vector<TracedCheckout>>& by_hour) {
  std::vector<std::pair<TracedCheckout, Time>> all;
  for (const auto& [hour, checkouts] : by_hour) {
    for (const TracedCheckout& checkout : checkouts) all.emplace_back(checkout, hour);
  }
  std::sort(all.begin(), all.end());
  std::vector<TracedCheckout> once;
  for (auto same = all.begin(); same != all.end();) {
    const auto end = std::find_if(
        same, all.end(), [&same](const auto& other) { return other.first != same->first; });
    std::ptrdiff_t most = 0;
    for (auto of_hour = same; of_hour != end;) {
      const auto next = std::find_if(
          of_hour, end, [&of_hour](const auto& other) { return other.second != of_hour->second; });
      most = std::max(most, next - of_hour);
      of_hour = next;
    }
    once.insert(once.end(), static_cast<std::size_t>(most), same->first);
    same = end;
  }
  return once;
}

bool is_checkout_trace(std::string_view bytes) {
  return bytes.size() > 1 && bytes.front() == kMark;
}

std::string encode_checkouts(std::vector<TracedCheckout> checkouts) {
  std::sort(checkouts.begin(), checkouts.end());
  std::vector<TracedHold> holds;
  ByteWriter out;
  out.put(kVersion);
  out.put(checkouts.size());
  for (const TracedCheckout& checkout : checkouts) {
    out.put(static_cast<std::uint64_t>(checkout.end));
    holds.push_back(checkout.hold);
  }
  return kMark + out.take() + trace_of(holds).encode();
}

Result<std::vector<TracedCheckout>> decode_checkouts(std::string_view bytes) {
  const Error damaged{"damaged trace of checkouts"};
  if (!is_checkout_trace(bytes)) return damaged;
  ByteReader in(bytes.substr(1));
  if (in.get() != kVersion) return damaged;
  std::vector<TracedCheckout> checkouts;
  const std::uint64_t count = in.get();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t end = in.get();
    if (end > static_cast<std::uint64_t>(CheckoutEnd::kLost)) return damaged;
    checkouts.push_back({{}, static_cast<CheckoutEnd>(end)});
  }
  if (!in.ok()) return damaged;
  const auto holds = decode_trace(in.rest());
  if (!holds || holds->size() != checkouts.size()) return damaged;
  for (std::size_t i = 0; i < checkouts.size(); ++i) checkouts[i].hold = (*holds)[i];
  std::sort(checkouts.begin(), checkouts.end());
  return checkouts;
}

}  // namespace pgcounsel
