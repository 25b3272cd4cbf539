#include "analyzer/review/review_files.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

std::vector<std::string> names_of(const Result<ReviewFiles>& files, const Scratch& scratch) {
  std::vector<std::string> names;
  if (!files) return {files.error().message};
  for (const ReviewInput& input : files->inputs) {
    names.push_back(input.path.substr(std::min(scratch.folder().size() + 1, input.path.size())));
  }
  return names;
}

constexpr std::string_view kLog =
    "2026-03-12 10:00:00.000 UTC [7] LOG:  statement: BEGIN\n"
    "2026-03-12 10:00:00.001 UTC [7] LOG:  duration: 1.000 ms  statement: SELECT name FROM users "
    "WHERE id = 4711 /*action='show',controller='users'*/\n"
    "2026-03-12 10:00:00.002 UTC [7] LOG:  duration: 1.000 ms  statement: SELECT name FROM users "
    "WHERE id = 4712\n"
    "2026-03-12 10:00:00.003 UTC [7] LOG:  duration: 1.000 ms  execute S_1: DELETE FROM users\n"
    "\tWHERE name = $1\n"
    "2026-03-12 10:00:00.004 UTC [7] DETAIL:  parameters: $1 = 'Ann'\n"
    "2026-03-12 10:00:00.005 UTC [7] LOG:  statement: SET search_path = x; SELECT 'secret' AS b\n"
    "2026-03-12 10:00:00.006 UTC [7] LOG:  duration: 1.000 ms  parse S_2: SELECT 3\n"
    "2026-03-12 10:00:00.007 UTC [7] LOG:  statement: COMMIT\n";

TEST(ReviewFiles, TakesSqlAndLogsOfDirectories) {
  const Scratch scratch;
  scratch.write("d/V10__b.sql", "SELECT 1;");
  scratch.write("d/V2__a.sql", "SELECT 2;");
  scratch.write("d/readme.md", "SELECT 3;");
  scratch.write("d/package.json", "{\"a\": 1}");
  scratch.write("d/test.log", kLog);
  scratch.write("d/.hidden.sql", "SELECT 4;");
  scratch.write("e/a.sql", "SELECT 5;");
  const std::vector<std::string> wanted{"d/V2__a.sql", "d/V10__b.sql", "d/test.log", "e/a.sql"};
  EXPECT_EQ(names_of(read_review_files({scratch.path("d"), scratch.path("e")}, {}), scratch),
            wanted);
  EXPECT_EQ(names_of(read_review_files({scratch.path("e/a.sql"), scratch.path("d"),
                                        scratch.path("d") + "/./V2__a.sql", scratch.path("e")},
                                       {}),
                     scratch),
            wanted);
}

TEST(ReviewFiles, RefusesWhatCannotBeRead) {
  const Scratch scratch;
  scratch.write("d/readme.md", "x");
  const auto nothing = read_review_files({scratch.path("d")}, {});
  ASSERT_FALSE(nothing);
  EXPECT_NE(nothing.error().message.find(scratch.path("d")), std::string::npos);
  const auto missing = read_review_files({scratch.path("no.sql")}, {});
  ASSERT_FALSE(missing);
  EXPECT_NE(missing.error().message.find("no.sql"), std::string::npos);
}

TEST(ReviewFiles, ReadsTheDistinctStatementsOfALog) {
  const Scratch scratch;
  const auto files = read_review_files({scratch.write("test.log", kLog)}, {});
  ASSERT_TRUE(files) << files.error().message;
  ASSERT_EQ(files->inputs.size(), 1U);
  ASSERT_TRUE(files->inputs[0].logged);
  std::string told;
  for (const LoggedStatement& one : *files->inputs[0].logged) {
    told += fmt::format("{} {} [{}]\n", one.line, one.text, one.name);
  }
  EXPECT_EQ(told,
            "2 SELECT name FROM users WHERE id = $1 [users#show]\n"
            "4 DELETE FROM users WHERE name = $1 []\n"
            "7 SELECT $2 AS b []\n");
}

TEST(ReviewFiles, ReadsOtherEncodings) {
  const Scratch scratch;
  std::string wide = "\xFF\xFE";
  for (const char c : std::string_view("SELECT 1;\n")) wide += {c, '\0'};
  const std::vector<std::string> paths{
      scratch.write("a.sql", "\xEF\xBB\xBFSELECT 1;\n"), scratch.write("b.sql", wide),
      scratch.write("c.sql", "SELECT '\xFC';\n"), scratch.write("d.sql", "")};
  const auto files = read_review_files(paths, {});
  ASSERT_TRUE(files);
  ASSERT_EQ(files->inputs.size(), 4U);
  EXPECT_EQ(files->inputs[0].text, "SELECT 1;\n");
  EXPECT_EQ(files->inputs[1].text, "SELECT 1;\n");
  EXPECT_EQ(files->inputs[2].text, "SELECT '\xFC';\n");
  EXPECT_EQ(files->inputs[3].text, "");
  ASSERT_EQ(files->notes.size(), 2U);
  EXPECT_NE(files->notes[0].find("b.sql: is UTF-16"), std::string::npos);
  EXPECT_NE(files->notes[1].find("c.sql: is not UTF-8"), std::string::npos);
}

TEST(ReviewFiles, ReadsCompressedFiles) {
  const Scratch scratch;
  const std::string path = scratch.write("a.sql", "SELECT 1;\n");
  run("gzip -k " + path);
  const auto files = read_review_files({path + ".gz"}, {});
  ASSERT_TRUE(files);
  EXPECT_EQ(files->inputs[0].text, "SELECT 1;\n");
}

}  // namespace
}  // namespace pgcounsel
