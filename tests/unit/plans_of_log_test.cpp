// Plans that auto_explain logged, from the log to the ledger, the report and its changes.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/plans/plan_switch.h"
#include "tests/unit/ingest_fixture.h"
#include "tests/unit/plan_log.h"

namespace pgcounsel {
namespace {

Store store_of(const std::vector<std::string>& logs) {
  const Scratch scratch;
  Store store = empty_store();
  for (std::size_t at = 0; at < logs.size(); ++at) {
    take(store, {scratch.write("log" + std::to_string(at), logs[at])});
  }
  return store;
}

// `SELECT note FROM orders WHERE id = $1 Index Scan 2 x 7000, slowest 5000`
std::string told(const PlanRow& row) {
  return fmt::format("{} {} {} x {}, slowest {}", row.plan.query, row.plan.root().type, row.calls,
                     row.total.count(), row.slowest.count());
}

std::vector<std::string> told(const std::vector<PlanRow>& rows) {
  std::vector<std::string> lines;
  for (const PlanRow& row : rows) lines.push_back(told(row));
  return lines;
}

const std::vector<LoggedPlan> kThree = {
    {"10:00:01", 2, true, "5"}, {"10:00:02", 5, true, "6"}, {"10:00:03", 40, false, "'7'"}};

TEST(PlansOfLog, AreTheSameInEveryFormOfPlanAndLog) {
  const std::vector<std::string> expected = {
      "SELECT note FROM orders WHERE id = $1 Seq Scan 1 x 40000, slowest 40000",
      "SELECT note FROM orders WHERE id = $1 Index Scan 2 x 7000, slowest 5000"};
  std::set<std::pair<std::uint64_t, std::uint64_t>> hashes;
  for (const PlanFormat plan :
       {PlanFormat::kText, PlanFormat::kJson, PlanFormat::kYaml, PlanFormat::kXml}) {
    for (const PlanLogForm log :
         {PlanLogForm::kStderr, PlanLogForm::kCsv, PlanLogForm::kJson, PlanLogForm::kSyslog}) {
      const std::string bytes = plan_log(kThree, plan, log);
      const Workload workload = workload_of(store_of({bytes}));
      EXPECT_EQ(told(workload.plans), expected) << bytes;
      for (const PlanRow& row : workload.plans) hashes.emplace(row.fingerprint.value, row.hash);
      EXPECT_EQ(workload.plan_counts.read, 3U);
      EXPECT_EQ(workload.plan_counts.unread, 0U);
      EXPECT_EQ(workload.totals.statements, 3U) << "a plan is no call";
      ASSERT_EQ(workload.queries.size(), 1U);
      EXPECT_EQ(workload.queries[0].fingerprint, workload.plans[0].fingerprint);
    }
  }
  EXPECT_EQ(hashes.size(), 2U);
}

TEST(PlansOfLog, KeepTheSlowestExecutionWithoutValues) {
  const Workload workload = workload_of(store_of({plan_log(kThree, PlanFormat::kText)}));
  ASSERT_EQ(workload.plans.size(), 2U);
  const PlanRow& index = workload.plans[1];
  EXPECT_EQ(index.plan.root().text(PlanText::kIndexCond), "(id = $1)");
  EXPECT_EQ(index.plan.root().number(PlanNumber::kActualTotalTime), 5.0);
  EXPECT_EQ(index.plan.logged_ms, 5.0);
  ASSERT_TRUE(index.source.has_value());
  EXPECT_EQ(index.source->source, "log0");
  EXPECT_EQ(index.source->line, 5U);
  EXPECT_EQ(index.figures.nodes.size(), 1U);
  EXPECT_EQ(index.last_seen - index.first_seen, kSecond);
}

// In another order, in pieces, again, and by several threads.
TEST(PlansOfLog, DoNotDependOnOrderAndCuts) {
  std::vector<LoggedPlan> entries;
  for (int i = 0; i < 60; ++i) {
    const int table = i % 25;
    entries.push_back({fmt::format("10:{:02}:{:02}", i / 6, i % 60), 1.0 + (i * 7) % 30, i % 3 == 0,
                       std::to_string(i),
                       i % 2 == 0 ? "orders" : fmt::format("t{}x", char('a' + table))});
  }
  const auto log_of = [&](std::size_t begin, std::size_t end) {
    return plan_log({entries.begin() + static_cast<std::ptrdiff_t>(begin),
                     entries.begin() + static_cast<std::ptrdiff_t>(end)},
                    PlanFormat::kText);
  };
  const std::string whole = life_of(store_of({log_of(0, 60)}));
  EXPECT_TRUE(same(life_of(store_of({log_of(0, 25), log_of(25, 60)})), whole));
  EXPECT_TRUE(same(life_of(store_of({log_of(40, 60), log_of(10, 40), log_of(0, 10)})), whole));
  EXPECT_TRUE(same(life_of(store_of({log_of(0, 60), log_of(0, 60)})), whole));
  EXPECT_TRUE(same(life_of(store_of({log_of(0, 35), log_of(20, 60)})), whole));
}

// So many plans of one query in a day: the slowest are kept, whatever was read first.
TEST(PlansOfLog, KeepTheSlowestOfManyPlans) {
  std::vector<std::string> logs;
  for (int i = 0; i < 30; ++i) {
    const std::string plan = fmt::format(
        "duration: {0}.000 ms  plan:\nQuery Text: SELECT 1\nIndex Scan using i{1}_key on t  "
        "(cost=0.29..8.31 "
        "rows=1 width=4)",
        1 + (i * 11) % 30, i);
    logs.push_back(record_of(fmt::format("10:00:{:02}", i), plan, PlanLogForm::kStderr, 1));
  }
  std::string forth, back;
  for (const std::string& log : logs) forth += log;
  const Workload whole = workload_of(store_of({forth}));
  EXPECT_EQ(whole.plans.size(), kMostPlansOfDay);
  EXPECT_EQ(whole.plan_counts.read, 30U);
  EXPECT_EQ(whole.plan_counts.not_kept, 10U);
  for (const PlanRow& row : whole.plans) EXPECT_GT(row.slowest, Micros{10'000});
  std::vector<std::string> reversed(logs.rbegin(), logs.rend());
  EXPECT_EQ(told(workload_of(store_of(reversed)).plans), told(whole.plans));
}

TEST(PlansOfLog, ThatAreCutOffAreCounted) {
  std::string log = plan_log(kThree, PlanFormat::kText);
  const std::string plan = plan_text(kThree[0], PlanFormat::kJson);
  log += record_of("10:00:05", "duration: 1.000 ms  plan:\n" + plan.substr(0, plan.size() / 2),
                   PlanLogForm::kStderr, 1);
  log += record_of("10:00:06", "duration: 1.000 ms  plan:", PlanLogForm::kStderr, 1);
  const std::string sort =
      "duration: 1.000 ms  plan:\nQuery Text: SELECT 1\nSort  (cost=0.29..8.31 rows=1 width=4)";
  log += record_of("10:00:07", sort, PlanLogForm::kStderr, 1);  // of what?
  const Store store = store_of({log});
  const Workload workload = workload_of(store);
  EXPECT_EQ(workload.plan_counts.unread, 3U);
  EXPECT_EQ(workload.plan_counts.read, 3U);
  EXPECT_EQ(workload.totals.statements, 3U);
  EXPECT_NE(life_of(store).find("3 of 6 plans in it are cut off"), std::string::npos);
}

TEST(PlansOfLog, OfAStatementInsideOfAFunctionAreItsOwn) {
  const LoggedPlan inner{"10:00:01", 3, true, "5", "stock"};
  const std::string log =
      record_of("10:00:01", "duration: 3.000 ms  plan:\n" + plan_text(inner, PlanFormat::kText),
                PlanLogForm::kStderr, 1) +
      record_of("10:00:02", "duration: 4.000 ms  statement: SELECT book(5)", PlanLogForm::kStderr,
                2);
  const Workload workload = workload_of(store_of({log}));
  ASSERT_EQ(workload.plans.size(), 1U);
  EXPECT_EQ(workload.plans[0].plan.query, "SELECT note FROM stock WHERE id = $1");
  ASSERT_EQ(workload.queries.size(), 1U);
  EXPECT_EQ(workload.queries[0].calls, 1U);
}

// ---- Another plan

std::vector<LoggedPlan> hours(const std::string& plans, int hour = 9) {
  std::vector<LoggedPlan> entries;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const bool by_index = plans[i] == 'i';
    entries.push_back({fmt::format("{:02}:{:02}:00", hour + static_cast<int>(i) / 60, i % 60),
                       by_index ? 2.0 : 90.0, by_index, "5"});
  }
  return entries;
}

std::vector<PlanSwitch> switches_in(const std::string& plans) {
  return workload_of(store_of({plan_log(hours(plans), PlanFormat::kText)})).plan_switches;
}

TEST(PlanSwitch, IsDatedByTheFirstExecutionWithTheNewPlan) {
  const auto switches = switches_in("iiiiiisss");
  ASSERT_EQ(switches.size(), 1U);
  EXPECT_EQ(plain_seconds(switches[0].since), "2026-03-12 09:06:00");
  EXPECT_EQ(switches[0].calls_before, 6U);
  EXPECT_EQ(switches[0].calls_after, 3U);
  EXPECT_EQ(switches[0].total_before, Micros{12'000});
  EXPECT_EQ(switches[0].total_after, Micros{270'000});
  ASSERT_TRUE(switches[0].plan_before && switches[0].plan_after);
  EXPECT_EQ(switches[0].plan_before->root().type, "Index Scan");
  EXPECT_EQ(switches[0].plan_after->root().type, "Seq Scan");
}

TEST(PlanSwitch, NeedsAPlanThatTheQueryKeepsTo) {
  struct Case {
    std::string plans;
    std::size_t switches;
  };
  const Case cases[] = {
      {"iiiiii", 0},
      {"iiisss", 1},
      {"iiiss", 0},
      {"iisss", 0},
      {"isisisisis", 0},
      {"iiissssii", 0},
      {"iiisssi", 0},
      {"iii" + std::string(60, 's') + "i" + std::string(60, 's'), 1},
      {std::string(100, 'i') + std::string(100, 's'), 1},
      {std::string(100, 'i') + std::string(100, 's') + std::string(60, 'i'), 0},
  };
  for (const Case& c : cases) EXPECT_EQ(switches_in(c.plans).size(), c.switches) << c.plans;
}

TEST(PlanSwitch, FromThePlanOfTheDayBeforeIsSeen) {
  std::string first = plan_log(hours("iiiiii"), PlanFormat::kJson);
  const std::string second =
      replaced(plan_log(hours("ssss"), PlanFormat::kText), "2026-03-12", "2026-03-14");
  const Store store = store_of({second, first});
  const auto known = store.known_hours("default");
  ASSERT_TRUE(known && *known);
  const Workload workload =
      workload_of(store, {(*known)->until - kDay, (*known)->until}, "default");
  ASSERT_EQ(workload.plan_switches.size(), 1U);
  const PlanSwitch& change = workload.plan_switches[0];
  EXPECT_EQ(plain_seconds(change.since), "2026-03-14 09:00:00");
  ASSERT_TRUE(change.plan_before.has_value());
  EXPECT_EQ(change.plan_before->root().type, "Index Scan");
  ASSERT_EQ(workload.plans.size(), 1U) << "of the period";
}

TEST(PlanSwitch, IsInTheReports) {
  const Store store = store_of({plan_log(hours("iiiiiiisss"), PlanFormat::kText)});
  const Report report = report_of(store);
  const std::string json = render_json(report), page = render_markdown(report);
  EXPECT_NE(json.find("\"plan_changed\""), std::string::npos);
  EXPECT_NE(json.find("\"before_mean_ms\": 2.000"), std::string::npos);
  EXPECT_NE(json.find("\"after_mean_ms\": 90.000"), std::string::npos);
  EXPECT_NE(page.find("other plan since 09:07"), std::string::npos);
  EXPECT_NE(page.find("**Another plan** since 2026-03-12 09:07:00 UTC"), std::string::npos);
  EXPECT_NE(page.find("Seq Scan on orders"), std::string::npos);
  EXPECT_NE(page.find("×45 slower"), std::string::npos);
}

TEST(PlansOfLog, AreGivenUpWithAgeButForTheNewestOfEach) {
  Store store = empty_store();
  const Scratch scratch;
  const std::string log = plan_log(kThree, PlanFormat::kText);
  const auto take_day = [&](const std::string& day) {
    take(store, {scratch.write(day, replaced(log, "2026-03-12", day))});
  };
  const auto samples = [&] {
    const auto known = store.known_hours("default");
    return store.view("default", **known)->current.plans.days.size();
  };
  take_day("2026-03-01");
  take_day("2026-03-02");
  EXPECT_EQ(samples(), 2U);
  const auto server = store.server("default");
  take(store, {scratch.write("late", record_of("10:00:01", "checkpoint starting: time",
                                               PlanLogForm::kStderr, 1))});
  ASSERT_TRUE(store.forget(*server, Retention{}));
  EXPECT_EQ(samples(), 2U) << "ten days are kept";
  take(store, {scratch.write("later", replaced(record_of("10:00:01", "checkpoint starting: time",
                                                         PlanLogForm::kStderr, 1),
                                               "2026-03-12", "2026-03-20"))});
  ASSERT_TRUE(store.forget(*server, Retention{}));
  EXPECT_EQ(samples(), 1U) << "the newest of each plan";
}

}  // namespace
}  // namespace pgcounsel
