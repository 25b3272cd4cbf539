// Why more connections were in use than in calm times, by Little's law: connections in use are the
// sum over transaction classes of arrival rate times hold time. What a full window has more than
// its calm seconds is split into the part that more arrivals brought, and the parts that longer
// holds brought, by what the connections did in the added time. The parts add up exactly.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "analyzer/pools/calm.h"
#include "analyzer/pools/hold_parts.h"
#include "analyzer/workload/hold_trace.h"

namespace pgcounsel {

// Connections more than in calm times, by what brought them.
struct ExtraConnections {
  double arrivals = 0;
  HoldParts longer;  // longer holds, by what they did
  double total() const { return arrivals + longer.total(); }
};

// One class (or what the pool does outside of transactions) in a window and in calm times.
struct ClassChange {
  std::uint64_t class_id = 0;
  double arrivals = 0, calm_arrivals = 0;  // a second
  HoldParts hold, calm_hold;               // seconds for each transaction
  bool has_calm = false;                   // seen often enough in calm times to know its hold
  HoldParts used;                          // connections in the window
  ExtraConnections extra;
};

struct Decomposition {
  ExtraConnections extra;
  std::vector<ClassChange> classes;  // most connections first
  double calm_seconds = 0;           // how many seconds were compared with
};

// One class in calm times.
struct CalmClass {
  double arrivals = 0;  // a second
  HoldParts hold;       // seconds for each transaction
  bool is_known = false;
};
struct CalmTimes {
  std::map<std::uint64_t, CalmClass> classes;
  double mean_hold = 0;  // of all transactions, seconds
  double seconds = 0;    // how many were looked at
};

// How long the statements of a class take that wait for no lock, at the median.
using UsualBusy = std::map<std::uint64_t, Micros>;
UsualBusy usual_busy_of(std::span<const TracedHold> holds);

// What connections were kept outside of transactions, in connections, in the window and in calm
// times: only in session pooling.
struct OutsideUse {
  double window = 0, calm = 0;
};

// Of holds in any order. Where a statement waited for a lock, all that its transaction was busy
// beyond what is usual of its class is lock wait: waits that are shorter than deadlock_timeout
// leave no line, and a row that many want is waited for several times.
CalmTimes calm_times_of(std::span<const TracedHold> holds, const UsualBusy& usual,
                        const SecondWeights& calm);
Decomposition decompose(std::span<const TracedHold> holds, const UsualBusy& usual,
                        const FullWindow& window, const CalmTimes& calm, OutsideUse outside = {});

}  // namespace pgcounsel
