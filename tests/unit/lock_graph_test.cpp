// From the lines of a log through the ledger to the report's locks.
#include "analyzer/locks/lock_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "tests/unit/ingest_fixture.h"

namespace pgcounsel {
namespace {

// Lines of a csvlog, milliseconds after ten o'clock.
class LockLog {
 public:
  LockLog& add(int at, unsigned pid, const std::string& message, const std::string& detail = "",
               const std::string& context = "", const std::string& statement = "",
               const std::string& severity = "LOG", const std::string& state = "00000") {
    char head[240];
    std::snprintf(head, sizeof head,
                  "2026-03-%02d 10:%02d:%02d.%03d UTC,\"web\",\"shop\",%u,\"10.0.0.9:41000\","
                  "69b28c48.%x,%u,\"UPDATE\",2026-03-12 09:58:00 UTC,4/1,0,%s,%s,",
                  day_, at / 60'000, at / 1000 % 60, at % 1000, pid, pid, ++lines_[pid],
                  severity.c_str(), state.c_str());
    records.push_back(std::string(head) + quoted(message) + "," + quoted(detail) + ",,,," +
                      quoted(context) + "," + quoted(statement) +
                      ",,,\"puma\",\"client backend\",,0\n");
    return *this;
  }
  LockLog& ran(int at, unsigned pid, double ms, const std::string& sql) {
    char duration[64];
    std::snprintf(duration, sizeof duration, "duration: %.3f ms  statement: ", ms);
    return add(at, pid, duration + sql);
  }
  // `holders`: empty where the lock is granted.
  LockLog& lock(int at, unsigned pid, int waited, const std::string& object,
                const std::string& holders) {
    const std::string verb = holders.empty() ? " acquired " : " still waiting for ";
    return add(
        at, pid,
        "process " + std::to_string(pid) + verb + "ShareLock on " + object + " after " +
            std::to_string(waited) + ".000 ms",
        holders.empty() ? "" : "Process holding the lock: " + holders + ". Wait queue: 1.",
        object.starts_with("transaction") ? "while updating tuple (0,1) in relation \"stock\"" : "",
        kUpdate);
  }
  LockLog& on_day(int day) {
    day_ = day;
    return *this;
  }
  std::string bytes() const {
    std::string all;
    for (const std::string& record : records) all += record;
    return all;
  }

  static constexpr const char* kUpdate = "UPDATE stock SET n = n - 1 WHERE id = 7";
  std::vector<std::string> records;

