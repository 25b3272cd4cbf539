#include "analyzer/review/baseline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace pgcounsel {
namespace {

Finding finding_of(std::string key, std::size_t line = 1, std::string file = "a.sql") {
  Finding finding;
  finding.key = std::move(key);
  finding.place = Place{std::move(file), line, 1, line, 1};
  return finding;
}

// Without the comment at its head.
std::string lines_of(const std::string& text) {
  const std::size_t last = text.rfind("#");
  return text.substr(text.find('\n', last) + 1);
}

TEST(Baseline, IsALineAFindingSorted) {
  const Findings findings{finding_of("b:1:t"), finding_of("a:2"), finding_of("b:1:t", 7)};
  const std::string text = render_baseline(baseline_of(findings));
  EXPECT_EQ(lines_of(text), "a:2 x1\nb:1:t x2\n");
  EXPECT_EQ(text.front(), '#');
}

TEST(Baseline, IsSortedAsLinesAre) {
  const std::string text = lines_of(render_baseline({{"a:1", 1}, {"a:1!", 1}, {"a:10", 1}}));
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  }
  EXPECT_TRUE(std::ranges::is_sorted(lines)) << text;
}

TEST(Baseline, ReadsWhatItWrites) {
  const Findings findings{finding_of("a:1:my table"), finding_of("a:1:x\ny"), finding_of("a:1:50%"),
                          finding_of("a:1:ö x2")};
  const Baseline baseline = baseline_of(findings);
  const auto read = parse_baseline(render_baseline(baseline), "b");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, baseline);
  Findings again = findings;
  EXPECT_EQ(take_old(again, *read), 4U);
  EXPECT_TRUE(again.empty());
}

TEST(Baseline, MoreThanItTellsAreNew) {
  Findings findings{finding_of("a:1", 9), finding_of("a:1", 2), finding_of("a:1", 5),
                    finding_of("b:1")};
  EXPECT_EQ(take_old(findings, {{"a:1", 2}, {"c:1", 1}}), 2U);
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[0].place->line, 9U) << "the first ones are old";
  EXPECT_EQ(findings[1].key, "b:1");
}

TEST(Baseline, ReadsWhatMergesLeave) {
  const auto read = parse_baseline("# a\r\n\r\n  a:1 x1\r\na:1 x3\nb:2 x1", "b");
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, (Baseline{{"a:1", 3}, {"b:2", 1}}));
  EXPECT_TRUE(parse_baseline("", "b")->empty());
}

TEST(Baseline, NamesTheLineThatIsNone) {
  for (const std::string_view line : {"<<<<<<< HEAD", "a:1", "a:1 x0", "a:1 x-1", "a:1 x", "x1",
                                      "a x1", "a:1 b x1", "a:1 x99999999999999999999"}) {
    const auto read = parse_baseline("# head\na:1 x1\n" + std::string(line) + "\n", "my.lock");
    ASSERT_FALSE(read) << line;
    EXPECT_EQ(read.error().message.rfind("my.lock:3: ", 0), 0U) << read.error().message;
  }
}

}  // namespace
}  // namespace pgcounsel
