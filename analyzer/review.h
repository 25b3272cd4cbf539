// What `check` looks at: statements of files and logs that are new to the database, resolved
// against what is known of it. Built once, never changed afterwards; rules are functions over it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  std::string_view tool;  // "Flyway", "sqlc"; empty: none is known by its name or its comments
  // The tool that runs it puts all of it into one transaction (Flyway, Rails, dbmate, ...); false
  // where it does not, or where that is not known.
  bool one_transaction = false;
};

// Why a statement has no tree.
enum class Refusal : std::uint8_t {
  kNone,
  kSyntax,
  kUnclosed,  // a string, name or comment in it has no end, and takes in all that follows
  kNewer,     // `refused` names what a newer server may accept
  kTemplate,  // `refused` names what stands where SQL should
  kTooDeep,
};

struct ReviewStatement {
  std::size_t file = 0;  // of Review::files
  std::string text;      // as it stands, without semicolon; `$n` for parameters written otherwise
  std::vector<std::size_t> inserted;  // bytes of it that the file has not, ascending
  std::size_t line = 1, column = 1, end_line = 1, end_column = 1;  // of the text, from 1
  std::string name;                 // of `-- name: X`, or the action that a tag in a log tells
  Fingerprint fingerprint;          // of the file's text, where that is SQL as it stands
  Fingerprint sent;                 // of `text`, as a server gets it; mostly the same
  std::string query;                // normalised, without values
  bool is_new = true;               // the ledger does not know it; true without a ledger
  const QueryRow* known = nullptr;  // of the ledger
  std::optional<SyntaxTree> tree;
  SyntaxError error;  // where there is no tree
  Refusal refusal = Refusal::kNone;
  std::string refused;
  Names names;
};

// `-- pgcounsel:ignore RULE, RULE reason: words`
struct ReviewIgnore {
  enum class Use : std::uint8_t { kNotJudged, kUsed, kUnused };
  struct Rule {
    std::string id;
    Use use = Use::kNotJudged;
  };

  std::size_t file = 0;
  std::optional<std::size_t> statement;  // of Review::statements
  bool whole_file = false;               // `pgcounsel:ignore-file`
  std::vector<Rule> rules;
  std::string reason;
  std::size_t line = 1, column = 1, end_line = 1, end_column = 1;
};

struct Review {
  std::vector<ReviewFile> files;
  std::vector<ReviewStatement> statements;                        // by file, then by place
  std::unique_ptr<Catalog> before = std::make_unique<Catalog>();  // what was given
  // The same with what the checked files do to it: names are resolved against it.
  std::unique_ptr<Catalog> catalog = std::make_unique<Catalog>();
  std::vector<ReviewIgnore> ignores;  // by file, then by place
  std::vector<std::string> notes;     // what was passed over, and what is not known
  int server_version = 150000;
};

// Where a byte of the statement's text stands in its file. In a log that is the record's first
// line, whatever the byte.
struct FilePosition {
  std::size_t line = 1, column = 1;
};
FilePosition position_in_file(const Review& review, const ReviewStatement& statement,
                              std::size_t byte);

}  // namespace pgcounsel
