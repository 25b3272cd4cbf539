// What a file of SQL is by its name and its comments: a migration of one of the usual tools, named
// queries, a dump; which of its statements are run, and what they are called.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/review.h"
#include "parser/sql/sql_file.h"

namespace pgcounsel {

struct SqlScript {
  std::string_view tool;  // "Flyway"; empty: none is known
  ReviewKind kind = ReviewKind::kQueries;
  bool one_transaction = false;
  bool at_names = false;         // `@name` is a parameter
  std::string_view passed_over;  // why none of it is looked at; empty: it is
  std::vector<bool> run;         // of each piece: it is run on the way forward
  std::vector<std::string> names;
};
SqlScript script_of(std::string_view path, std::string_view text, const SqlFile& file);

// The order in which migrations are run: by folder, then numbers as numbers (V2 before V10),
// repeatable ones of Flyway last.
bool runs_before(std::string_view path, std::string_view other);

}  // namespace pgcounsel
