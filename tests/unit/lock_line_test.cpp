#include "parser/log/lock_line.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "parser/log/event.h"
#include "parser/log/message/message.h"

namespace pgcounsel {
namespace {

using Pids = std::vector<std::uint32_t>;

TEST(LockLine, TellsWhoWaitsAndForWhat) {
  LogRecord record;
  record.severity = Severity::kLog;
  record.message = "process 6575 acquired ShareLock on transaction 799 after 303.366 ms";
  const Event event = event_of(record);
  const auto* lock = std::get_if<LockEvent>(&event);
  ASSERT_NE(lock, nullptr);
  EXPECT_EQ(lock->pid, 6575U);
  EXPECT_EQ(lock->mode, "ShareLock");
  EXPECT_EQ(lock->object, "transaction 799");
  EXPECT_EQ(lock->waited, Micros{303'366});
}

TEST(LockLine, KnowsTheKindOfTheObject) {
  struct Case {
    const char* object;
    const char* name;
  };
  const Case cases[] = {
      {"transaction 799", "transaction"},
      {"virtual transaction 4/17", "transaction"},
      {"tuple (33,139) of relation 16434 of database 16384", "tuple"},
      {"relation 16434 of database 16384", "relation"},
      {"extension of relation 16434 of database 16384", "relation"},
      {"page 7 of relation 16434 of database 16384", "page"},
      {"advisory lock [16384,0,77,1]", "advisory"},
      {"user lock [16384,0,77]", "advisory"},
      {"speculative token 1 of transaction 5", "other"},
      {"", "unknown"},
  };
  for (const Case& c : cases) EXPECT_EQ(name_of(lock_target_of(c.object)), c.name) << c.object;
}

TEST(LockLine, IsReadInTheLanguagesOfTheServer) {
  std::size_t languages = 0;
  for (const MessageRow& row : message_table()) {
    if (row.event_class != "lock_wait" && row.event_class != "lock_acquired") continue;
    LogRecord record;
    record.severity = Severity::kLog;
    record.message = row.sample.line;
    const Event event = event_of(record);
    const auto* lock = std::get_if<LockEvent>(&event);
    ASSERT_NE(lock, nullptr) << row.sample.line;
    const bool waits = row.event_class == "lock_wait";
    EXPECT_EQ(lock->kind, waits ? LockEvent::Kind::kWaiting : LockEvent::Kind::kAcquired);
    EXPECT_EQ(lock->pid, 6575U) << row.sample.line;
    EXPECT_EQ(lock->waited, Micros{waits ? 100'096 : 303'366}) << row.sample.line;
    EXPECT_EQ(lock->mode, "ShareLock") << row.sample.line;
    EXPECT_EQ(lock_target_of(lock->object), LockTarget::kTransaction) << row.sample.line;
    languages += waits ? 1 : 0;
  }
  EXPECT_EQ(languages, 11U);
}

TEST(LockLine, NamesTheHolders) {
  EXPECT_EQ(lock_holders_in("Process holding the lock: 6574. Wait queue: 6575, 6576."), Pids{6574});
  EXPECT_EQ(lock_holders_in("Processes holding the lock: 9, 7, 8. Wait queue: 1."),
            (Pids{7, 8, 9}));
  EXPECT_EQ(lock_holders_in("Processes holding the lock: 7, 7. Wait queue: 1."), Pids{7});
  EXPECT_EQ(lock_holders_in("Process holding the lock: 0. Wait queue: 5."), Pids{0});
  EXPECT_EQ(lock_holders_in("Process holding the lock: 29500, Wait queue: 29513."), Pids{29500});
}

TEST(LockLine, TakesNoHoldersFromOtherTexts) {
  const std::string many = [] {
    std::string text = "Processes holding the lock: 1";
    for (int i = 2; i < 100'000; ++i) text += ", " + std::to_string(i);
    return text + ". Wait queue: .";
  }();
  EXPECT_EQ(lock_holders_in(many).size(), kMostHolders);
  for (const char* detail : {"", "Process holding the lock: ", "parameters: $1 = '6574'",
                             "Processes holding the lock: . Wait queue: 7.",
                             "Process holding the lock: \xFF. Wait queue: 7.",
                             "Process holding the lock: 99999999999999. Wait queue: 7."}) {
    EXPECT_TRUE(lock_holders_in(detail).empty()) << detail;
  }
}

TEST(LockLine, NamesTheTable) {
  const std::string_view updating = "while updating tuple (33,139) in relation \"inventory\"";
  EXPECT_EQ(lock_relation_in(updating, "transaction 799"), "inventory");
  EXPECT_EQ(lock_relation_in("SQL statement \"UPDATE x\"\n" + std::string(updating), ""),
            std::string_view("inventory"));
  EXPECT_EQ(lock_relation_in("", "tuple (3,1) of relation 16434 of database 5"), "relation 16434");
  EXPECT_EQ(lock_relation_in("", "relation 16434"), "relation 16434");
  EXPECT_EQ(lock_relation_in("", "transaction 799"), "");
  EXPECT_EQ(lock_relation_in("while updating tuple", "advisory lock [1,2,3,4]"), "");
}

TEST(Deadlock, TellsItsProcessesAndTheirStatements) {
  const auto processes = deadlocked_in(
      "Process 77 waits for ShareLock on transaction 12; blocked by process 78.\n"
      "Process 78 waits for ExclusiveLock on tuple (0,1) of relation 5 of database 6; blocked by "
      "process 77.\n"
      "Process 77: UPDATE carts\n  SET n = 1\n"
      "Process 99: no statement of the two\n"
      "Process 78: DELETE FROM carts");
  ASSERT_EQ(processes.size(), 2U);
  EXPECT_EQ(processes[0].pid, 77U);
  EXPECT_EQ(processes[0].blocker, 78U);
  EXPECT_EQ(processes[0].target, LockTarget::kTransaction);
  EXPECT_EQ(processes[0].statement,
            "UPDATE carts\n  SET n = 1\nProcess 99: no statement of the two");
  EXPECT_EQ(processes[1].pid, 78U);
  EXPECT_EQ(processes[1].target, LockTarget::kTuple);
  EXPECT_EQ(processes[1].statement, "DELETE FROM carts");
}

TEST(Deadlock, IsReadAsFarAsItGoes) {
  EXPECT_TRUE(deadlocked_in("").empty());
  EXPECT_TRUE(deadlocked_in("Process 77: SELECT 1").empty());
  const auto cut = deadlocked_in(
      "Process 77 waits for ShareLock on transaction 12; blocked by process 78.\nPro");
  ASSERT_EQ(cut.size(), 1U);
  EXPECT_EQ(cut[0].statement, "");
}

TEST(Deadlock, ThatIsHugeIsReadInLinearTime) {
  std::string detail;
  for (int i = 0; i < 20'000; ++i) {
    detail += "Process 77 waits for ShareLock on transaction 12; blocked by process 78.\n";
  }
  for (int i = 0; i < 20'000; ++i) detail += "Process 77: SELECT 1\n";
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(deadlocked_in(detail).size(), kMostDeadlocked);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace pgcounsel
