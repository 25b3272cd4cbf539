// The kept inputs of the fuzz targets, as tests: made by hand, or found by fuzzing.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/fuzz/support.h"
#include "tests/fuzz/targets.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

namespace fs = std::filesystem;

fs::path corpus() {
  return fs::path(PGCOUNSEL_SOURCE_DIR) / "tests/fuzz/corpus";
}

std::vector<fs::path> files_of(std::string_view target) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(corpus() / target)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class FuzzCorpus : public testing::TestWithParam<FuzzTarget> {};

TEST_P(FuzzCorpus, BreaksNoLaw) {
  const auto files = files_of(GetParam().name);
  EXPECT_GE(files.size(), 5U);
  for (const fs::path& file : files) {
    const ExactBytes bytes(read_file(file.string()));
    try {
      GetParam().run(bytes.view());
    } catch (const BrokenLaw& law) {
      ADD_FAILURE() << file.filename() << ": " << law.what();
    }
  }
}

// Inputs that break off anywhere, and what targets cut by their bytes, is cut elsewhere.
TEST_P(FuzzCorpus, BreaksNoLawWhereItEndsEarlier) {
  constexpr std::size_t kEnds = 40;
  for (const fs::path& file : files_of(GetParam().name)) {
    const std::string bytes = read_file(file.string());
    const std::size_t step = bytes.size() / kEnds + 1;
    for (std::size_t size = 0; size < bytes.size(); size += step) {
      const ExactBytes part(std::string_view(bytes).substr(0, size));
      try {
        GetParam().run(part.view());
      } catch (const BrokenLaw& law) {
        ADD_FAILURE() << file.filename() << " up to " << size << ": " << law.what();
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, FuzzCorpus, testing::ValuesIn(kFuzzTargets),
                         [](const auto& target) { return std::string(target.param.name); });

TEST(FuzzCorpusFolder, HasOneForEachTargetAndIsSmall) {
  std::set<std::string> folders, targets;
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(corpus())) {
    folders.insert(entry.path().filename().string());
  }
  for (const auto& entry : fs::recursive_directory_iterator(corpus())) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  for (const FuzzTarget& target : kFuzzTargets) targets.emplace(target.name);
  EXPECT_EQ(folders, targets);
  EXPECT_LT(bytes, 300'000U);
}

}  // namespace
}  // namespace pgcounsel
