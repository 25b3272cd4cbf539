#include "analyzer/plans/plan_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "tests/unit/plan_log.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kPlan =
    "Seq Scan on orders  (cost=0.00..4.00 rows=10 width=4) (actual time=1.0..5.0 rows=12 "
    "loops=1)\n"
    "  Filter: (id = 5)\n";

std::string refusal(const std::string& path) {
  const auto file = read_plan_file(path, {});
  return file ? "read" : file.error().message;
}

TEST(PlanFile, TakesThePlansOutOfLogsInEveryForm) {
  const Scratch scratch;
  const std::vector<LoggedPlan> entries{{"10:00:01", 1.5, true, "5"},
                                        {"10:00:02", 250.25, false, "6"}};
  for (const PlanLogForm log :
       {PlanLogForm::kStderr, PlanLogForm::kCsv, PlanLogForm::kJson, PlanLogForm::kSyslog}) {
    for (const PlanFormat form :
         {PlanFormat::kText, PlanFormat::kJson, PlanFormat::kYaml, PlanFormat::kXml}) {
      const std::string text = plan_log(entries, form, log);
      const auto file = read_plan_file(scratch.write("log", text), {});
      ASSERT_TRUE(file) << file.error().message << text;
      ASSERT_EQ(file->plans.size(), 2U) << text;
      EXPECT_TRUE(file->troubles.empty());
      EXPECT_EQ(file->plans[0].format, form);
      EXPECT_EQ(file->plans[0].root().type, "Index Scan");
      EXPECT_EQ(file->plans[1].root().type, "Seq Scan");
      EXPECT_EQ(file->plans[1].logged_ms, 250.25);
      EXPECT_EQ(file->plans[1].query, "SELECT note FROM orders WHERE id = 6");
      EXPECT_EQ(file->plans[0].line, 1U);
      const std::size_t second = text.find("10:00:02");
      EXPECT_EQ(
          file->plans[1].line,
          1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(second), '\n'));
    }
  }
}

TEST(PlanFile, CountsLinesOverAllPiecesOfALargeLog) {
  const Scratch scratch;
  const std::vector<LoggedPlan> entries(6000, LoggedPlan{"10:00:01"});
  const std::string text = plan_log(entries, PlanFormat::kText);
  ASSERT_GT(text.size(), std::size_t{1} << 20);  // several pieces
  const auto file = read_plan_file(scratch.write("log", text), {});
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->plans.size(), entries.size());
  EXPECT_EQ(file->plans[5999].line, 1 + 5999 * 5U);  // five lines an entry
}

TEST(PlanFile, ReadsWhatIsCompressed) {
  const Scratch scratch;
  const std::string path = scratch.write("plan.txt", kPlan);
  run("gzip " + path);
  const auto file = read_plan_file(path + ".gz", {});
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->plans.size(), 1U);
}

TEST(PlanFile, NamesTheFileAndTheReasonWhereThereIsNoPlan) {
  const Scratch scratch;
  const auto refused = [&](std::string_view bytes) {
    const std::string path = scratch.write("x", bytes);
    const std::string message = refusal(path);
    EXPECT_TRUE(message.starts_with(path + ":")) << message;
    return message.substr(std::min(path.size() + 1, message.size()));
  };
  EXPECT_EQ(refused(""), " is empty");
  EXPECT_NE(refused("hello, world\n").find("holds no plan"), std::string::npos);
  EXPECT_NE(refused("2026-03-12 10:00:00.000 UTC [1] web@shop LOG:  checkpoint starting: time\n"
                    "2026-03-12 10:00:01.000 UTC [1] web@shop LOG:  duration: 1.0 ms\n")
                .find("log without a plan"),
            std::string::npos);
  EXPECT_NE(refused("[\n  {\n    \"Plan\": {\n      \"Node Type\": \"Seq Scan\",\n").find(':'),
            std::string::npos);  // the line stands before the reason
  EXPECT_NE(refused(std::string(5000, '\0')), "read");
  EXPECT_NE(refused("\xff\xfe\xff QUERY PLAN \xff\n"), "read");
  EXPECT_NE(refusal(scratch.path("absent")).find("absent"), std::string::npos);
}

}  // namespace
}  // namespace pgcounsel
