// Waits for locks and deadlocks, as the log tells them. Several lines tell of one wait: `still
// waiting`, which may be repeated, then `acquired`; they agree on the waiter, the object and the
// time at which the wait began. So a line is filed under these, lines of one key are joined, and in
// whatever order and cuts the lines come the rows are the same.
//
// Of one hour so many waits are kept: those of which a hash of the key is smallest. The smallest of
// all are the smallest of their parts, too, so this does not depend on order and cuts either.
#pragma once
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "parser/log/lock_line.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

constexpr std::size_t kMostWaitsOfHour = 20'000;

struct LockWait {
  Time begin{}, end{};       // as far as the lines tell
  Micros waited{};           // the longest that a line tells
  std::uint32_t pid = 0;     // who waits
  std::uint64_t object = 0;  // tells the objects of one waiter apart
  std::uint64_t victim = 0;  // fingerprint of the statement that waits; 0: not told
  LockTarget target = LockTarget::kUnknown;
  bool acquired = false;   // the lock was granted at the end
  bool is_end = false;     // no wait: `pid`'s statement was ended at `begin` by an error
  Time told{Time::min()};  // the latest line that names the holders
  std::vector<std::uint32_t> holders;  // by that line, ascending; empty: not told
  std::string relation;                // a name, or `relation 16434`; empty: not told
  std::string source;                  // place of the first line
  std::uint64_t line = 0;

  void merge(const LockWait& other);
  bool operator==(const LockWait&) const = default;
};

// The waits that began in one hour.
class LockWaits {
 public:
  void add(const LockWait& wait);
  void merge(const LockWaits& other);
  bool empty() const { return waits_.empty(); }
  std::size_t size() const { return waits_.size(); }
  bool is_cut() const { return is_cut_; }  // more than could be kept
  std::size_t count() const;               // without the ends of statements
  std::vector<LockWait> waits() const;     // by begin, then pid and object
  bool operator==(const LockWaits&) const = default;

  std::string encode() const;
  static Result<LockWaits> decode(std::string_view bytes);

 private:
  std::map<std::uint64_t, LockWait> waits_;  // by rank
  bool is_cut_ = false;
};

struct DeadlockKey {
  Time hour;
  std::string statements;  // fingerprints in hex, ascending, a blank between them
  std::string relation;
  auto operator<=>(const DeadlockKey&) const = default;
};
struct DeadlockStats {
  std::uint64_t count = 0;
  Time first{Time::max()};
  std::string source;  // of the first
  std::uint64_t line = 0;
  void merge(const DeadlockStats& other);
  bool operator==(const DeadlockStats&) const = default;
};

struct LockSums {
  std::map<Time, LockWaits> hours;
  std::map<DeadlockKey, DeadlockStats> deadlocks;

  void add(const LockWait& wait) { hours[floor_to(wait.begin, kHour)].add(wait); }
  void merge(const LockSums& other);
  LockSums slice(Time since, Time until) const;
  std::size_t bytes() const;  // about
  bool operator==(const LockSums&) const = default;
};

// The object of a wait: what tells the objects of one waiter apart, and nothing of the numbers of
// an advisory lock, which are an application's values.
std::uint64_t lock_object(std::uint32_t pid, LockTarget target, std::string_view mode,
                          std::string_view object);

// The waits of all hours by begin. Lines of one wait that the clock put under two keys are joined,
// and a wait that an error ended lasts until then.
std::vector<LockWait> waits_of(const LockSums& sums);

}  // namespace pgcounsel
