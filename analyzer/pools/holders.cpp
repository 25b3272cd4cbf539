#include "analyzer/pools/holders.h"

#include <optional>

#include "parser/sql/fingerprint.h"

namespace pgcounsel {
namespace {

std::optional<double> ratio(double now, double calm) {
  if (calm <= 0) return std::nullopt;
  return now / calm;
}

WindowHolder holder_of(const ClassChange& change, double used, double seconds) {
  WindowHolder holder;
  holder.transaction = hex(Fingerprint{change.class_id});
  holder.share = used > 0 ? change.used.total() / used : 0;
  holder.hold_s = change.used.total() * seconds;
  holder.arrival_ratio = ratio(change.arrivals, change.calm_arrivals);
  if (change.has_calm && change.arrivals > 0) {
    holder.hold_ratio = ratio(change.hold.total(), change.calm_hold.total());
    holder.busy_ratio = ratio(change.hold.busy, change.calm_hold.busy);
    holder.idle_ratio = ratio(change.hold.idle, change.calm_hold.idle);
    holder.lock_ratio = ratio(change.hold.lock_wait, change.calm_hold.lock_wait);
  }
  return holder;
}

}  // namespace

std::vector<WindowHolder> holders_of(std::span<const ClassChange> classes,
                                     const FullWindow& window) {
  double used = 0;
  for (const ClassChange& change : classes) used += change.used.total();
  std::vector<WindowHolder> holders;
  for (const ClassChange& change : classes) {
    if (holders.size() == kMostWindowHolders || change.used.total() < kSmallWindowHolder * used)
      break;
    holders.push_back(holder_of(change, used, seconds_of(window.length())));
  }
  return holders;
}

}  // namespace pgcounsel
