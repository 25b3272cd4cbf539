// What else could have filled a pool, beside the five causes that Little's law tells apart: a
// deployment, a change of the schema or of plans, maintenance, checkpoints, temporary files,
// deadlocks, restarts, new clients, retries, a starved host. Each with the figure that clears it,
// the figure that speaks against it, or what the log lacks to tell.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "analyzer/pools/window_facts.h"

namespace pgcounsel {

struct OtherSuspect {
  enum class State { kCleared, kOpen, kUnknown };
  State state = State::kUnknown;
  std::string suspect;
  std::string text;  // the figure, or what the log lacks
};

// The last statement in the minute before the window that changed the schema.
struct SchemaChange {
  std::string statement;  // normalised, its first line
  EventMark mark;
};
std::optional<SchemaChange> schema_change_before(const WindowFacts& facts);

std::vector<OtherSuspect> other_suspects(const WindowFacts& facts);

// Did more transactions begin before the pool was full, and not only after?
bool surge_came_first(const WindowFacts& facts);
// Transactions and clients that failed in the window: what makes clients try again.
std::uint64_t failures_in(const WindowFacts& facts);

}  // namespace pgcounsel
