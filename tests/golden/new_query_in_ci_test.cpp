// The story of samples/new_query_in_ci: the comment on its pull request as a file that a person can
// read, and what it must and must not speak of. PGCOUNSEL_BLESS=1 writes the file anew.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

const std::string kSample = std::string(PGCOUNSEL_SOURCE_DIR) + "/samples/new_query_in_ci/";

// What review.sh prints, and its exit code in the last line.
std::string reviewed(const std::string& form) {
  return run("bash " + kSample + "review.sh " PGCOUNSEL_BINARY " --format " + form + "; echo $?");
}

const std::string& comment() {
  static const std::string text = reviewed("markdown");
  return text;
}

bool tells(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

TEST(GoldenNewQueryInCi, TheCommentIsTheExpectedOne) {
  const char* bless = std::getenv("PGCOUNSEL_BLESS");
  if (bless != nullptr && std::string_view(bless) == "1") {
    std::ofstream(kSample + "expected.md", std::ios::binary)
        << comment().substr(0, comment().size() - 2);
  }
  EXPECT_EQ(comment(), read_file(kSample + "expected.md") + "1\n");
}

TEST(GoldenNewQueryInCi, ItSpeaksOfThePullRequestAlone) {
  const std::string lines = reviewed("gcc");
  EXPECT_TRUE(lines.ends_with("\n1\n")) << lines;
  for (const std::string_view place :
       {"migrations/V3__orders_with_coupons.sql:3:", "migrations/V3__orders_with_coupons.sql:4:",
        "queries/coupons.sql:2:", "queries/coupons.sql:5:", "queries/coupons.sql:8:"}) {
    EXPECT_TRUE(tells(lines, place)) << place << "\n" << lines;
  }
  for (const std::string_view old : {"V1__shop", "V2__coupons", "queries/orders.sql"}) {
    EXPECT_FALSE(tells(lines, old)) << old << "\n" << lines;
  }
}

TEST(GoldenNewQueryInCi, WhatProductionAsksIsKnown) {
  const std::string json = reviewed("json");
  std::size_t known = 0;
  for (std::size_t at = json.find("\"is_new\": false"); at != std::string::npos;
       at = json.find("\"is_new\": false", at + 1)) {
    ++known;
  }
  EXPECT_EQ(known, 4U) << "the queries of orders.sql but none of coupons.sql";
}

}  // namespace
}  // namespace pgcounsel
