// Texts -> Review: split, parsed, applied to the catalogue, resolved.
#pragma once
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/review.h"

namespace pgcounsel {

// A statement that a server logged, without its values.
struct LoggedStatement {
  std::string text;
  std::string name;  // the action that a tag tells
  std::size_t line = 1;
};

// What the file is (a migration, named queries) is told by its path and comments.
struct ReviewInput {
  std::string path;
  std::string text;                                         // of a file of SQL, UTF-8
  std::optional<std::vector<LoggedStatement>> logged = {};  // of a log, by line
};

// The DDL of the inputs is applied to a copy of `before` in the order given.
std::unique_ptr<Review> build_review(std::vector<ReviewInput> inputs, Catalog before);

}  // namespace pgcounsel
