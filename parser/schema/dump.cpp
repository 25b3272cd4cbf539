#include "parser/schema/dump.h"

#include <utility>

#include "parser/input.h"
#include "parser/schema/ddl.h"
#include "parser/sql/sql_file.h"
#include "parser/sql/syntax_tree.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostTold = 100;

// A dump may hold far more rows than schema.
bool says_nothing_of_schema(std::string_view statement) {
  Lexer lexer(statement);
  return is_any_word(lexer.next(),
                     {"insert", "update", "delete", "copy", "comment", "grant", "revoke"});
}

void skip(SchemaDump& dump, std::size_t line, std::string message) {
  ++dump.skipped_count;
  if (dump.skipped.size() < kMostTold) dump.skipped.push_back({line, std::move(message)});
}

}  // namespace

void add_dump(SchemaDump& dump, std::string_view text) {
  std::vector<std::string> path = dump.catalog.search_path;
  PositionCursor positions(text);
  for (const SqlPiece& piece : read_sql_file(text).pieces) {
    const std::string_view statement = text.substr(piece.begin, piece.end - piece.begin);
    if (says_nothing_of_schema(statement)) continue;
    SyntaxError error;
    const auto tree = SyntaxTree::parse(statement, &error);
    if (!tree) {
      if (error.message.empty()) continue;
      skip(dump, positions.at(piece.begin + error.position).line, std::move(error.message));
      continue;
    }
    ++dump.statements;
    apply_ddl(dump.catalog, *tree);
    if (tree->root().is("AlterDatabaseSetStmt")) path = dump.catalog.search_path;
  }
  dump.catalog.search_path = std::move(path);
}

Result<SchemaDump> read_dump(const std::string& path) {
  auto input = InputStream::open(path);
  if (!input) return input.error();
  std::string text;
  constexpr std::size_t kBlock = 1 << 20;
  for (std::size_t size = 0;;) {
    text.resize(size + kBlock);
    const auto got = input->read(text.data() + size, kBlock);
    if (!got) return got.error();
    size += *got;
    text.resize(size);
    if (*got == 0) break;
  }
  SchemaDump dump;
  add_dump(dump, text);
  return dump;
}

}  // namespace pgcounsel
