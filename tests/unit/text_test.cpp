#include <gtest/gtest.h>

#include <sstream>

#include "analyzer/report/escape.h"
#include "tests/unit/report_samples.h"

namespace pgcounsel {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(Text, FitsATerminal) {
  for (const ServerReport& night :
       {quiet_night(), busy_night(), hostile_night(), ServerReport{empty_night(), {}}}) {
    const std::vector<std::string> lines = lines_of(render_text({{night}, {}}, false));
    EXPECT_LE(lines.size(), 45U);
    for (const std::string& line : lines) EXPECT_LE(length_of(line), 100U) << line;
  }
}

TEST(Text, SaysTheWorstFirst) {
  const std::vector<std::string> lines = lines_of(render_text({{busy_night()}, {}}, false));
  EXPECT_EQ(lines[0], "shop-prod-1  2026-03-13 00:00 – 2026-03-14 00:00 UTC");
  EXPECT_EQ(lines[1],
            "18,204 connections refused: the limit was reached. Transaction idles 2.0 s after "
            "SELECT FOR UPDATE");
  EXPECT_EQ(lines[2], "on carts.");
}

TEST(Text, ShowsEachFindingWithItsRemedy) {
  const std::string out = render_text({{busy_night()}, {}}, false);
  EXPECT_NE(out.find("R1 high     Transaction idles"), out.npos);
  EXPECT_NE(
      out.find("\n              ALTER ROLE web SET idle_in_transaction_session_timeout = '10s';\n"),
      out.npos);
}

TEST(Text, HasColorsOnlyWhenAsked) {
  EXPECT_EQ(render_text({{busy_night()}, {}}, false).find('\x1b'), std::string::npos);
  EXPECT_NE(render_text({{busy_night()}, {}}, true).find("\x1b[1;31m"), std::string::npos);
}

TEST(Text, NoForeignByteSteersTheTerminal) {
  const std::string out = render_text({{hostile_night()}, {}}, false);
  for (const char c : out) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  EXPECT_EQ(out.find("\xc2\x9b"), out.npos);
  EXPECT_EQ(out.find("\xe2\x80\xae"), out.npos);
}

TEST(Text, AQuietNightSaysSo) {
  const std::string out = render_text({{quiet_night()}, {}}, false);
  EXPECT_EQ(lines_of(out)[1], "A quiet night.");
  EXPECT_EQ(out.find("Recommendations"), out.npos);
}

}  // namespace
}  // namespace pgcounsel
