// `-- pgcounsel:ignore RULE, RULE reason: words` in a file's comments: which statement each one
// means. It stands above the statement, inside it, or behind it on its last line;
// `pgcounsel:ignore-file` is for all statements of the file.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/review.h"
#include "parser/sql/sql_file.h"

namespace pgcounsel {

// `statements`: of each piece, its place in Review::statements, or kNotRun.
constexpr std::size_t kNotRun = static_cast<std::size_t>(-1);
std::vector<ReviewIgnore> ignores_of(std::string_view text, const SqlFile& file,
                                     const std::vector<std::size_t>& statements);

// Which statement of the review a place is in.
class StatementFinder {
 public:
  explicit StatementFinder(const Review& review);
  std::optional<std::size_t> file(const Place& place) const;
  std::size_t at(const Place& place) const;  // kNotRun: in none

 private:
  const Review& review_;
  std::map<std::string_view, std::size_t> files_;
};

// Takes away what is ignored, and answers how many that were; marks the ignores that did it.
std::size_t take_ignored(Findings& findings, Review& review);

}  // namespace pgcounsel
