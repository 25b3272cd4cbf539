#include "analyzer/workload/session_fragment.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

using Kind = SessionEvent::Kind;
using Role = StatementRole;

constexpr Time kStart{std::chrono::hours{24 * 365 * 50}};

// A session's log, written down: each call adds one line.
class Script {
 public:
  Script& pause(int ms) {
    now_ += Micros{ms * 1000};
    return *this;
  }
  Script& run(char statement, int ms, Role role = Role::kOther, Kind kind = Kind::kStatement) {
    pause(ms);
    add(kind, statement, ms, role);
    return *this;
  }
  Script& begin() { return run('B', 1, Role::kBegin); }
  Script& commit() { return run('C', 2, Role::kCommit); }
  Script& outside(char statement, int ms) {
    run(statement, ms);
    events.back().outside_transaction = true;
    return *this;
  }
  Script& add(Kind kind, char statement = 0, int ms = 0, Role role = Role::kOther) {
    SessionEvent event;
    event.kind = kind;
    event.role = role;
    event.time = now_;
    event.duration = Micros{ms * 1000};
    event.fingerprint = Fingerprint{static_cast<std::uint64_t>(statement)};
    event.line = events.size() + 1;
    event.dimension = 1;  // the one that in_pieces makes
    events.push_back(event);
    return *this;
  }
  std::vector<SessionEvent> events;

 private:
  Time now_ = kStart;
};

// What is counted when the events come in pieces, each read without knowledge of the others.
Sums in_pieces(const std::vector<SessionEvent>& events, const std::vector<std::size_t>& cuts) {
  LiveSums sums;
  DimensionTable dimensions;
  dimensions.intern({"shop", "web", "api"});
  const TimelineOutput out{sums, dimensions, "log"};
  std::vector<SessionFragment> fragments(1);
  fragments.back().source = "log";
  for (std::size_t i = 0; i < events.size(); ++i) {
    for (const std::size_t cut : cuts) {
      if (cut == i && i > 0) {
        fragments.emplace_back();
        fragments.back().source = "log";
      }
    }
    feed(fragments.back(), events[i], out);
    if (events[i].kind == Kind::kReceived) {
      session_received(fragments.back(), events[i].time, out);
      session_opened(fragments.back(), events[i].time, kNobody);
    }
    if (events[i].kind == Kind::kDisconnected) {
      session_closed(fragments.back(), events[i].time, events[i].time - kStart, out);
    }
  }
  // Through their stored form, as the ledger does.
  std::vector<SessionFragment> stored;
  for (const SessionFragment& fragment : fragments) {
    auto decoded = decode_fragment(encode(fragment, dimensions), dimensions);
    EXPECT_TRUE(decoded.has_value());
    stored.push_back(*std::move(decoded));
  }
  fold(
      stored, [](Time last) { return last + kSecond; }, out);
  return sums.take(dimensions);
}

std::string printed(const Sums& sums) {
  std::string text;
  std::map<std::uint64_t, QueryStats> queries;
  for (const auto& [key, stats] : sums.queries) queries[key.id].merge(stats);
  for (const auto& [id, q] : queries) {
    text += "query " + std::string(1, static_cast<char>(id)) + " calls " + std::to_string(q.calls) +
            " errors " + std::to_string(q.errors) + " total " + std::to_string(q.total.count()) +
            " hold " + std::to_string(q.hold.count()) + " idle " + std::to_string(q.idle.count()) +
            " lock " + std::to_string(q.lock_wait.count()) + " runs " +
            std::to_string(q.run_count) + "x" + std::to_string(q.longest_run) + " line " +
            std::to_string(q.slowest.line) + "\n";
  }
  std::map<std::uint64_t, ClassStats> classes;
  for (const auto& [key, stats] : sums.classes) {
    if (key.kind == HoldKind::kTransaction) classes[key.id].merge(stats);
  }
  for (const auto& [id, c] : classes) {
    text += "class ";
    for (const Fingerprint step : sums.class_steps.at(id).steps) {
      text += static_cast<char>(step.value);
    }
    text += " count " + std::to_string(c.count) + " unfinished " + std::to_string(c.unfinished) +
            " hold " + std::to_string(c.hold.count()) + " busy " + std::to_string(c.busy.count()) +
            " idle " + std::to_string(c.idle.count()) + " lock " +
            std::to_string(c.lock_wait.count()) + "\n";
  }
  for (const auto& [second, changes] : sums.sessions) {
    text += "sessions " + std::to_string((second - kStart).count()) + " +" +
            std::to_string(changes.opened) + " -" + std::to_string(changes.closed) + "\n";
  }
  return text;
}

