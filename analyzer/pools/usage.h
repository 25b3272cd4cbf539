// What the connections of one pool did in a period, second by second, and how large the pool is.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/pools/windows.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

// kServer: no pooler, and the server itself was full.
enum class PoolMode : std::uint8_t { kTransaction, kSession, kNone, kServer };
std::string_view name_of(PoolMode mode);

struct PoolUsage {
  PoolMode mode = PoolMode::kNone;
  Time first{};                         // of the seconds
  std::vector<double> in_transaction;   // connections, by second: running, waiting or idle
  std::vector<double> kept;             // by second: those of session pooling, else the same
  std::vector<std::uint32_t> arrivals;  // transactions that began, by second
  double idle = 0;                      // connection-seconds idle in transaction, of all seconds
  std::uint64_t transactions = 0;
  std::int64_t peak_sessions = 0;        // server connections at once; 0: not known
  std::int64_t size = 0;                 // of the pool: as told, else the peak; 0: not known
  std::string size_source;               // in words
  std::optional<std::uint64_t> reserve;  // connections that a pooler may add
  // Else the size is a lower bound: nothing told it, and nobody waited.
  bool is_size_certain = false;

  // By second, what counts as use.
  const std::vector<double>& used() const { return counts_outside() ? kept : in_transaction; }
  Time second(std::size_t index) const { return first + static_cast<Micros::rep>(index) * kSecond; }
  // Does a connection count as used between transactions, too?
  bool counts_outside() const { return mode == PoolMode::kSession || mode == PoolMode::kServer; }
  // In which the pool was full; none where its size is only a lower bound.
  std::vector<FullWindow> windows;
};

// Calls `each` for every pool, in the order of their names, and for the server as a whole where it
// was full (server_usage): the seconds of one pool at a time are in memory.
void each_pool(const PeriodSums& sums,
               const std::function<void(const PoolName&, const PoolUsage&)>& each);

}  // namespace pgcounsel
