#include "analyzer/report/json_pools.h"

#include "analyzer/report/json_locks.h"

namespace pgcounsel {
namespace {

void write_ratio(JsonWriter& json, std::string_view key, const std::optional<double>& ratio) {
  json.key(key);
  ratio ? json.number(*ratio) : json.null();
}

void write_holder(JsonWriter& json, const WindowHolder& holder) {
  json.open('{');
  json.key("transaction").string(holder.transaction);
  json.key("label").string(holder.label);
  json.key("share").number(holder.share);
  json.key("hold_s").number(holder.hold_s);
  write_ratio(json, "arrival_ratio", holder.arrival_ratio);
  write_ratio(json, "hold_ratio", holder.hold_ratio);
  write_ratio(json, "busy_ratio", holder.busy_ratio);
  write_ratio(json, "idle_ratio", holder.idle_ratio);
  write_ratio(json, "lock_ratio", holder.lock_ratio);
  json.close('}');
}

void write_suspect(JsonWriter& json, std::string_view suspect, std::string_view key,
                   std::string_view text) {
  json.open('{');
  json.key("suspect").string(suspect);
  json.key(key).string(text);
  json.close('}');
}

// Without its place in a log: pools are the same however the log was cut into files.
void write_pool_event(JsonWriter& json, const WindowEvent& event) {
  json.open('{');
  json.key("kind").string(name_of(event.kind));
  json.key("time").time(event.time);
  json.key("until").time(event.until);
  json.key("is_cause").boolean(event.is_cause);
  json.key("text").string(event.text);
  json.key("count").number(event.count);
  json.close('}');
}

void write_healthy(JsonWriter& json, const HealthyHolds& healthy) {
  json.open('{');
  json.key("transactions").number(healthy.transactions);
  json.key("longest_running_ms").milliseconds(healthy.longest_running);
  json.key("longest_idle_ms").milliseconds(healthy.longest_idle);
  json.key("longest_wait_ms").milliseconds(healthy.longest_wait);
  json.key("longest_hold_ms").milliseconds(healthy.longest_hold);
  json.close('}');
}

void write_sessions(JsonWriter& json, const std::vector<SessionShare>& sessions) {
  json.key("sessions").open('[');
  for (const SessionShare& share : sessions) {
    json.open('{');
    json.key("database").string(share.database);
    json.key("user").string(share.user);
    json.key("sessions").number(share.sessions);
    json.close('}');
  }
  json.close(']');
}

void write_pooler_pools(JsonWriter& json, const std::vector<PoolOfPooler>& pools) {
  json.open('[');
  for (const PoolOfPooler& pool : pools) {
    json.open('{');
    json.key("database").string(pool.database);
    json.key("user").string(pool.user);
    json.key("sessions").number(pool.sessions);
    json.key("joined").number(pool.joined);
    json.key("poolers").number(pool.poolers);
    json.close('}');
  }
  json.close(']');
}

void write_window(JsonWriter& json, const PoolWindow& window) {
  json.open('{');
  json.key("start").time(window.start);
  json.key("end").time(window.end);
  json.key("refused").number(window.refused);
  json.key("cause").string(window.cause);
  json.key("confidence").string(window.confidence);
  json.key("summary").string(window.summary);
  json.key("evidence").strings(window.evidence);
  json.key("ruled_out").open('[');
  for (const ClearedSuspect& entry : window.ruled_out) {
    write_suspect(json, entry.suspect, "because", entry.because);
  }
  json.close(']');
  json.key("not_known").open('[');
  for (const UnknownSuspect& entry : window.not_known) {
    write_suspect(json, entry.suspect, "missing", entry.missing);
  }
  json.close(']');
  json.key("holders").open('[');
  for (const WindowHolder& holder : window.holders) write_holder(json, holder);
  json.close(']');
  json.key("events").open('[');
  for (const WindowEvent& event : window.events) write_pool_event(json, event);
  json.close(']');
  write_window_locks(json, window);
  json.close('}');
}

}  // namespace

void write_pool(JsonWriter& json, const PoolRow& pool) {
  json.open('{');
  json.key("database").string(pool.is_server ? "*" : pool.database);
  json.key("user").string(pool.is_server ? "*" : pool.user);
  json.key("mode").string(pool.mode);
  json.key("size").number(pool.size);
  json.key("size_is_certain").boolean(pool.is_size_certain);
  json.key("size_source").string_or_null(pool.size_source);
  if (!pool.pooler.empty()) write_pooler_pools(json.key("pooler"), pool.pooler);
  json.key("offered_load").number(pool.offered_load);
  json.key("idle_in_transaction_share").number(pool.idle_share);
  json.key("peak").number(pool.peak);
  json.key("windows").open('[');
  for (const PoolWindow& window : pool.windows) write_window(json, window);
  json.close(']');
  if (pool.healthy) {
    json.key("healthy");
    write_healthy(json, *pool.healthy);
  }
  json.close('}');
}

void write_limits(JsonWriter& json, const Workload& workload) {
  if (workload.connection_limit) {
    const ConnectionLimit& limit = *workload.connection_limit;
    json.key("connection_limit").open('{');
    json.key("refused").number(limit.refused);
    json.key("first").time(*limit.first);
    json.key("last").time(*limit.last);
    json.key("limit").number(limit.limit);
    write_sessions(json, limit.sessions);
    json.close('}');
  }
  if (workload.connection_burst) {
    const ConnectionBurst& burst = *workload.connection_burst;
    json.key("connection_burst").open('{');
    json.key("minute").time(burst.minute);
    json.key("opened").number(burst.opened);
    json.key("usual").number(burst.usual);
    write_sessions(json, burst.sessions);
    json.close('}');
  }
}

}  // namespace pgcounsel
