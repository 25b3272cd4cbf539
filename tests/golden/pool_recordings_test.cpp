// Recorded full pools: their figures against what clients, pooler and a separate reading of the log
// counted (truth.json), several of them in one ledger or one log, and the clues that the report
// must not miss.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/golden/pool_stories.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

bool same_windows(const PoolRow& one, const PoolRow& other) {
  return std::ranges::equal(
      one.windows, other.windows, [](const PoolWindow& a, const PoolWindow& b) {
        return a.start == b.start && a.end == b.end && a.cause == b.cause &&
               a.confidence == b.confidence && a.summary == b.summary && a.evidence == b.evidence;
      });
}

TEST(GoldenPoolEvidence, TheTruthIsThatOfTheRecordings) {
  for (const Story* story :
       {&kForgotten, &kPerson, &kConvoy, &kConvoyShort, &kRetries, &kStarved, &kStarvedShort}) {
    const std::string truth = read_file(folder_of_recording(story->name) + "/truth.json");
    EXPECT_NE(truth.find(story->full_since), std::string::npos) << story->name;
    EXPECT_NE(truth.find(story->full_until), std::string::npos) << story->name;
    EXPECT_NE(truth.find("\"cause\": \"" + std::string(story->causes.front()) + '"'),
              std::string::npos)
        << story->name;
  }
}

// `"held_s": {"search": 5.6, ...}` of a truth.
std::map<std::string, double> held_by_truth(const Story& story) {
  const std::string truth = read_file(folder_of_recording(story.name) + "/truth.json");
  const std::size_t begin = truth.find('{', truth.find("\"held_s\":"));
  std::istringstream lines(truth.substr(begin, truth.find('}', begin) - begin));
  std::map<std::string, double> held;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t open = line.find('"'), close = line.rfind('"');
    if (open != std::string::npos) {
      held[line.substr(open + 1, close - open - 1)] = std::strtod(&line[close + 2], nullptr);
    }
  }
  return held;
}

// Each service of the shop has an application of its own.
std::map<std::string, double> held_by_application(const Story& story) {
  const Scratch scratch;
  auto store = Store::in_memory();
  EXPECT_TRUE(store.has_value());
  take(*store, {scratch.write("postgresql.log", text_of(log_of(story)))});
  std::map<std::string, double> held;
  for (const TransactionRow& row : workload_of(*store).transactions) {
    if (row.applications.size() != 1) continue;
    held[row.applications.front()] += static_cast<double>(row.hold.count()) / 1e6;
  }
  return held;
}

TEST(GoldenPoolEvidence, HeldSecondsAreThoseOfTheWitness) {
  for (const Story* story : {&kForgotten, &kPerson, &kConvoy, &kRetries, &kStarved}) {
    const auto truth = held_by_truth(*story);
    auto held = held_by_application(*story);
    double all = 0;
    std::size_t compared = 0;
    for (const auto& [application, seconds] : truth) all += seconds;
    for (const auto& [application, seconds] : truth) {
      if (seconds < 0.1 * all) continue;
      EXPECT_NEAR(held[application], seconds, 0.015 * seconds) << story->name << " " << application;
      ++compared;
    }
    EXPECT_GE(compared, 1U) << story->name;
  }
}

TEST(GoldenPoolEvidence, ClientsThatThePoolerTurnedAwayAreCounted) {
  struct Refused {
    const Story* story;
    std::uint64_t clients;  // by truth.json: SQLSTATE 08P01
  };
  for (const Refused& each : {Refused{&kForgotten, 829}, {&kPerson, 724}, {&kRetries, 456}}) {
    const Scratch scratch;
    auto store = Store::in_memory();
    ASSERT_TRUE(store.has_value());
    const std::string folder = folder_of_recording(each.story->name);
    take(*store, {folder + "/postgresql.log.zst", folder + "/pgbouncer.log.zst"}, "shop");
    const PoolRow pool = pool_of(*store, "shop");
    ASSERT_EQ(pool.windows.size(), 1U);
    EXPECT_EQ(pool.windows[0].refused, each.clients);
    const std::string truth = read_file(folder + "/truth.json");
    EXPECT_NE(truth.find("\"08P01\": " + std::to_string(each.clients)), std::string::npos);
  }
}

TEST(GoldenPoolEvidence, TwoServersOfOneLedgerAreToldApart) {
  const Scratch scratch;
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  for (const Story* story : {&kForgotten, &kRetries}) {
    const std::string name(story->name);
    take(*store, {scratch.write(name, text_of(log_of(*story)))}, name);
  }
  for (const Story* story : {&kForgotten, &kRetries}) {
    const PoolRow together = pool_of(*store, std::string(story->name));
    const PoolRow alone = pool_of(text_of(log_of(*story)));
    EXPECT_EQ(together.size, 8U);
    EXPECT_EQ(together.offered_load, alone.offered_load);
    EXPECT_FALSE(together.windows.empty());
    EXPECT_TRUE(same_windows(together, alone)) << story->name;
  }
}

