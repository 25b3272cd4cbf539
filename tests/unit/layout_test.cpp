// Holds the source tree to the plan of the house: which folder may know which, in which room each
// library lives, how large a file may grow, what stands at the top.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {
namespace {

namespace fs = std::filesystem;

struct Include {
  std::string file;  // from the root
  std::size_t line = 0;
  std::string target;
  bool quoted = false;
};

struct Source {
  std::string file;
  std::size_t lines = 0;
  std::vector<Include> includes;
};

const fs::path& root() {
  static const fs::path path = PGCOUNSEL_SOURCE_DIR;
  return path;
}

// `#include <x>` or `#include "x"`; nothing of the sort leaves `target` empty.
Include include_of(std::string_view line) {
  constexpr std::string_view kDirective = "#include ";
  Include include;
  if (!line.starts_with(kDirective)) return include;
  line.remove_prefix(kDirective.size());
  const std::size_t end = line.find_last_of("\">");
  if (line.size() < 2 || end == 0 || end == std::string_view::npos) return include;
  include.quoted = line.front() == '"';
  include.target = line.substr(1, end - 1);
  return include;
}

Source read_source(const fs::path& path) {
  Source source;
  source.file = fs::relative(path, root()).generic_string();
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) {
    ++source.lines;
    Include include = include_of(line);
    if (include.target.empty()) continue;
    include.file = source.file;
    include.line = source.lines;
    source.includes.push_back(std::move(include));
  }
  return source;
}

const std::vector<Source>& sources() {
  static const std::vector<Source> all = [] {
    std::vector<Source> found;
    for (const char* folder : {"parser", "analyzer", "advisors", "tests"}) {
      for (const auto& entry : fs::recursive_directory_iterator(root() / folder)) {
        const fs::path extension = entry.path().extension();
        if (extension == ".h" || extension == ".cpp") found.push_back(read_source(entry.path()));
      }
    }
    return found;
  }();
  return all;
}

// Order of the folders; an include may point to the same number or a smaller one.
int order_of(std::string_view path) {
  const std::string_view folder = path.substr(0, path.find('/'));
  const std::vector<std::string_view> order{"parser", "analyzer", "advisors", "tests"};
  auto found = std::ranges::find(order, folder);
  return found == order.end() ? -1 : static_cast<int>(found - order.begin());
}

// Libraries by the beginning of what is included, and the only files that may.
struct Room {
  std::string_view library, files;
};

constexpr Room kRooms[] = {
    {"pg_query", "parser/sql/pg_query.cpp"},
    {"archive", "parser/input.cpp"},
    {"SQLiteCpp", "analyzer/ledger/"},
    {"sqlite3", "analyzer/ledger/"},
    {"boost/", "advisors/cli/options.cpp"},
    {"date/", "parser/time.cpp"},
    {"libpq", "parser/schema/"},
    {"simdjson", "parser/json.cpp"},
};

std::string at(const Include& include) {
  return include.file + ":" + std::to_string(include.line) + " includes " + include.target;
}

TEST(Layout, FindsTheSources) {
  EXPECT_GT(sources().size(), 20U);
}

TEST(Layout, IncludesPointOnlyLeft) {
  for (const Source& source : sources()) {
    for (const Include& include : source.includes) {
      if (!include.quoted) continue;
      EXPECT_LE(order_of(include.target), order_of(source.file)) << at(include);
    }
  }
}

TEST(Layout, QuotedIncludesAreWrittenFromTheRoot) {
  for (const Source& source : sources()) {
    for (const Include& include : source.includes) {
      if (!include.quoted) continue;
      // The file itself may be generated; its folder is in the tree.
      EXPECT_TRUE(fs::is_directory((root() / include.target).parent_path())) << at(include);
      EXPECT_GE(order_of(include.target), 0) << at(include);
    }
  }
}

TEST(Layout, LibrariesStayInTheirRooms) {
  for (const Source& source : sources()) {
    if (source.file.starts_with("tests/")) continue;
    for (const Include& include : source.includes) {
      if (include.quoted && order_of(include.target) >= 0) continue;
      for (const Room& room : kRooms) {
        if (!include.target.starts_with(room.library)) continue;
        EXPECT_TRUE(source.file.starts_with(room.files)) << at(include);
      }
    }
  }
}

TEST(Layout, NoSourceFileIsLong) {
  constexpr std::size_t kMost = 800;
  for (const Source& source : sources()) EXPECT_LE(source.lines, kMost) << source.file;
}

TEST(Layout, TopIsWhatThePlanSays) {
  const std::set<std::string> plan{"CMakeLists.txt", "parser",  "analyzer",  "advisors",
                                   "tests",          "samples", "README.md", "LICENSE"};
  std::set<std::string> top;
  for (const auto& entry : fs::directory_iterator(root())) {
    const std::string name = entry.path().filename().string();
    const bool hidden = name.starts_with("."), built = name.starts_with("build");
    if (!hidden && !built) top.insert(name);
  }
  EXPECT_EQ(top, plan);
}

TEST(Layout, HeadersBeginWithWhatTheyAnswer) {
  for (const Source& source : sources()) {
    if (!source.file.ends_with(".h")) continue;
    std::ifstream in(root() / source.file);
    std::string first;
    std::getline(in, first);
    EXPECT_TRUE(first.starts_with("// ")) << source.file << " begins with: " << first;
  }
}

}  // namespace
}  // namespace pgcounsel
