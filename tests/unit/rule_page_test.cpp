#include "analyzer/report/rule_page.h"

#include <gtest/gtest.h>

namespace pgcounsel {
namespace {

constexpr std::string_view kPage =
    "# id — title\nlevel: low to high · needs: SQL · safety: advisory\n\n## What it "
    "finds\n\nThis.\n"
    "\n## What to do\n\nFirst part, e.g. here\nand 1.5 s there. Then\n`that`.\n\nMore.\n\n"
    "## Cases\n\n### fires: x\n";

TEST(RulePage, GivesASection) {
  EXPECT_EQ(section_of(kPage, "What it finds"), "This.");
  EXPECT_EQ(section_of(kPage, "What to do"),
            "First part, e.g. here\nand 1.5 s there. Then\n`that`.\n\nMore.");
  EXPECT_EQ(section_of(kPage, "Cases"), "### fires: x");
  EXPECT_EQ(section_of(kPage, "What"), "");
  EXPECT_EQ(section_of("", "Cases"), "");
  EXPECT_EQ(section_of("x\n## Cases", "Cases"), "");
}

TEST(RulePage, CutsParagraphsAndSentences) {
  const std::string_view text = section_of(kPage, "What to do");
  EXPECT_EQ(first_paragraph(text), "First part, e.g. here and 1.5 s there. Then `that`.");
  EXPECT_EQ(first_sentence(text), "First part, e.g. here and 1.5 s there.");
  EXPECT_EQ(first_sentence("No end"), "No end");
  EXPECT_EQ(first_sentence("Why? Because."), "Why?");
  EXPECT_EQ(first_sentence(""), "");
}

TEST(RulePage, KnowsTheHighestLevel) {
  EXPECT_EQ(highest_level(kPage), Level::kHigh);
  EXPECT_EQ(highest_level("# a\nlevel: medium · needs: SQL\n"), Level::kMedium);
  EXPECT_EQ(highest_level("# a\nlevel: purple\n"), std::nullopt);
  EXPECT_EQ(highest_level("level: high"), std::nullopt);
}

TEST(RulePage, LeavesCasesOut) {
  EXPECT_TRUE(without_cases(kPage).ends_with("More."));
  EXPECT_EQ(without_cases("# a"), "# a");
}

}  // namespace
}  // namespace pgcounsel
