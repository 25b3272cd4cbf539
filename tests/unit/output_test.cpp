#include "advisors/cli/output.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace pgcounsel {
namespace {

namespace fs = std::filesystem;

class Output : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) / fmt::format("pgcounsel-output-{}", ::getpid());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string path(std::string_view name) const { return (folder_ / name).string(); }
  std::string content(std::string_view name) const {
    std::ifstream in(folder_ / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static mode_t mode(const std::string& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    return status.st_mode & 07777;
  }

  fs::path folder_;
};

TEST_F(Output, NewFileFollowsTheUmaskAndNothingStaysBesideIt) {
  const mode_t before = ::umask(022);
  ASSERT_TRUE(write_output(path("report.md"), "# night\n"));
  ::umask(before);
  EXPECT_EQ(content("report.md"), "# night\n");
  EXPECT_EQ(mode(path("report.md")), 0644U);
  EXPECT_EQ(files(), 1U);
}

TEST_F(Output, ReplacedFileKeepsItsModeAndALinkStaysALink) {
  ASSERT_TRUE(write_output(path("real.md"), "old"));
  ASSERT_EQ(::chmod(path("real.md").c_str(), 0640), 0);
  fs::create_symlink("real.md", folder_ / "link.md");
  ASSERT_TRUE(write_output(path("link.md"), "new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link.md"));
  EXPECT_EQ(content("real.md"), "new");
  EXPECT_EQ(mode(path("real.md")), 0640U);
  EXPECT_EQ(files(), 2U);
}

TEST_F(Output, DevicesAreWrittenInPlace) {
  EXPECT_TRUE(write_output("/dev/null", "x"));
  Result<void> full = write_output("/dev/full", "x");
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().message, "cannot write /dev/full: No space left on device");
}

TEST_F(Output, ErrorsNameTheFile) {
  EXPECT_EQ(write_output(path("no/such/folder.md"), "x").error().message,
            "cannot write " + path("no/such/folder.md") + ": No such file or directory");
  EXPECT_EQ(write_output(folder_.string(), "x").error().message,
            "cannot write " + folder_.string() + ": Is a directory");
  EXPECT_EQ(files(), 0U);
}

TEST_F(Output, ColorsObeyTheOptionThenTheEnvironment) {
  Options options;
  options.color = ColorWhen::kAlways;
  EXPECT_TRUE(wants_color(options));
  options.color = ColorWhen::kNever;
  EXPECT_FALSE(wants_color(options));
  options.color = ColorWhen::kAuto;
  ::setenv("CLICOLOR_FORCE", "1", 1);
  EXPECT_TRUE(wants_color(options));
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_FALSE(wants_color(options));
  ::unsetenv("NO_COLOR");
  options.output = "report.txt";
  EXPECT_FALSE(wants_color(options));
  ::unsetenv("CLICOLOR_FORCE");
}

}  // namespace
}  // namespace pgcounsel