// Of the transactions' only class.
ClassStats transaction(const Sums& sums) {
  std::map<std::uint64_t, ClassStats> classes;
  for (const auto& [key, stats] : sums.classes) {
    if (key.kind == HoldKind::kTransaction) classes[key.id].merge(stats);
  }
  EXPECT_EQ(classes.size(), 1U);
  return classes.empty() ? ClassStats{} : classes.begin()->second;
}

std::string printed_pools(const Sums& sums) {
  std::string text;
  for (const auto& [key, stats] : sums.classes) {
    if (key.kind != HoldKind::kCheckout) continue;
    text += "checkout of " + std::to_string(sums.class_steps.at(key.id).steps.size()) + " count " +
            std::to_string(stats.count) + " unfinished " + std::to_string(stats.unfinished) +
            " hold " + std::to_string(stats.hold.count()) + " busy " +
            std::to_string(stats.busy.count()) + "\n";
  }
  for (const auto& [key, pool] : sums.pools) {
    text += "discards " + std::to_string(pool.discards) + "\n";
    for (const auto& [hold, end] : each_checkout_once({{key.hour, pool.checkouts}})) {
      text += "checkout at " + std::to_string((hold.start - kStart).count()) + " busy " +
              std::to_string(hold.busy.count()) + " idle " + std::to_string(hold.idle.count()) +
              " class " + std::to_string(hold.class_id) + " end " +
              std::to_string(static_cast<int>(end)) + "\n";
    }
    for (const auto& [second, totals] : pool.seconds) {
      text += std::to_string((second - kStart).count()) + ": " + std::to_string(totals.arrivals) +
              " " + std::to_string(totals.busy.count()) + " " +
              std::to_string(totals.idle.count()) + " " + std::to_string(totals.lock_wait.count()) +
              " " + std::to_string(totals.checked_out.count()) + "\n";
    }
  }
  return text;
}

void expect_same_wherever_cut(const Script& script) {
  const auto all = [&](const std::vector<std::size_t>& cuts) {
    const Sums sums = in_pieces(script.events, cuts);
    return printed(sums) + printed_pools(sums);
  };
  const std::string whole = all({});
  ASSERT_FALSE(whole.empty());
  for (std::size_t a = 1; a < script.events.size(); ++a) {
    ASSERT_EQ(all({a}), whole) << "cut before event " << a;
    for (std::size_t b = a + 1; b < script.events.size(); ++b) {
      ASSERT_EQ(all({a, b}), whole) << "cuts at " << a << ", " << b;
    }
  }
}

TEST(Holds, ATransactionIsHeldFromBeginToCommitPausesIncluded) {
  Script script;
  script.add(Kind::kReceived).begin().run('a', 10).pause(500).run('b', 20).pause(30).commit();
  EXPECT_EQ(printed(in_pieces(script.events, {})),
            "query B calls 1 errors 0 total 1000 hold 1000 idle 0 lock 0 runs 0x0 line 2\n"
            "query C calls 1 errors 0 total 2000 hold 2000 idle 0 lock 0 runs 0x0 line 5\n"
            "query a calls 1 errors 0 total 10000 hold 510000 idle 500000 lock 0 runs 0x0 line 3\n"
            "query b calls 1 errors 0 total 20000 hold 50000 idle 30000 lock 0 runs 0x0 line 4\n"
            "class BabC count 1 unfinished 0 hold 563000 busy 33000 idle 530000 lock 0\n"
            "sessions 0 +1 -0\n");
}

