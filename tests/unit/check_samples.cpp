#include "tests/unit/check_samples.h"

#include <fmt/format.h>

namespace pgcounsel {
namespace {

constexpr std::string_view kAllRowsPage = R"(# all_rows — A change without WHERE takes every row
level: low to high · needs: SQL · safety: advisory

## What it finds

DELETE and UPDATE that have no WHERE.

## Why it holds connections

It locks every row, e.g. those of open carts, for
as long as it runs. Everyone who wants one of them waits.

A second paragraph.

## What to do

1. Add the WHERE.

## When to ignore it

- A small table.

## Cases

### fires: always

```sql
DELETE FROM secret_of_the_cases;
```
)";

CheckQuery query(std::string file, std::size_t line, std::size_t end_line, std::size_t end_column,
                 std::uint64_t fingerprint, std::string text) {
  CheckQuery query;
  query.file = std::move(file);
  query.line = line;
  query.end_line = end_line;
  query.end_column = end_column;
  query.fingerprint = {fingerprint};
  query.query = std::move(text);
  return query;
}

Finding finding(std::string rule, Level level, const CheckQuery& query, std::string title) {
  Finding finding;
  finding.rule = std::move(rule);
  finding.level = level;
  finding.key = finding.rule + ":" + hex(query.fingerprint) + ":t";
  finding.subject = {"query", hex(query.fingerprint)};
  finding.title = std::move(title);
  finding.place = Place{query.file, query.line, 1, query.end_line, query.end_column};
  finding.remedy = {"code", "Add the WHERE that is meant."};
  finding.confidence = Confidence::kHigh;
  finding.confidence_because = "the statement has no WHERE";
  finding.verify = "`EXPLAIN` of the statement shows a condition.";
  finding.rollback = "Nothing to undo.";
  return finding;
}

void add_rules(CheckReport& report) {
  report.rules.push_back({"all_rows", "A change without WHERE takes every row", kAllRowsPage});
  report.rules.push_back({"equals_null", "= NULL is never true", ""});
}

}  // namespace

CheckReport ordinary_review() {
  CheckReport report;
  add_rules(report);
  report.fail_on = Level::kHigh;
  report.suppressed = 2;
  report.notes = {"The catalogue does not know the table coupons."};
  report.queries = {
      query("migrations/V2.sql", 2, 2, 18, 0xa1, "DELETE FROM orders"),
      query("migrations/V2.sql", 4, 4, 39, 0xa2, "UPDATE customers SET deleted_at = now()"),
      query("queries/orders.sql", 2, 4, 25, 0xa3, "SELECT id FROM orders WHERE coupon_id = NULL"),
      query("queries/orders.sql", 7, 7, 40, 0xa4, "SELECT DISTINCT id FROM orders WHERE id = $1"),
      query("queries/odd, name: 100%.sql", 1, 1, 21, 0xa5, "SELECT now()")};
  report.queries[2].name = "OrdersWithoutCoupon";
  report.queries[3].is_new = false;
  report.findings = {
      finding("all_rows", Level::kHigh, report.queries[0], "DELETE FROM orders has no WHERE"),
      finding("all_rows", Level::kHigh, report.queries[1], "UPDATE customers has no WHERE"),
      finding("equals_null", Level::kMedium, report.queries[2], "coupon_id = NULL is never true"),
      finding("useless_distinct", Level::kLow, report.queries[3], "id is unique in orders")};
  report.findings[0].evidence = {{"rows", "18.4 M", "catalogue"}, {"held", "31 %", "log"}};
  report.findings[2].place = Place{"queries/orders.sql", 4, 8, 4, 23};
  report.findings[2].remedy = {"code", "Write `coupon_id IS NULL`."};
  report.findings[2].rewrite =
      Rewrite{"SELECT id\n  FROM orders\n WHERE coupon_id IS NULL", {}, true};
  report.findings[3].remedy = {"sql", "SELECT id FROM orders WHERE id = 7"};
  report.findings[3].rewrite =
      Rewrite{"SELECT id FROM orders WHERE id = 7", {"id is the primary key of orders"}, false};
  report.findings[3].caveats = {"The key must stay."};
  return report;
}

CheckReport clean_review() {
  CheckReport report;
  report.fail_on = Level::kHigh;
  report.queries = {query("a.sql", 1, 1, 8, 1, "SELECT $1"),
                    query("a.sql", 2, 2, 8, 2, "SELECT $1, $2"),
                    query("b.sql", 1, 1, 8, 3, "SELECT now()")};
  return report;
}

const std::vector<std::string>& hostile_words() {
  static const std::vector<std::string> words{
      "two\nlines\r\nand\ra tab\t",
      "\"quoted\" 'single'",
      "::error file=x::y ##[group]z",
      "100%, %0A%25",
      "]]></failure><![CDATA[",
      "a|b || c",
      "``` fence ```\n```\nout",
      "<script>alert(1)</script></details>",
      "@octocat #12 [link](http://evil.example)",
      "🔴 größe 表",
      std::string("invalid \xff\xc3( bytes \0 nul", 23),
      "\x1b[31mred\x1b[0m \xe2\x80\xae turned",
      std::string(20000, 'x'),
      std::string(3000, '@') + "a",
  };
  return words;
}

CheckReport hostile_review() {
  CheckReport report;
  add_rules(report);
  report.fail_on = Level::kHigh;
  std::uint64_t number = 0;
  for (const std::string& evil : hostile_words()) {
    report.queries.push_back(query(evil, 1, 1, 9, ++number, "SELECT \"" + evil + "\""));
    report.queries.back().name = evil;
    report.notes.push_back(evil);
    Finding one = finding(number % 2 == 0 ? "all_rows" : "equals_null", Level::kHigh,
                          report.queries.back(), evil + " has no WHERE");
    one.key = evil;
    one.evidence = {{evil, evil, evil}};
    one.remedy = {number % 3 == 0 ? "sql" : "code", evil + "\n" + evil};
    one.confidence_because = one.verify = one.rollback = evil;
    one.caveats = {evil};
    one.rewrite = Rewrite{"SELECT '" + evil + "'", {evil}, number % 2 == 0};
    report.findings.push_back(one);
  }
  return report;
}

CheckReport large_review(std::size_t size) {
  CheckReport report;
  add_rules(report);
  report.fail_on = Level::kHigh;
  for (std::size_t at = 0; at < size; ++at) {
    report.queries.push_back(query(fmt::format("files/{}.sql", at % 7), at + 1, at + 1, 60, at + 1,
                                   fmt::format("DELETE FROM archive_{}", at)));
    const bool is_high = at < size - size / 5;
    report.findings.push_back(finding(is_high ? "all_rows" : "equals_null",
                                      is_high ? Level::kHigh : Level::kLow, report.queries.back(),
                                      fmt::format("DELETE FROM archive_{} has no WHERE", at)));
  }
  return report;
}

std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace pgcounsel
