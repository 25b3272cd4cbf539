#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <sstream>

#include "analyzer/report/changes.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/refusals.h"
#include "analyzer/report/view.h"
#include "tests/unit/incident_night.h"

namespace pgcounsel {
namespace {

std::string page_of(const ServerReport& night) {
  return render_markdown({{night}, {}});
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != text.npos;
}

std::size_t times(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos; at += part.size()) ++count;
  return count;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The lines outside of fenced blocks.
std::vector<std::string> plain_lines(const std::string& text) {
  std::vector<std::string> plain;
  std::string fence;
  for (const std::string& line : lines_of(text)) {
    const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
    if (fence.empty() && ticks >= 3 && line.find('`', ticks) == line.npos)
      fence = line.substr(0, ticks);
    else if (!fence.empty() && line == fence)
      fence.clear();
    else if (fence.empty())
      plain.push_back(line);
  }
  EXPECT_EQ(fence, "") << "a fence is not closed";
  return plain;
}

// What cmark-gfm makes of a page.
std::string html_of(const std::string& page) {
  std::array<char, 32> path{"/tmp/pgcounsel-page-XXXXXX"};
  const int file = mkstemp(path.data());
  EXPECT_GE(file, 0);
  EXPECT_EQ(write(file, page.data(), page.size()), static_cast<ssize_t>(page.size()));
  close(file);
  const std::string command =
      std::string("cmark-gfm --unsafe -e table -e strikethrough ") + path.data();
  FILE* pipe = popen(command.c_str(), "r");
  std::string html;
  std::array<char, 4096> part{};
  for (std::size_t got = 0; (got = fread(part.data(), 1, part.size(), pipe)) > 0;)
    html.append(part.data(), got);
  EXPECT_EQ(pclose(pipe), 0) << "cmark-gfm is needed for this test";
  unlink(path.data());
  return html;
}

TEST(Markdown, SaysTheWorstFirst) {
  const std::vector<std::string> lines = lines_of(page_of(busy_night()));
  EXPECT_EQ(lines[0], "# shop-prod-1 · 2026-03-13 (Fri) · nightly report");
  EXPECT_EQ(lines[2], "2026-03-13 00:00 – 2026-03-14 00:00 UTC");
  EXPECT_EQ(lines[4], "> [!CAUTION]");
  EXPECT_EQ(lines[5],
            "> **18,204 connections refused: the limit was reached. Transaction idles 2.0 s after "
            "SELECT FOR UPDATE on carts.**\\");
  EXPECT_TRUE(has(lines[6], "[`3f2a91c4`](#q-3f2a91c4) held most: **65 %**")) << lines[6];
  EXPECT_TRUE(lines[8].empty());
}

TEST(Markdown, KeepsTheOrderOfTheSections) {
  const std::string page = page_of(busy_night());
  std::size_t last = 0;
  for (const char* part :
       {"| measure | last 24 h | the 24 h before | verdict |", "**Do next:**", "**Contents:**",
        "\n## What changed\n", "\n## Who held the connections\n", "\nxychart-beta\n",
        "\n## Top slow queries\n", "\n### Q 3f2a91c4\n", "\n## Transactions\n",
        "\n### T 0b7e55aa\n", "\n## Recommendations\n", "\n### R1 Transaction idles",
        "\n### R2 No limit", "\n## Errors\n", "\n## Appendix\n", "pgcounsel " PGCOUNSEL_VERSION}) {
    const std::size_t at = page.find(part);
    ASSERT_NE(at, page.npos) << part;
    EXPECT_GT(at, last) << part;
    last = at;
  }
}

TEST(Markdown, AQuietNightIsShort) {
  const std::string page = page_of(quiet_night());
  EXPECT_LE(lines_of(page).size(), 40U);
  EXPECT_TRUE(has(page, "> **A quiet night.**"));
  EXPECT_FALSE(has(page, "](#"));
}

TEST(Markdown, AFirstReportSaysThatThereIsNothingToCompareWith) {
  ServerReport night = quiet_night();
  night.workload.previous.reset();
  for (QueryRow& row : night.workload.queries) row.previous_calls = 0;
  const std::string page = page_of(night);
  EXPECT_TRUE(has(page, "no earlier period to compare with"));
  EXPECT_TRUE(has(page, "## Top slow queries"));
  EXPECT_FALSE(has(page, "24 h before"));
}

TEST(Markdown, ALogWithoutStatementsIsNoQuietNight) {
  const std::string nothing = page_of({empty_night(), {}});
  EXPECT_TRUE(has(nothing, "No log records in this period"));
  EXPECT_FALSE(has(nothing, "| measure |"));
  ServerReport night{empty_night(), {}};
  night.workload.coverage.records = 5;
  EXPECT_TRUE(has(page_of(night), "The log shows no statements"));
  EXPECT_TRUE(has(page_of(night), "`log_connections = on`"));
  EXPECT_TRUE(has(page_of(night), "| Statements | not\u00A0logged |"));
  for (const char* row : {"| Connection-seconds held", "| p95 / p99", "| Connections |"}) {
    EXPECT_FALSE(has(page_of(night), row)) << row;
  }
}

TEST(Markdown, FiguresThatGotMuchWorseAreNoQuietNight) {
  ServerReport night = quiet_night();
  night.workload.totals.errors = 500;
  EXPECT_TRUE(has(page_of(night), "No recommendation, but Errors went from 0 to 500."));
}

TEST(Markdown, WrongPasswordsDoNotOutrankTheHolder) {
  ServerReport night = busy_night();
  night.workload.errors = {{"FATAL", "28P01", "password authentication failed", 10}};
  night.workload.totals.refused = 10;
  const std::string page = page_of(night);
  EXPECT_EQ(
      lines_of(page)[5],
      "> **Transaction idles 2.0 s after SELECT FOR UPDATE on carts. 10 logins refused: wrong "
      "password.**\\");
  EXPECT_TRUE(
      has(page, "| Refused connections | 10 | 0 | 🟠 new\u00A0·\u00A0wrong\u00A0passwords |"));
}

TEST(Markdown, RefusalsOfEveryNightAreNoNews) {
  ServerReport night = quiet_night();
  night.workload.errors = {{"FATAL", "28P01", "password authentication failed", 10}};
  night.workload.totals.refused = 10;
  EXPECT_TRUE(has(page_of(night), "> [!WARNING]\n> **10 logins refused: wrong password.**"));
  night.workload.previous->refused = 9;
  EXPECT_TRUE(has(page_of(night), "> **A quiet night.**"));
  night.workload.errors.push_back({"FATAL", "53300", "sorry, too many clients already", 1});
  night.workload.totals.refused = 11;
  EXPECT_TRUE(
      has(page_of(night), "> [!CAUTION]\n> **1 connection refused: the limit was reached."));
}

TEST(Markdown, RefusalsAreCountedByTheirReason) {
  Workload night = empty_night();
  night.totals.refused = 20;
  night.errors = {{"FATAL", "53300", "", 5},
                  {"FATAL", "28000", "", 4},
                  {"FATAL", "57P03", "", 3},
                  {"FATAL", "3D000", "", 1},
                  {"ERROR", "53400", "", 2}};
  const Refusals refusals = refusals_of(night);
  EXPECT_EQ(refusals.full, 5U);
  EXPECT_EQ(refusals.login, 4U);
  EXPECT_FALSE(refusals.only_passwords);
  EXPECT_EQ(refusals.starting, 3U);
  EXPECT_EQ(refusals.no_database, 1U);
  EXPECT_EQ(refusals.other, 7U);
}

TEST(Markdown, AShortLogSaysWhatItCovers) {
  ServerReport night = busy_night();
  night.workload.coverage.from = at(13, 4, 10);
  night.workload.coverage.to = at(13, 4, 40);
  night.workload.hours = {{at(13, 4), 1000, 0, sec(900)}};
  const std::string page = page_of(night);
  EXPECT_EQ(lines_of(page)[2],
            "2026-03-13 00:00 – 2026-03-14 00:00 UTC · the log covers 30 m of it, 2026-03-13 "
            "04:10:00 to 2026-03-13 04:40:00");
  EXPECT_TRUE(has(page, "| Time that the log covers | 30\u00A0m |"));
}

TEST(Markdown, AGainIsAPartOfWhatTheReportShows) {
  ServerReport night = busy_night();
  EXPECT_TRUE(has(page_of(night), "**Gain** 40,000 to 60,000 of the "));
  Workload& workload = night.workload;
  workload.coverage.to = *workload.coverage.from + kSecond * 120;  // taken for an hour
  Finding finding = night.findings[1];
  finding.gain = Gain{240, 2400};
  EXPECT_TRUE(gain_words(finding, workload).starts_with("10 to 100 of the "));
}

TEST(Markdown, ASecondFindingOfARuleIsShort) {
  ServerReport night = busy_night();
  Finding twin = night.findings[1];
  twin.key += "2";
  twin.level = Level::kLow;
  twin.rollback = "Another way back.";
  night.findings.push_back(twin);
  const std::string page = page_of(night);
  EXPECT_TRUE(has(page,
                  "| Caveats, Verify | as for [R1](#r1-transaction-idles-20-s-after-select-for"
                  "-update-on-carts) |\n| Rollback | Another way back. |") ||
              has(page, "| Rollback | Another way back. |\n| Caveats, Verify | as for [R1]("))
      << page.substr(page.find("### R3"));
  EXPECT_EQ(times(page, "The two transactions are no longer atomic."), 1U);
}

TEST(Markdown, CommandsInAdviceStandInABlock) {
  ServerReport night = busy_night();
  night.findings[1].remedy.text = "Call `f()` later.\nAs a net:\nALTER ROLE a SET b = '1s';";
  EXPECT_TRUE(has(page_of(night),
                  "\n\nCall `f()` later.\n\nAs a net:\n\n```sql\nALTER ROLE a SET b = "
                  "'1s';\n```\n\n"));
}

TEST(Markdown, TransactionsAreNamedByWhoAndWhat) {
  TransactionRow row = busy_night().workload.transactions[1];
  row.applications = {"checkout-api"};
  EXPECT_EQ(brief_label(row, 64), "checkout-api: SELECT carts FOR UPDATE; UPDATE carts");
  row.label = "BEGIN; (" + row.steps[1].text + ")×n; " + row.steps[2].text + "; COMMIT";
  row.applications.push_back("worker");
  EXPECT_EQ(brief_label(row, 64), "SELECT carts FOR UPDATE ×n; UPDATE carts");
}

TEST(Markdown, AFewHeavyExecutionsThatDoubleAreAChange) {
  ServerReport night = quiet_night();
  QueryRow& row = night.workload.queries[0];
  row.calls = row.previous_calls = 8;
  row.total = row.hold = sec(66);
  row.previous_total = row.previous_hold = sec(30);
  ASSERT_EQ(changes_of(night.workload).size(), 1U);
  EXPECT_EQ(changes_of(night.workload)[0].kind, "slower");
  row.total = sec(50);
  EXPECT_TRUE(changes_of(night.workload).empty());
}

TEST(Markdown, HoldersAddUpToTheWhole) {
  const ServerReport night = busy_night();
  const Holders holders = holders_of(night.workload, 8);
  Micros sum = holders.others.hold;
  for (const TransactionRow* row : holders.top) sum += row->hold;
  EXPECT_EQ(sum, total_hold(night.workload));
  EXPECT_EQ(holders.top.size() + holders.other_classes, night.workload.transactions.size());
  EXPECT_TRUE(has(page_of(night), "| 10 others |"));
}

TEST(Markdown, ChangesBelowOnePercentAreFolded) {
  const ServerReport night = busy_night();
  const std::vector<Change> changes = changes_of(night.workload);
  ASSERT_EQ(changes.size(), 4U);
  EXPECT_EQ(changes[0].kind, "slower");
  EXPECT_EQ(changes[1].kind, "more_traffic");
  EXPECT_TRUE(changes[2].notable);
  EXPECT_FALSE(changes[3].notable);
  EXPECT_TRUE(has(page_of(night), "<summary>1 smaller change "));
}

TEST(Markdown, ChanceIsNoChange) {
  ServerReport night = quiet_night();
  QueryRow& row = night.workload.queries[0];
  row.previous_calls = 700;             // 1.4 times the calls
  row.previous_total = ms(2100);        // the same mean
  night.workload.queries[1].calls = 3;  // too few to say anything
  night.workload.queries[1].previous_calls = 9;
  EXPECT_TRUE(changes_of(night.workload).empty());
}

TEST(Markdown, ShortNamesGrowWhereTwoCollide) {
  const ShortIds ids({"3f2a91c400000001", "3f2a91c4f0000001", "77d01e9000000000"});
  EXPECT_EQ(ids.of("3f2a91c400000001"), "3f2a91c40");
  EXPECT_EQ(ids.of("3f2a91c4f0000001"), "3f2a91c4f");
  EXPECT_EQ(ids.of("77d01e9000000000"), "77d01e90");
}

TEST(Markdown, ChartsHaveNoHoleAndNoTwoBarsOfOneName) {
  for (const int hours : {2, 24, 25, 100, 400, 9000}) {
    ServerReport night = busy_night();
    night.workload.hours.clear();
    for (const int hour : {0, hours - 1})
      night.workload.hours.push_back({at(1, 0) + kHour * hour, 1, 0, sec(3600)});
    const std::string page = page_of(night);
    ASSERT_TRUE(has(page, "xychart-beta")) << hours;
    EXPECT_FALSE(has(page, "null"));
    const std::size_t open = page.find("x-axis [") + 8;
    const std::string axis = page.substr(open, page.find(']', open) - open);
    std::set<std::string> names;
    std::istringstream in(axis);
    for (std::string name; in >> name;) names.insert(name.substr(0, name.rfind('"')));
    const auto bars = static_cast<std::size_t>(std::count(axis.begin(), axis.end(), '"')) / 2;
    EXPECT_LE(bars, 24U) << hours;
    EXPECT_GE(bars, 2U) << hours;
    const std::size_t bar = page.find("  bar [");
    const std::string values = page.substr(bar, page.find('\n', bar) - bar);
    EXPECT_EQ(static_cast<std::size_t>(std::count(values.begin(), values.end(), ',')) + 1, bars)
        << hours;
    EXPECT_EQ(times(axis, "\", \"") + 1, bars);
  }
  ServerReport one = busy_night();
  one.workload.hours.resize(1);
  EXPECT_FALSE(has(page_of(one), "xychart"));
}

TEST(Markdown, EveryLinkHasItsHeading) {
  for (const Report& report :
       {Report{{busy_night()}, {}}, Report{{hostile_night()}, {}}, Report{{incident_night()}, {}},
        Report{{busy_night(), incident_night(), quiet_night()}, {}}}) {
    const std::string page = render_markdown(report);
    std::multiset<std::string> seen;
    std::set<std::string> anchors;
    for (const std::string& line : plain_lines(page)) {
      const std::size_t level = line.find_first_not_of('#');
      if (level == 0 || level == line.npos || line[level] != ' ') continue;
      const std::string slug = heading_slug(line.substr(level + 1));
      anchors.insert(seen.count(slug) ? slug + "-" + std::to_string(seen.count(slug)) : slug);
      seen.insert(slug);
    }
    std::size_t links = 0;
    for (std::size_t at = 0; (at = page.find("](#", at)) != page.npos; ++links) {
      at += 3;
      const std::string target = page.substr(at, page.find(')', at) - at);
      EXPECT_TRUE(anchors.count(target)) << target;
    }
    EXPECT_GT(links, 20U);
  }
}

TEST(Markdown, SeveralServersHaveOneTitleAndASectionEach) {
  ServerReport other = quiet_night();
  other.workload.server = "shop-prod-2";
  const std::string page = render_markdown({{busy_night(), other}, {}});
  EXPECT_EQ(lines_of(page)[0], "# 2 servers · 2026-03-13 (Fri) · nightly report");
  EXPECT_TRUE(has(page, "| [`shop-prod-2`](#server-shop-prod-2) | 🟢 A quiet night. |"));
  EXPECT_TRUE(has(page, "\n## Server shop-prod-1\n"));
  EXPECT_TRUE(has(page, "\n#### Q 3f2a91c4\n"));
  EXPECT_TRUE(has(render_markdown({}), "no server yet"));
}

TEST(Markdown, HostileTextBreaksNothing) {
  for (const Report& report :
       {Report{{hostile_night()}, {}}, Report{{busy_night(), hostile_night()}, {}}}) {
    const std::string page = render_markdown(report);
    EXPECT_LT(page.size(), 200'000U);
    std::size_t tables = 0, headings = 0, details = 0;
    bool in_table = false;
    for (const std::string& line : plain_lines(page)) {
      tables += !in_table && line.starts_with("|");
      in_table = line.starts_with("|");
      headings += line.starts_with("#");
      details += line.starts_with("<details>");
    }
    const std::string html = html_of(page);
    EXPECT_EQ(times(html, "<table>"), tables);
    EXPECT_EQ(times(html, "<h1>") + times(html, "<h2>") + times(html, "<h3>") +
                  times(html, "<h4>") + times(html, "<h5>"),
              headings);
    EXPECT_EQ(times(html, "<details>"), details);
    EXPECT_EQ(times(html, "</details>"), details);
    for (const char* foreign :
         {"<script", "<img", "<iframe", "<!--", "href=\"http", "href=\"javascript", "<ol start"}) {
      EXPECT_EQ(times(html, foreign), 0U) << foreign;
    }
    EXPECT_GT(times(html, "&lt;script&gt;"), 3U);  // it is shown, as text
  }
}

TEST(Markdown, RowsHaveTheColumnsOfTheirTable) {
  std::size_t columns = 0;
  for (const std::string& line : plain_lines(page_of(hostile_night()))) {
    if (!line.starts_with("|")) {
      columns = 0;
      continue;
    }
    std::size_t pipes = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (line[at] == '\\')
        ++at;
      else
        pipes += line[at] == '|';
    }
    if (columns == 0) columns = pipes;
    EXPECT_EQ(pipes, columns) << line;
  }
}

TEST(Markdown, TheOrderOfFindingsDoesNotMatter) {
  ServerReport night = busy_night();
  const std::string page = page_of(night);
  std::reverse(night.findings.begin(), night.findings.end());
  EXPECT_EQ(page_of(night), page);
}

TEST(Markdown, FilesStandOnlyInTheAppendix) {
  const std::string page = page_of(busy_night());
  EXPECT_GT(page.find("postgresql.csv"), page.find("## Appendix"));
  EXPECT_TRUE(has(page, "| `postgresql.csv:88121` |"));
}

}  // namespace
}  // namespace pgcounsel