TEST(Holds, AStatementOfItsOwnIsHeldForItsDuration) {
  Script script;
  script.add(Kind::kReceived).run('a', 7).pause(1000).run('a', 5);
  const Sums sums = in_pieces(script.events, {});
  EXPECT_EQ(transaction(sums).hold, Micros{12'000});
  EXPECT_EQ(transaction(sums).idle, Micros{0});
}

TEST(Holds, ParseAndBindBelongToTheHoldButAreNoCalls) {
  Script script;
  script.add(Kind::kReceived);
  script.run('a', 3, Role::kOther, Kind::kParse).run('a', 2, Role::kOther, Kind::kBind);
  script.run('a', 10, Role::kOther, Kind::kExecute);
  const Sums sums = in_pieces(script.events, {});
  EXPECT_EQ(sums.queries.begin()->second.calls, 1U);
  EXPECT_EQ(sums.queries.begin()->second.total, Micros{10'000});
  EXPECT_EQ(sums.queries.begin()->second.hold, Micros{15'000});
  EXPECT_EQ(transaction(sums).hold, Micros{15'000});
}

TEST(Holds, FatalEndsAHoldWhereItStands) {
  Script script;
  script.add(Kind::kReceived).begin().run('a', 10).pause(5000).add(Kind::kFatal);
  const Sums sums = in_pieces(script.events, {});
  const ClassStats stats = transaction(sums);
  EXPECT_EQ(stats.unfinished, 1U);
  EXPECT_EQ(stats.hold, Micros{5'011'000});
  EXPECT_EQ(stats.idle, Micros{5'000'000});
}

TEST(Holds, ATransactionOpenAtTheEndIsHeldUpToIt) {
  Script script;
  script.add(Kind::kReceived).begin().run('a', 10);
  const Sums sums = in_pieces(script.events, {});
  const ClassStats stats = transaction(sums);
  EXPECT_EQ(stats.unfinished, 1U);
  EXPECT_EQ(stats.hold, Micros{1'011'000}) << "the log goes on for a second";
}

TEST(Holds, ThePoolersSetIsPartOfTheNextHoldAndNoTransaction) {
  Script script;
  script.add(Kind::kReceived).run('s', 1, Role::kPoolerSet).begin().run('a', 10).commit();
  const Sums sums = in_pieces(script.events, {});
  EXPECT_EQ(transaction(sums).hold, Micros{14'000});
}

TEST(Holds, ALoggedStatementIsPairedWithItsBareDurationOnce) {
  Script script;
  script.add(Kind::kReceived).add(Kind::kLogged, 'a').pause(5).add(Kind::kBare, 0, 5);
  script.add(Kind::kBare, 0, 3);
  const Sums sums = in_pieces(script.events, {});
  EXPECT_EQ(sums.queries.begin()->second.calls, 1U);
  EXPECT_EQ(sums.queries.begin()->second.total, Micros{5000});
  EXPECT_EQ(sums.hours.begin()->second.bare_durations, 1U);
}

TEST(Holds, AFailedStatementHasNoDurationAndClearsWhatWasPending) {
  Script script;
  script.add(Kind::kReceived).add(Kind::kLogged, 'a').pause(5).add(Kind::kError, 'a');
  script.add(Kind::kBare, 0, 3);
  const Sums sums = in_pieces(script.events, {});
  EXPECT_EQ(sums.queries.begin()->second.calls, 0U);
  EXPECT_EQ(sums.queries.begin()->second.errors, 1U);
}

TEST(Holds, RunsOfOneStatementAreCounted) {
  Script script;
  script.add(Kind::kReceived).begin();
  for (int i = 0; i < 12; ++i) script.run('a', 1).pause(1);
  script.commit();
  const Sums sums = in_pieces(script.events, {});
  std::uint64_t runs = 0, longest = 0;
  for (const auto& [key, stats] : sums.queries) {
    runs += stats.run_count;
    longest = std::max(longest, stats.longest_run);
  }
  EXPECT_EQ(runs, 1U);
  EXPECT_EQ(longest, 12U);
}

TEST(Checkouts, EndWithDiscardAllAndBeginWithTheNextStatement) {
  Script script;
  script.add(Kind::kReceived).run('a', 10).pause(400).begin().run('b', 20).commit();
  script.pause(100).run('D', 1, Role::kDiscardAll).pause(5000);
  script.run('a', 10)
      .pause(300)
      .run('D', 1, Role::kDiscardAll)
      .pause(2000)
      .add(Kind::kDisconnected);
  const Sums sums = in_pieces(script.events, {});
  std::uint64_t count = 0, unfinished = 0, discards = 0;
  Micros hold{}, busy{};
  for (const auto& [key, stats] : sums.classes) {
    if (key.kind != HoldKind::kCheckout) continue;
    count += stats.count;
    unfinished += stats.unfinished;
    hold += stats.hold;
    busy += stats.busy;
  }
  for (const auto& [key, pool] : sums.pools) discards += pool.discards;
  EXPECT_EQ(count, 2U) << "between the last DISCARD ALL and the disconnection nobody held it";
  EXPECT_EQ(unfinished, 0U);
  EXPECT_EQ(discards, 2U);
  EXPECT_EQ(hold, Micros{(10 + 400 + 1 + 20 + 2 + 100 + 1 + 10 + 300 + 1) * 1000});
  EXPECT_EQ(busy, Micros{(10 + 1 + 20 + 2 + 1 + 10 + 1) * 1000});
}

TEST(Checkouts, WithoutAPoolerTheyAreTheSession) {
  Script script;
  script.add(Kind::kReceived).pause(200).run('a', 10).pause(3000).add(Kind::kDisconnected);
  const Sums sums = in_pieces(script.events, {});
  for (const auto& [key, stats] : sums.classes) {
    if (key.kind == HoldKind::kCheckout) {
      EXPECT_EQ(stats.hold, Micros{3'210'000});
      EXPECT_EQ(stats.unfinished, 0U);
    }
  }
}

TEST(Checkouts, AreTracedInEveryHourThatTheyTouch) {
  Script script;
  script.add(Kind::kReceived).run('a', 10);
  for (int minute = 0; minute < 70; ++minute) script.pause(60'000);
  script.run('D', 1, Role::kDiscardAll);
  script.pause(5000).run('b', 20);  // open at the end of the log
  const Sums sums = in_pieces(script.events, {});
  ASSERT_EQ(sums.pools.size(), 2U);
  const std::vector<TracedCheckout>& first = sums.pools.begin()->second.checkouts;
  const std::vector<TracedCheckout>& second = sums.pools.rbegin()->second.checkouts;
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].hold.start, kStart);
  EXPECT_EQ(first[0].hold.busy, Micros{11'000});
  EXPECT_EQ(first[0].hold.idle, Micros{70 * 60'000'000LL});
  EXPECT_EQ(first[0].end, CheckoutEnd::kDiscarded);
  ASSERT_EQ(second.size(), 2U);
  EXPECT_NE(std::find(second.begin(), second.end(), first[0]), second.end());
  const auto open = std::find_if(second.begin(), second.end(), [](const TracedCheckout& each) {
    return each.end == CheckoutEnd::kLost;
  });
  ASSERT_NE(open, second.end());
  EXPECT_EQ(open->hold.busy + open->hold.idle, Micros{20'000} + kSecond) << "to the log's end";
}

TEST(Checkouts, AreOfOneClassWhetherTheyWereGivenBackOrNot) {
  Script script;
  script.add(Kind::kReceived).run('a', 10).run('D', 1, Role::kDiscardAll).pause(500);
  script.run('a', 10).pause(500).add(Kind::kDisconnected);
  std::size_t classes = 0;
  for (const auto& [key, stats] : in_pieces(script.events, {}).classes) {
    if (key.kind == HoldKind::kCheckout) {
      ++classes;
      EXPECT_EQ(stats.count, 2U);
    }
  }
  EXPECT_EQ(classes, 1U);
}

TEST(Occupancy, SpreadsBusyAndIdleTimeOverTheSeconds) {
  Script script;
  script.add(Kind::kReceived).pause(900).begin().run('a', 200).pause(1500).commit();
  const Sums sums = in_pieces(script.events, {});
  SecondSeries seconds;
  for (const auto& [key, pool] : sums.pools) {
    for (const auto& [second, totals] : pool.seconds) seconds[second].merge(totals);
  }
  Micros busy{}, idle{};
  for (const auto& [second, totals] : seconds) {
    busy += totals.busy;
    idle += totals.idle;
    EXPECT_LE(totals.busy + totals.idle, kSecond) << "one connection";
  }
  EXPECT_EQ(busy, Micros{203'000});
  EXPECT_EQ(idle, Micros{1'500'000});
  EXPECT_EQ(seconds[kStart].arrivals, 1U);
  EXPECT_EQ(seconds[kStart + kSecond].idle, Micros{899'000});
  const auto decoded = decode_seconds(encode_seconds(seconds));
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(*decoded, seconds);
}

TEST(SessionFragments, GiveTheSameWhereverASimpleSessionIsCut) {
  Script script;
  script.add(Kind::kReceived).begin().run('a', 10).pause(500).run('b', 20).commit();
  script.run('c', 5).pause(200).run('c', 6).begin().run('d', 1).commit().add(Kind::kDisconnected);
  expect_same_wherever_cut(script);
}

TEST(SessionFragments, GiveTheSameWhereverASessionOfEverythingIsCut) {
  Script script;
  script.add(Kind::kReceived);
  script.run('s', 1, Role::kPoolerSet).begin().run('a', 3, Role::kOther, Kind::kParse);
  script.run('a', 2, Role::kOther, Kind::kBind).run('a', 10, Role::kOther, Kind::kExecute);
  script.add(Kind::kLockWaiting, 'u', 200).pause(100).add(Kind::kLockAcquired, 'u', 300);
  script.run('u', 320).pause(50).run('i', 1).run('i', 1).run('i', 1).commit();
  script.add(Kind::kLogged, 'l').pause(5).add(Kind::kBare, 0, 5);
  script.begin().run('x', 1).add(Kind::kError, 'y').run('R', 1, Role::kRollback);
  script.run('c', 1).run('c', 1).pause(300).run('D', 1, Role::kDiscardAll);
  script.begin().run('z', 4).pause(900).add(Kind::kFatal).add(Kind::kDisconnected);
  expect_same_wherever_cut(script);
}

TEST(SessionFragments, GiveTheSameForRunsAcrossACut) {
  Script script;
  script.add(Kind::kReceived);
  for (int i = 0; i < 14; ++i) script.outside('a', 1);
  script.pause(500).outside('b', 1).add(Kind::kDisconnected);
  expect_same_wherever_cut(script);
}

TEST(SessionFragments, GiveTheSameForALogWithoutConnectionLines) {
  Script script;
  script.begin().run('a', 1).commit().run('c', 2).pause(200).run('d', 3).begin().run('b', 1).pause(
      70);
  script.commit().run('e', 1);
  expect_same_wherever_cut(script);
}

TEST(SessionFragments, ATransactionThatBeganBeforeTheLogIsHeldFromItsFirstLine) {
  Script script;
  script.run('a', 10).pause(100).run('b', 10).commit();
  const Sums sums = in_pieces(script.events, {});
  EXPECT_EQ(transaction(sums).hold, Micros{122'000});
}

TEST(SessionFragments, ACompleteSessionLeavesNothingBehind) {
  Script script;
  script.add(Kind::kReceived).begin().run('a', 1).commit().add(Kind::kDisconnected);
  LiveSums sums;
  DimensionTable dimensions;
  dimensions.intern({"shop", "web", "api"});
  SessionFragment fragment;
  for (const SessionEvent& event : script.events) feed(fragment, event, {sums, dimensions, ""});
  session_closed(fragment, fragment.last, kSecond, {sums, dimensions, ""});
  EXPECT_FALSE(fragment.complete()) << "its begin was never told";
  SessionFragment told;
  for (const SessionEvent& event : script.events) feed(told, event, {sums, dimensions, ""});
  session_opened(told, kStart, kNobody);
  session_closed(told, told.last, kSecond, {sums, dimensions, ""});
  EXPECT_TRUE(told.complete());
}

TEST(SessionFragments, RefuseDamagedBytes) {
  DimensionTable dimensions;
  EXPECT_FALSE(decode_fragment("", dimensions).has_value());
  EXPECT_FALSE(decode_fragment("\xff\xff\xff", dimensions).has_value());
  const std::string whole = encode(SessionFragment{}, dimensions);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(decode_fragment(whole.substr(0, size), dimensions).has_value()) << size;
  }
}

// Version 1 of the ledger knew no times of a connection's set-up.
TEST(SessionFragments, OneOfAnOlderLedgerIsRead) {
  DimensionTable dimensions;
  SessionFragment fragment;
  fragment.source = "s";
  fragment.first = fragment.last = Time{Micros{5}};
  fragment.span.open_since = Time{Micros{7}};
  std::string bytes = encode(fragment, dimensions);
  // Behind the length and letter of the source, two times of one byte each, and no event.
  bytes.at(5) = static_cast<char>(bytes.at(5) & ~32);
  bytes.resize(bytes.size() - 2);  // `received` and `authorized_without_received` are not there
  const auto old = decode_fragment(bytes, dimensions);
  ASSERT_TRUE(old.has_value()) << old.error().message;
  EXPECT_EQ(old->span.open_since, fragment.span.open_since);
  EXPECT_FALSE(old->span.received.has_value());
}

}  // namespace
}  // namespace pgcounsel