TEST(GoldenPoolEvidence, TwoWindowsOfOneLogAreToldEach) {
  constexpr Micros kLater = 300 * kSecond;
  for (const Story* story : {&kForgotten, &kRetries}) {
    const PoolRow once = pool_of(text_of(log_of(*story)));
    const PoolRow twice = pool_of(text_of(repeated(log_of(*story), kLater)));
    EXPECT_EQ(twice.size, once.size);
    ASSERT_EQ(twice.windows.size(), 2U) << story->name;
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_TRUE(is_near(twice.windows[i], *story, i == 0 ? Micros{0} : kLater, kTolerance));
      EXPECT_EQ(twice.windows[i].cause, once.windows.at(0).cause) << shown(twice.windows[i]);
    }
  }
}

TEST(GoldenPoolEvidence, ALogWithItsNewestEntriesFirstSaysTheSame) {
  for (const Story* story : {&kForgotten, &kRetries}) {
    const PoolRow forward = pool_of(text_of(log_of(*story)));
    const Scratch scratch;
    auto store = Store::in_memory();
    ASSERT_TRUE(store.has_value());
    take(*store, {scratch.write("export.json", newest_first(log_of(*story)))});
    const auto servers = store->servers();
    ASSERT_TRUE(servers && servers->size() == 1U);
    const PoolRow backward = pool_of(*store, servers->front());
    EXPECT_EQ(backward.size, forward.size);
    EXPECT_FALSE(backward.windows.empty());
    EXPECT_TRUE(same_windows(backward, forward)) << story->name;
  }
}

TEST(GoldenPoolEvidence, ALogWithAThresholdSaysSoWhereItNamesAWindow) {
  for (const Story* story : {&kPayment, &kForgotten, &kConvoy, &kRetries, &kStarved}) {
    const std::string log = text_of(without_statements_below(log_of(*story), 10));
    for (const PoolWindow& window : pool_of(log).windows) {
      EXPECT_EQ(window.confidence, "low") << shown(window);
      EXPECT_NE(shown(window).find("log_min_duration_statement"), std::string::npos)
          << shown(window);
    }
  }
}

// A statement that writes rows and has become slow, without a line of a lock: not `slow_query` with
// high confidence. In the window each UPDATE ends within 2 ms of the COMMIT of another transaction
// of its class, and these pause for one connection all together: they go one after the other.
TEST(GoldenPoolEvidence, AConvoyOfShortWaitsIsNotToldOfWhatItIsNot) {
  const PoolRow pool = pool_of(text_of(log_of(kConvoyShort)));
  expect_right_or_unsure(pool, kConvoyShort);
  expect_one_window(pool, kConvoyShort);
}

TEST(GoldenPoolEvidence, AStarvedServerIsNotToldOfWhatItIsNot) {
  expect_right_or_unsure(pool_of(text_of(log_of(kStarvedShort))), kStarvedShort);
}

// 5.8 to 6.9 of 8 connections are in use by the log in every second of it, less than one before and
// after, and all eight sessions have something to do in each.
TEST(GoldenPoolEvidence, DISABLED_AStarvedServerHasAWindowThoughTheLogShowsGaps) {
  expect_one_window(pool_of(text_of(log_of(kStarvedShort))), kStarvedShort);
}

// Everything that a window says.
std::string words_of(const PoolWindow& window) {
  std::string words = shown(window);
  for (const WindowEvent& event : window.events) words += "\n" + event.text;
  for (const ClearedSuspect& each : window.ruled_out)
    words += "\n" + each.suspect + ": " + each.because;
  return words;
}

struct Clue {
  const Story* story;
  Words any_of;
};

void expect_clue(const Clue& clue) {
  const PoolRow pool = pool_of(text_of(log_of(*clue.story)));
  ASSERT_EQ(pool.windows.size(), 1U);
  const std::string words = words_of(pool.windows[0]);
  EXPECT_TRUE(std::ranges::any_of(clue.any_of, [&words](std::string_view word) {
    return words.find(word) != std::string::npos;
  })) << words;
}

TEST(GoldenPoolEvidence, AStormOfRetriesIsCalledSo) {
  expect_clue({&kRetries, {"retries", "retry", "try again"}});
}

// The session that everybody waits for is of the user anna and the application psql.
TEST(GoldenPoolEvidence, APersonAtPsqlIsNamed) {
  expect_clue({&kPerson, {"psql", "anna"}});
}

// All statements became slower by the same factor: no statement is to blame.
TEST(GoldenPoolEvidence, AStarvedServerPointsToTheHost) {
  expect_clue({&kStarved, {"the host", "everything became slower", "CPU", "processor"}});
}

}  // namespace
}  // namespace pgcounsel
