// A pooler's log and the server's, which name the same sessions by their ports.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

constexpr int kSessions = 6, kPort = 41'000;

std::string clock(int second, int ms) {
  return fmt::format("2026-03-12 10:{:02}:{:02}.{:03} UTC", second / 60, second % 60, ms);
}
// The seconds of 2026-03-12 10:00:00 UTC, as %c writes the begin of a session.
std::string session_id(int second, int pid) {
  return fmt::format("{:x}.{:x}", 1'773'309'600 + second, pid);
}

std::string pooler_log() {
  std::string log;
  for (int i = 0; i < kSessions; ++i) {
    log += fmt::format(
        "{} [77] LOG S-0x{:x}: shop_ro/reader@10.0.0.1:5432 new connection to server (from "
        "10.0.0.9:{})\n",
        clock(10 * i, 100), 0x5500 + i, kPort + i);
    log += fmt::format(
        "{} [77] LOG C-0x{:x}: shop_ro/app@10.0.0.50:5000{} pooler error: query_wait_timeout\n",
        clock(10 * i + 5, 0), 0x6600 + i, i);
  }
  return log;
}

struct Form {
  const char* name;
  bool connections;  // logged
  // One line of session number i.
  std::string (*line)(int i, int pid, const std::string& text, bool is_named);
};

std::string stderr_line(int i, int pid, const std::string& text, bool is_named) {
  return fmt::format("{} [{}] {}@{} {} LOG:  {}\n", clock(10 * i, 200), pid,
                     is_named ? "reader" : "[unknown]", is_named ? "shop" : "[unknown]",
                     session_id(10 * i, pid), text);
}
std::string process_line(int i, int pid, const std::string& text, bool is_named) {
  return fmt::format("{} [{}] {}@{} LOG:  {}\n", clock(10 * i, 200), pid,
                     is_named ? "reader" : "[unknown]", is_named ? "shop" : "[unknown]", text);
}
std::string host_line(int i, int pid, const std::string& text, bool is_named) {
  return fmt::format("{} [{}] {}@{} {} 10.0.0.9({}) LOG:  {}\n", clock(10 * i, 200), pid,
                     is_named ? "reader" : "[unknown]", is_named ? "shop" : "[unknown]",
                     session_id(10 * i, pid), kPort + i, text);
}
std::string csv_line(int i, int pid, const std::string& text, bool is_named) {
  return fmt::format(
      "{},{},{},\"10.0.0.9:{}\",{},1,\"\",{},,0,LOG,00000,\"{}\",,,,,,,,,\"\",\"client backend\","
      ",0\n",
      clock(10 * i, 200), is_named ? "\"reader\",\"shop\"" : ",", pid, kPort + i,
      session_id(10 * i, pid), clock(10 * i, 0).substr(0, 19) + " UTC", text);
}
std::string json_line(int i, int pid, const std::string& text, bool is_named) {
  return fmt::format(
      R"({{"timestamp":"{}",{}"pid":{},"remote_host":"10.0.0.9","remote_port":{},"session_id":"{}",)"
      R"("line_num":1,"error_severity":"LOG","message":"{}"}})"
      "\n",
      clock(10 * i, 200), is_named ? R"("user":"reader","dbname":"shop",)" : "", pid, kPort + i,
      session_id(10 * i, pid), text);
}

const Form kForms[] = {
    {"stderr", true, stderr_line}, {"process ids alone", true, process_line},
    {"%r", true, host_line},       {"%r without connections", false, host_line},
    {"csv", true, csv_line},       {"csv without connections", false, csv_line},
    {"json", true, json_line},     {"json without connections", false, json_line},
};

std::string server_log(const Form& form) {
  std::string log;
  for (int i = 0; i < kSessions; ++i) {
    const int pid = 900 + i;
    if (form.connections) {
      log += form.line(i, pid, fmt::format("connection received: host=10.0.0.9 port={}", kPort + i),
                       false);
      log += form.line(i, pid, "connection authorized: user=reader database=shop", true);
    }
    log += form.line(i, pid, fmt::format("duration: 1.500 ms  statement: SELECT {}", i), true);
  }
  return log;
}

const PoolRow* pool_of(const Workload& workload) {
  const auto found = std::ranges::find_if(workload.pools, [](const PoolRow& row) {
    return row.database == "shop" && row.user == "reader";
  });
  return found == workload.pools.end() ? nullptr : &*found;
}

std::string joined(const Store& store) {
  const Workload workload = workload_of(store);
  const PoolRow* pool = pool_of(workload);
  if (pool == nullptr) return "no pool";
  std::string text;
  for (const PoolOfPooler& part : pool->pooler) {
    text += fmt::format("{}/{} {} of {}", part.database, part.user, part.joined, part.sessions);
  }
  return text;
}

class IngestPooler : public testing::Test {
 protected:
  Scratch scratch_;
  const std::string pooler_ = scratch_.write("pgbouncer.log", pooler_log());
};

TEST_F(IngestPooler, JoinsItsSessionsWithThoseOfAllFormsOfLogs) {
  for (const Form& form : kForms) {
    const std::string server = scratch_.write("server.log", server_log(form));
    Store together = *Store::in_memory(), first = *Store::in_memory(), last = *Store::in_memory();
    take(together, {server, pooler_});
    take(first, {pooler_});
    take(first, {server});
    take(last, {server});
    take(last, {pooler_});
    for (const Store* store : {&together, &first, &last}) {
      EXPECT_EQ(joined(*store), "shop_ro/reader 6 of 6") << form.name;
    }
  }
}

// A connection's first line and its authorization may stand in two files.
TEST_F(IngestPooler, JoinsThemHoweverTheLogIsCut) {
  for (const Form& form : kForms) {
    const std::string log = server_log(form);
    std::size_t lines = 0;
    for (std::size_t at = log.find('\n'); at + 1 < log.size(); at = log.find('\n', at + 1)) {
      if (++lines < 3) continue;  // of fewer lines the form is not recognised
      const std::string head = scratch_.write("head.log", log.substr(0, at + 1));
      const std::string tail = scratch_.write("tail.log", log.substr(at + 1));
      if (std::ranges::count(log.substr(at + 1), '\n') < 3) break;
      for (const bool is_turned : {false, true}) {
        Store store = *Store::in_memory();
        take(store, {is_turned ? tail : head});
        take(store, {pooler_});
        take(store, {is_turned ? head : tail});
        EXPECT_EQ(joined(store), "shop_ro/reader 6 of 6") << form.name << " cut at " << lines;
      }
    }
  }
}

TEST_F(IngestPooler, SessionsThroughASocketAreNotJoined) {
  std::string log = server_log(kForms[0]);
  for (std::size_t at = log.find("host=10.0.0.9 port="); at != log.npos;
       at = log.find("host=10.0.0.9 port=")) {
    log.replace(at, log.find('\n', at) - at, "host=[local]");
  }
  Store store = *Store::in_memory();
  take(store, {scratch_.write("server.log", log), pooler_});
  EXPECT_EQ(joined(store), "");
  EXPECT_EQ(render_json(report_of(store)).find("\"joined\""), std::string::npos);
}

TEST_F(IngestPooler, SaysSoInTheReport) {
  Store store = *Store::in_memory();
  take(store, {scratch_.write("server.log", server_log(kForms[0])), pooler_});
  const Report report = report_of(store);
  EXPECT_NE(render_markdown(report).find("Sessions of `shop/reader` come from its pool "
                                         "`shop_ro/reader`: 6 of 6 are joined by port."),
            std::string::npos);
  std::string json = render_json(report);
  std::erase_if(json, [](char c) { return c == ' ' || c == '\n'; });
  EXPECT_NE(
      json.find(R"("pooler":[{"database":"shop_ro","user":"reader","sessions":6,"joined":6,)"),
      std::string::npos);
  const auto sums = store.view("default", **store.known_hours("default"));
  ASSERT_TRUE(sums.has_value());
  EXPECT_EQ(sums->join.names_of({"shop", "reader"}),
            (std::vector<PoolName>{{"shop", "reader"}, {"shop_ro", "app"}, {"shop_ro", "reader"}}));
}

TEST_F(IngestPooler, APoolThatIsCalledTheSameOnBothSidesIsJoinedToo) {
  std::string log = pooler_log();
  for (std::size_t at = log.find("shop_ro"); at != log.npos; at = log.find("shop_ro")) {
    log.replace(at, 7, "shop");
  }
  Store store = *Store::in_memory();
  take(store,
       {scratch_.write("server.log", server_log(kForms[2])), scratch_.write("pgbouncer.log", log)});
  EXPECT_EQ(joined(store), "shop/reader 6 of 6");
}

}  // namespace
}  // namespace pgcounsel
