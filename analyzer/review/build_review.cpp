#include "analyzer/review/build_review.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "analyzer/review/against.h"
#include "analyzer/review/conventions.h"
#include "analyzer/review/ignores.h"
#include "analyzer/review/parsed_statement.h"
#include "parser/schema/ddl.h"
#include "parser/sql/sql_file.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {
namespace {

// As drivers and ORMs do to learn of types and columns.
bool asks_the_catalogue_alone(const SyntaxTree& statement) {
  const std::vector<std::string> tables = tables_of(statement);
  return !tables.empty() && std::ranges::all_of(tables, [](std::string_view table) {
    return table.starts_with("pg_") || table.starts_with("information_schema.");
  });
}

class Builder {
 public:
  explicit Builder(Review& review) : review_(review) {}

  void add(ReviewInput input) {
    const std::size_t file = review_.files.size();
    review_.files.push_back({input.path, ReviewKind::kLog, {}, false});
    if (input.logged) {
      for (const LoggedStatement& logged : *input.logged) add_logged(file, logged);
    } else {
      add_script(file, input);
    }
    // A file is a session of its own.
    review_.catalog->search_path = review_.before->search_path;
  }

  // Each statement by the search_path that holds where it stands.
  void resolve() {
    for (std::size_t at = 0; at < review_.statements.size(); ++at) {
      ReviewStatement& statement = review_.statements[at];
      if (!statement.tree) continue;
      review_.catalog->search_path = paths_[path_of_[at]];
      statement.names = Names(statement.tree->root(), *review_.catalog);
    }
    review_.catalog->search_path = review_.before->search_path;
  }

 private:
  void add_logged(std::size_t file, const LoggedStatement& logged) {
    ReviewStatement statement;
    statement.file = file;
    statement.line = statement.end_line = logged.line;
    statement.name = logged.name;
    parse_normalised_into(statement, logged.text);
    if (statement.tree && asks_the_catalogue_alone(*statement.tree)) return;
    const std::string as_read = statement.text;
    finish(std::move(statement), as_read);
  }

  void add_script(std::size_t file, const ReviewInput& input) {
    const std::string_view text = input.text;
    const SqlFile parts = read_sql_file(text);
    const SqlScript script = script_of(input.path, text, parts);
    ReviewFile& row = review_.files[file];
    row.kind = script.kind;
    row.tool = script.tool;
    row.one_transaction = script.one_transaction;
    tell_of(input.path, parts, script);
    if (!script.passed_over.empty()) return;
    std::vector<std::size_t> places(parts.pieces.size(), kNotRun);
    for (std::size_t at = 0; at < parts.pieces.size(); ++at) {
      if (!script.run[at]) continue;
      places[at] = review_.statements.size();
      add_piece(file, text, parts.pieces[at], script, script.names[at]);
    }
    for (ReviewIgnore& ignore : ignores_of(text, parts, places)) {
      ignore.file = file;
      review_.ignores.push_back(std::move(ignore));
    }
  }

  void add_piece(std::size_t file, std::string_view text, const SqlPiece& piece,
                 const SqlScript& script, std::string name) {
    ReviewStatement statement;
    statement.file = file;
    statement.line = piece.first.line;
    statement.column = piece.first.column;
    statement.end_line = piece.last.line;
    statement.end_column = piece.last.column;
    statement.name = std::move(name);
    const std::string_view original = text.substr(piece.begin, piece.end - piece.begin);
    parse_into(statement, original, {script.at_names, piece.closed});
    finish(std::move(statement), original);
  }

  void finish(ReviewStatement statement, std::string_view original) {
    const SharedFacts& facts = book_.look_up(statement.text);
    statement.fingerprint = statement.sent = facts->fingerprint;
    statement.query = facts->text;
    // `@name` and `sqlc.arg(name)` are SQL of another meaning as they stand.
    if (statement.tree && statement.text != original) {
      const SharedFacts& as_it_stands = book_.look_up(original);
      if (as_it_stands->parsed) statement.fingerprint = as_it_stands->fingerprint;
    }
    if (paths_.empty() || paths_.back() != review_.catalog->search_path) {
      paths_.push_back(review_.catalog->search_path);
    }
    path_of_.push_back(paths_.size() - 1);
    if (statement.tree) apply_ddl(*review_.catalog, *statement.tree);
    review_.statements.push_back(std::move(statement));
  }

  void tell_of(const std::string& path, const SqlFile& parts, const SqlScript& script) {
    if (!script.passed_over.empty()) {
      review_.notes.push_back(
          fmt::format("{}: not looked at: {} ({})", path, script.passed_over, script.tool));
      return;
    }
    if (parts.commands.empty()) return;
    review_.notes.push_back(
        fmt::format("{}:{}: {} of psql {} passed over", path, parts.commands.front().first.line,
                    parts.commands.size() == 1 ? "a command"
                                               : fmt::format("{} commands", parts.commands.size()),
                    parts.commands.size() == 1 ? "was" : "were"));
  }

  Review& review_;
  StatementBook book_;
  std::vector<std::vector<std::string>> paths_;
  std::vector<std::size_t> path_of_;  // of each statement
};

}  // namespace

std::unique_ptr<Review> build_review(std::vector<ReviewInput> inputs, Catalog before) {
  auto review = std::make_unique<Review>();
  *review->before = std::move(before);
  *review->catalog = *review->before;
  if (const auto version = review->before->server_version) review->server_version = *version;
  Builder builder(*review);
  for (ReviewInput& input : inputs) builder.add(std::move(input));
  builder.resolve();
  return review;
}

}  // namespace pgcounsel
