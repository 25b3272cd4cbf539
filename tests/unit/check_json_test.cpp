#include <gtest/gtest.h>

#include "analyzer/report/check_report.h"
#include "tests/unit/check_samples.h"
#include "tests/unit/json_value.h"

namespace pgcounsel {
namespace {

JsonValue json_of(const CheckReport& report) {
  return JsonValue(render_check_json(report));
}

TEST(CheckJson, HasEveryStatement) {
  const JsonValue json = json_of(ordinary_review());
  EXPECT_EQ(json["schema"].text(), "pgcounsel.check/1");
  ASSERT_EQ(json["queries"].size(), 5U);
  const JsonValue third = json["queries"][2];
  EXPECT_EQ(third["file"].text(), "queries/orders.sql");
  EXPECT_EQ(third["line"].text(), "2");
  EXPECT_EQ(third["end_line"].text(), "4");
  EXPECT_EQ(third["name"].text(), "OrdersWithoutCoupon");
  EXPECT_EQ(third["fingerprint"].text(), "00000000000000a3");
  EXPECT_EQ(third["is_new"].text(), "true");
  EXPECT_EQ(json["queries"][3]["is_new"].text(), "false");
  EXPECT_EQ(json["queries"][3]["name"].text(), "null");
  EXPECT_EQ(json["queries"][4]["query"].text(), "SELECT now()");
}

TEST(CheckJson, FindingsHaveTheirPlaceAndRewrite) {
  const JsonValue json = json_of(ordinary_review());
  ASSERT_EQ(json["findings"].size(), 4U);
  const JsonValue plain = json["findings"][0], rewritten = json["findings"][2];
  EXPECT_TRUE(plain["rewrite"].missing());
  EXPECT_EQ(rewritten["key"].text(), "equals_null:00000000000000a3:t");
  EXPECT_EQ(rewritten["file"].text(), "queries/orders.sql");
  EXPECT_EQ(rewritten["line"].text(), "4");
  EXPECT_EQ(rewritten["column"].text(), "8");
  EXPECT_EQ(rewritten["end_line"].text(), "4");
  EXPECT_EQ(rewritten["end_column"].text(), "23");
  EXPECT_EQ(rewritten["rewrite"]["sql"].text(),
            "SELECT id\n  FROM orders\n WHERE coupon_id IS NULL");
  EXPECT_EQ(rewritten["rewrite"]["changes_result"].text(), "true");
  EXPECT_EQ(json["findings"][3]["rewrite"]["changes_result"].text(), "false");
  EXPECT_EQ(json["findings"][3]["rewrite"]["preconditions"][0].text(),
            "id is the primary key of orders");
}

TEST(CheckJson, SaysWhatFailsTheRun) {
  CheckReport report = ordinary_review();
  EXPECT_EQ(json_of(report)["suppressed"].text(), "2");
  EXPECT_EQ(json_of(report)["fail_on"].text(), "high");
  EXPECT_EQ(json_of(report)["failing"].text(), "2");
  EXPECT_EQ(json_of(report)["notes"].size(), 1U);
  report.fail_on = Level::kLow;
  EXPECT_EQ(json_of(report)["failing"].text(), "4");
  report.fail_on = std::nullopt;
  EXPECT_EQ(json_of(report)["fail_on"].text(), "none");
  EXPECT_EQ(json_of(report)["failing"].text(), "0");
}

TEST(CheckJson, HostileTextComesBackAsItWas) {
  const JsonValue json = json_of(hostile_review());
  const std::vector<JsonValue> findings = json["findings"].items();
  ASSERT_EQ(findings.size(), hostile_words().size());
  for (std::size_t at = 0; at < findings.size(); ++at) {
    const std::string& evil = hostile_words()[at];
    if (evil.starts_with("invalid")) continue;  // bytes that are no UTF-8 become U+FFFD
    EXPECT_EQ(findings[at]["title"].text(), evil + " has no WHERE");
    EXPECT_EQ(findings[at]["rewrite"]["sql"].text(), "SELECT '" + evil + "'");
  }
}

TEST(CheckJson, NothingFoundIsAnEmptyList) {
  EXPECT_EQ(json_of(clean_review())["findings"].size(), 0U);
  EXPECT_EQ(json_of(clean_review())["queries"].size(), 3U);
  EXPECT_EQ(json_of({})["queries"].size(), 0U);
}

}  // namespace
}  // namespace pgcounsel