 private:
  static std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
  }
  std::map<unsigned, unsigned> lines_;
  int day_ = 12;
};

// 101 orders: BEGIN, UPDATE at 1 s, and stays open until 6 s. 102 waits for it from 2 s to 6 s, 103
// waits in line behind 102 from 3 s to 6 s, and its line comes twice.
LockLog queue_log() {
  LockLog log;
  log.ran(1000, 101, 1, "BEGIN").ran(1010, 101, 5, LockLog::kUpdate);
  log.ran(1900, 102, 1, "BEGIN").ran(2900, 103, 1, "BEGIN");
  log.lock(3000, 102, 1000, "transaction 731", "101");
  log.lock(4000, 103, 1000, "tuple (0,1) of relation 16434 of database 5", "102");
  log.lock(5000, 103, 2000, "tuple (0,1) of relation 16434 of database 5", "102");
  log.ran(6000, 101, 2, "COMMIT");
  log.lock(6000, 102, 4000, "transaction 731", "");
  log.ran(6001, 102, 4002, LockLog::kUpdate).ran(6002, 102, 1, "COMMIT");
  log.lock(6003, 103, 3003, "tuple (0,1) of relation 16434 of database 5", "");
  log.ran(6004, 103, 3005, LockLog::kUpdate).ran(6010, 103, 1, "ROLLBACK");
  return log;
}

class LockGraph : public testing::Test {
 protected:
  Workload after(const std::vector<std::string>& files) {
    store_ = empty_store();
    int number = 0;
    for (const std::string& bytes : files) {
      take(store_, {scratch_.write("part" + std::to_string(number++) + ".csv", bytes)});
    }
    return workload_of(store_);
  }
  Scratch scratch_;
  Store store_ = empty_store();
};

TEST_F(LockGraph, TellsWhoWaitedForWhomAndWhoStoodAtTheRoot) {
  const LockReport locks = after({queue_log().bytes()}).locks;
  EXPECT_EQ(locks.waits, 2U);
  EXPECT_EQ(locks.blocked, micros(7003));
  EXPECT_EQ(locks.longest, micros(4000));
  EXPECT_FALSE(locks.is_sample);
  ASSERT_EQ(locks.edges.size(), 2U);
  const LockEdge &row = locks.edges[0], &line = locks.edges[1];
  EXPECT_EQ(row.victim_text, "UPDATE stock SET n = n - $1 WHERE id = $2");
  EXPECT_EQ(row.blocker_label, "BEGIN; UPDATE stock SET n = n - $1 WHERE id = $2; COMMIT");
  EXPECT_EQ(row.object, "transaction");
  EXPECT_EQ(row.relation, "stock");
  EXPECT_EQ(row.blocked, micros(4000));
  EXPECT_EQ(row.line->line, 5U);
  EXPECT_EQ(line.object, "tuple");
  EXPECT_EQ(line.relation, "stock") << "its statement waits for rows of one table only";
  EXPECT_EQ(line.waits, 1U) << "a repeated line is one wait";
  EXPECT_EQ(line.blocked, micros(3003));
  ASSERT_EQ(locks.roots.size(), 1U);
  EXPECT_EQ(locks.roots[0].transaction, row.blocker);
  EXPECT_EQ(locks.roots[0].holds, 1U) << "102 blocked too, but waited itself";
  EXPECT_EQ(locks.roots[0].waits, 2U);
  EXPECT_EQ(locks.roots[0].blocked, micros(7003));
  EXPECT_NEAR(locks.roots[0].idle_share, (5001.0 - 8) / 5001, 1e-6) << "8 ms of it ran";
}

TEST_F(LockGraph, IsTheSameInAnyCut) {
  const std::vector<std::string> records = queue_log().records;
  after({queue_log().bytes()});
  const std::string whole = life_of(store_);
  ASSERT_NE(whole.find("## Locks"), std::string::npos);
  for (std::size_t cut = 1; cut < records.size(); ++cut) {
    std::string left, right;
    for (std::size_t i = 0; i < records.size(); ++i) (i < cut ? left : right) += records[i];
    after({left, right});
    ASSERT_TRUE(same(life_of(store_), whole)) << "cut before record " << cut;
    after({right, left});
    ASSERT_TRUE(same(life_of(store_), whole)) << "cut before record " << cut << ", reversed";
  }
}

TEST_F(LockGraph, AWaitThatATimeoutEndedLastsUntilThen) {
  LockLog log;
  log.ran(1000, 101, 1, "BEGIN").ran(1010, 101, 5, LockLog::kUpdate);
  log.ran(1500, 102, 1, "BEGIN").lock(3000, 102, 1000, "transaction 731", "101");
  log.add(32'000, 102, "canceling statement due to statement timeout", "",
          "while updating tuple (0,1) in relation \"stock\"", LockLog::kUpdate, "ERROR", "57014");
  log.ran(32'005, 102, 1, "ROLLBACK").ran(40'000, 101, 1, "COMMIT");
  const LockReport locks = after({log.bytes()}).locks;
  EXPECT_EQ(locks.waits, 1U);
  EXPECT_EQ(locks.blocked, micros(30'000));
}

TEST_F(LockGraph, AHolderWithoutATransactionInTheLogIsCalledByItsProcess) {
  LockLog log;
  log.ran(1500, 102, 1, "BEGIN").lock(3000, 102, 1000, "transaction 731", "4711");
  log.lock(9000, 102, 7000, "transaction 731", "").ran(9001, 102, 7001, LockLog::kUpdate);
  const LockReport locks = after({log.bytes()}).locks;
  ASSERT_EQ(locks.roots.size(), 1U);
  EXPECT_EQ(locks.roots[0].transaction, "");
  EXPECT_EQ(locks.roots[0].label, "process 4711, whose transaction is not in the log");
  EXPECT_EQ(locks.roots[0].holds, 0U);
}

TEST_F(LockGraph, ATransactionThatIsStillOpenIsKnown) {
  LockLog log;
  log.ran(1000, 101, 1, "BEGIN").ran(1010, 101, 5, LockLog::kUpdate);
  log.ran(1500, 102, 1, "BEGIN").lock(3000, 102, 1000, "transaction 731", "101");
  const LockReport locks = after({log.bytes()}).locks;
  ASSERT_EQ(locks.roots.size(), 1U);
  EXPECT_EQ(locks.roots[0].label, "BEGIN; UPDATE stock SET n = n - $1 WHERE id = $2");
}

TEST_F(LockGraph, TellsTheStatementsOfADeadlockWithoutTheirValues) {
  LockLog log;
  log.ran(1000, 101, 1, "BEGIN");
  log.add(5000, 102, "deadlock detected",
          "Process 102 waits for ShareLock on transaction 731; blocked by process 101.\n"
          "Process 101 waits for ShareLock on transaction 732; blocked by process 102.\n"
          "Process 102: UPDATE stock SET n = 1 WHERE id = 77001\n"
          "Process 101: DELETE FROM stock WHERE id = 77002",
          "while updating tuple (0,1) in relation \"stock\"",
          "UPDATE stock SET n = 1 WHERE id = 77001", "ERROR", "40P01");
  const Workload workload = after({log.bytes()});
  ASSERT_EQ(workload.locks.deadlocks.size(), 1U);
  const DeadlockRow& deadlock = workload.locks.deadlocks[0];
  EXPECT_EQ(deadlock.count, 1U);
  EXPECT_EQ(deadlock.relation, "stock");
  EXPECT_EQ(deadlock.line->line, 2U);
  std::vector<std::string> texts;
  for (const DeadlockStatement& statement : deadlock.statements) texts.push_back(statement.text);
  std::sort(texts.begin(), texts.end());
  EXPECT_EQ(texts, (std::vector<std::string>{"DELETE FROM stock WHERE id = $1",
                                             "UPDATE stock SET n = $1 WHERE id = $2"}));
  const std::string report = render_json(report_of(store_));
  EXPECT_EQ(report.find("7700"), std::string::npos);
  EXPECT_NE(report.find("DELETE FROM stock WHERE id = $1"), std::string::npos);
}

TEST_F(LockGraph, ShortWaitsAreNoSection) {
  LockLog log;
  log.ran(1500, 102, 1, "BEGIN").lock(2500, 102, 990, "transaction 731", "4711");
  after({log.bytes()});
  EXPECT_EQ(render_markdown(report_of(store_)).find("## Locks"), std::string::npos);
}

TEST_F(LockGraph, OldWaitsAreGivenUpWithTheTraces) {
  LockLog log;
  for (const unsigned pid : {101U, 102U, 103U, 104U}) {
    log.add(500, pid, "connection received: host=10.0.0.9 port=41000");
  }
  for (const std::string& record : queue_log().records) log.records.push_back(record);
  log.on_day(13).ran(1000, 104, 200, "SELECT 1");
  log.on_day(20).ran(1000, 104, 200, "SELECT 1").ran(1500, 104, 200, "SELECT 1");
  after({log.bytes()});
  ASSERT_TRUE(store_.forget(*store_.server("default"), Retention{}).has_value());
  EXPECT_EQ(workload_of(store_).locks.waits, 2U) << "the busiest hour of its day is kept";
  LockLog busier;  // the hour behind is longer held: the trace of ten o'clock goes, and its waits
  busier.add(500, 105, "connection received: host=10.0.0.9 port=41000");
  for (int minute = 0; minute < 50; ++minute) {
    busier.ran(minute * 60'000 + 50'000, 105, 49'000, "SELECT 2");
  }
  for (std::string& record : busier.records) record.replace(record.find(" 10:"), 4, " 11:");
  take(store_, {scratch_.write("busier.csv", busier.bytes())});
  ASSERT_TRUE(store_.forget(*store_.server("default"), Retention{}).has_value());
  EXPECT_EQ(workload_of(store_).locks.waits, 0U);
}

}  // namespace
}  // namespace pgcounsel
