// What `check` looks at: statements of files and logs that are new to the database, resolved
// against what is known of it. Built once, never changed afterwards; rules are functions over it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "parser/schema/catalog.h"
#include "parser/sql/fingerprint.h"
#include "parser/sql/names.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

struct QueryRow;

enum class ReviewKind : std::uint8_t {
  kQueries,    // what an application asks
  kMigration,  // what is run once, on tables that have rows
  kLog,        // executed statements, without their values
};

struct ReviewFile {
  std::string path;
  ReviewKind kind = ReviewKind::kQueries;
  // The tool that runs it puts all of it into one transaction (Flyway, Rails, dbmate, ...); false
  // where it does not, or where that is not known.
  bool one_transaction = false;
};

struct ReviewStatement {
  std::size_t file = 0;  // of Review::files
  std::string text;      // as it stands, without semicolon
  std::size_t line = 1, column = 1, end_line = 1, end_column = 1;  // of the text, from 1
  std::string name;  // of `-- name: X`, or the action that a tag in a log tells
  Fingerprint fingerprint;
  std::string query;                // normalised, without values
  bool is_new = true;               // the ledger does not know it; true without a ledger
  const QueryRow* known = nullptr;  // of the ledger
  std::optional<SyntaxTree> tree;
  SyntaxError error;  // where there is no tree
  Names names;
};

struct Review {
  std::vector<ReviewFile> files;
  std::vector<ReviewStatement> statements;                        // by file, then by place
  std::unique_ptr<Catalog> before = std::make_unique<Catalog>();  // what was given
  // The same with what the checked files do to it: names are resolved against it.
  std::unique_ptr<Catalog> catalog = std::make_unique<Catalog>();
  int server_version = 150000;
};

}  // namespace pgcounsel
