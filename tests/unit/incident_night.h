// A night on which the pool of `web` was full, for the tests of the incident report.
#pragma once
#include <string>

#include "tests/unit/report_samples.h"

namespace pgcounsel {

inline WindowEvent pool_event(WindowEvent::Kind kind, Time from, std::optional<Time> until,
                              std::string text, bool is_cause = false) {
  WindowEvent event;
  event.kind = kind;
  event.time = from;
  event.until = until;
  event.text = std::move(text);
  event.is_cause = is_cause;
  return event;
}

// 10:04:20 to 10:05:34: transactions idle, and what they lock is waited for.
inline PoolWindow idle_window() {
  PoolWindow window;
  window.start = at(13, 10, 4) + kSecond * 20;
  window.end = at(13, 10, 5) + kSecond * 34;
  window.refused = 18'204;
  window.cause = "idle_in_transaction";
  window.confidence = "high";
  window.summary = "All 20 connections were in use: idle_in_transaction brought 96 %";
  window.evidence = {"idle_in_transaction: +15.00 of 16.00 connections"};
  window.ruled_out = {{"lock_wait", "+0.10 of 16.00"},
                      {"deploy", "no new statements"},
                      {"slow_query", "+0.70 of 16.00"},
                      {"traffic_surge", "31.0 a second against 33.0"}};
  window.not_known = {{"connection_leak", "what clients do between transactions"}};
  WindowHolder first;
  first.transaction = "0b7e55aa11112222";
  first.share = 0.94;
  first.hold_s = 1391;
  first.arrival_ratio = 0.83;
  first.hold_ratio = 51;
  first.busy_ratio = 1.8;
  first.idle_ratio = 54;
  WindowHolder second;
  second.transaction = "c8120f3b77778888";
  second.share = 0.04;
  second.hold_s = 59;
  window.holders = {first, second};
  using Kind = WindowEvent::Kind;
  WindowEvent refused = pool_event(Kind::kClient, window.start + kSecond * 12, std::nullopt,
                                   "first client refused: query_wait_timeout");
  refused.count = 18'204;
  refused.line = SourceLine{"pgbouncer.log", 1234};
  window.events = {
      pool_event(Kind::kHolder, window.start - kSecond * 20, window.end,
                 "`checkout-api: SELECT carts FOR UPDATE` idles ×54 as long", true),
      refused, pool_event(Kind::kLock, window.start + kSecond * 30, window.end, "lock waits: 4")};
  return window;
}

inline PoolRow web_pool() {
  PoolRow pool;
  pool.database = "shop";
  pool.user = "web";
  pool.mode = "transaction";
  pool.size = 20;
  pool.size_source = "the most server connections at once";
  pool.is_size_certain = true;
  pool.peak = 20;
  pool.windows = {idle_window()};
  HealthyHolds healthy;
  healthy.transactions = 10'000;
  healthy.longest_idle = ms(1300);
  healthy.longest_running = sec(700);
  // limit, and longer than that: running, idle, waiting, held
  healthy.steps = {{sec(1), 40, 10, 0, 50}, {sec(5), 30, 9, 0, 39}, {sec(3600), 20, 0, 0, 20}};
  pool.healthy = healthy;
  return pool;
}

inline ServerReport incident_night() {
  ServerReport night = busy_night();
  night.workload.errors.clear();
  night.workload.totals.refused = 0;
  night.workload.pools = {web_pool()};
  return night;
}

// The same, where all wait for what anna left open.
inline ServerReport forgotten_night() {
  ServerReport night = incident_night();
  PoolWindow& window = night.workload.pools[0].windows[0];
  WindowBlocker anna;
  anna.transaction = "acc13d2555556666";
  anna.label = "BEGIN; UPDATE carts SET note = $1; COMMIT";
  anna.user = "anna";
  anna.waits = 19;
  anna.blocked_s = 1391;
  anna.idle_share = 1;
  window.blockers = {anna};
  window.lock_waits = 19;
  window.lock_wait_s = 1391;
  window.waits_for_forgotten = true;
  return night;
}

}  // namespace pgcounsel
