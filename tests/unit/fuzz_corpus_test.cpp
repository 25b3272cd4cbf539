// The kept inputs of the fuzz targets, as tests: made by hand, or found by fuzzing.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <random>
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

// A small mutation of one input: bytes changed, a part left out, a part of another put in.
std::string changed(std::string bytes, const std::string& other, std::mt19937& random) {
  constexpr std::size_t kLongest = 2048;
  const auto below = [&random](std::size_t end) {
    return end == 0 ? 0 : static_cast<std::size_t>(random()) % end;
  };
  for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
    const std::size_t at = below(bytes.size());
    switch (below(3)) {
      case 0:
        if (!bytes.empty()) bytes[at] = static_cast<char>(below(256));
        break;
      case 1:
        bytes.erase(at, below(16));
        break;
      default:
        bytes.insert(at, other.substr(below(other.size()), below(64)));
        break;
    }
  }
  return bytes.substr(0, kLongest);
}

// Only that nothing crashes, hangs or makes a sanitizer speak: laws that new inputs break are what
// fuzzing is for.
TEST_P(FuzzCorpus, BearsWhatIsMadeOfItsInputs) {
  constexpr int kInputs = 100;
  std::vector<std::string> inputs;
  for (const fs::path& file : files_of(GetParam().name)) inputs.push_back(read_file(file.string()));
  std::mt19937 random(1);
  for (int i = 0; i < kInputs; ++i) {
    const ExactBytes bytes(
        changed(inputs.at(random() % inputs.size()), inputs.at(random() % inputs.size()), random));
    try {
      GetParam().run(bytes.view());
    } catch (const BrokenLaw&) {
      continue;
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
