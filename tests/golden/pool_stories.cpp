#include "tests/golden/pool_stories.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/unit/scratch.h"

namespace pgcounsel {

const Story kPayment{"pool_exhaustion",
                     "2026-11-25 16:29:05Z",
                     "2026-11-25 16:29:52Z",
                     {"idle_in_transaction"},
                     {"idle_in_transaction"}};
const Story kForgotten{"forgotten_application",
                       "2026-11-26T05:11:35.007Z",
                       "2026-11-26T05:12:15.000Z",
                       {"idle_in_transaction"},
                       {"idle_in_transaction", "lock_wait"}};
const Story kPerson{"forgotten_person",
                    "2026-11-26T05:19:05.000Z",
                    "2026-11-26T05:19:40.003Z",
                    {"idle_in_transaction"},
                    {"idle_in_transaction", "lock_wait"}};
const Story kConvoy{"lock_convoy",
                    "2026-11-26T05:44:51.003Z",
                    "2026-11-26T05:45:18.000Z",
                    {"lock_wait"},
                    {"lock_wait"}};
const Story kConvoyShort{"lock_convoy_short",
                         "2026-11-26T05:41:55.001Z",
                         "2026-11-26T05:42:24.001Z",
                         {"lock_wait"},
                         {"lock_wait"}};
const Story kRetries{"retry_storm",
                     "2026-11-26T05:15:58.002Z",
                     "2026-11-26T05:16:32.000Z",
                     {"slow_query"},
                     {"slow_query"}};
const Story kStarved{"cpu_starvation",
                     "2026-11-26T05:32:57.002Z",
                     "2026-11-26T05:33:19.000Z",
                     {"slow_query"},
                     {"slow_query"}};
const Story kStarvedShort{"cpu_starvation_short",
                          "2026-11-26T05:24:48.001Z",
                          "2026-11-26T05:25:13.000Z",
                          {"slow_query"},
                          {"slow_query"}};

std::string shown(const PoolWindow& window) {
  std::string text = window.cause + " (" + window.confidence + "): " + window.summary;
  for (const std::string& line : window.evidence) text += "\n  evidence: " + line;
  for (const auto& each : window.not_known)
    text += "\n  not known: " + each.suspect + ": " + each.missing;
  return text;
}

namespace {

bool holds(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

// Beside the leak, which no pooler's server sees.
bool tells_what_lacks(const PoolWindow& window) {
  return std::ranges::any_of(window.not_known, [](const UnknownSuspect& each) {
    return each.suspect != "connection_leak" && !each.missing.empty();
  });
}

void expect_right_or_unsure(const PoolWindow& window, const Story& story) {
  if (holds(story.possible, window.cause)) return;
  EXPECT_EQ(window.cause, "mixed") << shown(window);
  EXPECT_EQ(window.confidence, "low") << shown(window);
  EXPECT_TRUE(tells_what_lacks(window)) << shown(window);
}

}  // namespace

Time at(std::string_view text) {
  std::string plain(text);
  std::ranges::replace(plain, 'T', ' ');
  return time_of(plain);
}

const RecordedLog& log_of(const Story& story) {
  static std::map<std::string_view, RecordedLog> logs;
  const auto known = logs.find(story.name);
  return known != logs.end() ? known->second
                             : logs.emplace(story.name, recorded(story.name)).first->second;
}

PoolRow pool_of(const Store& store, const std::string& server) {
  for (const PoolRow& pool : workload_of(store, server).pools) {
    if (pool.database == "shop" && pool.user == "shop") return pool;
  }
  ADD_FAILURE() << "no pool shop/shop of " << server;
  return {};
}

PoolRow pool_of(const std::string& log) {
  const Scratch scratch;
  auto store = Store::in_memory();
  EXPECT_TRUE(store.has_value());
  take(*store, {scratch.write("postgresql.log", log)}, "shop");
  return pool_of(*store, "shop");
}

bool is_near(const PoolWindow& window, const Story& story, Micros later, Micros tolerance) {
  const auto near = [tolerance](Time one, Time other) {
    return one - other <= tolerance && other - one <= tolerance;
  };
  // The truth was sampled once a second.
  return near(window.start, at(story.full_since) + later - kSecond / 2) &&
         near(window.end, at(story.full_until) + later + kSecond / 2);
}

void expect_one_window(const PoolRow& pool, const Story& story, Micros tolerance) {
  ASSERT_EQ(pool.windows.size(), 1U);
  EXPECT_TRUE(is_near(pool.windows[0], story, Micros{0}, tolerance))
      << (pool.windows[0].start - at(story.full_since)) / kSecond << " s and "
      << (pool.windows[0].end - at(story.full_until)) / kSecond << " s off";
}

void expect_right(const PoolWindow& window, const Words& causes) {
  EXPECT_TRUE(holds(causes, window.cause)) << shown(window);
  EXPECT_TRUE(std::ranges::none_of(window.ruled_out, [&](const ClearedSuspect& each) {
    return holds(causes, each.suspect);
  })) << shown(window);
}

void expect_right_or_unsure(const PoolRow& pool, const Story& story) {
  for (const PoolWindow& window : pool.windows) expect_right_or_unsure(window, story);
}

}  // namespace pgcounsel
