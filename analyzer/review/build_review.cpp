#include "analyzer/review/build_review.h"

#include <utility>

#include "parser/schema/ddl.h"
#include "parser/sql/sql_file.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {
namespace {

ReviewStatement statement_of(std::size_t file, std::string_view text, SqlPiece piece,
                             StatementBook& book) {
  ReviewStatement statement;
  statement.file = file;
  statement.text = text.substr(piece.begin, piece.end - piece.begin);
  const TextPosition begin = position_of(text, piece.begin);
  const TextPosition end = position_of(text, piece.end - 1);
  statement.line = begin.line;
  statement.column = begin.column;
  statement.end_line = end.line;
  statement.end_column = end.column;
  const SharedFacts& facts = book.look_up(statement.text);
  statement.fingerprint = facts->fingerprint;
  statement.query = facts->text;
  statement.tree = SyntaxTree::parse(statement.text, &statement.error);
  return statement;
}

}  // namespace

std::unique_ptr<Review> build_review(std::vector<ReviewInput> inputs, Catalog before) {
  auto review = std::make_unique<Review>();
  *review->before = std::move(before);
  *review->catalog = *review->before;
  StatementBook book;
  for (ReviewInput& input : inputs) {
    const std::size_t file = review->files.size();
    for (const SqlPiece piece : split_statements(input.text)) {
      review->statements.push_back(statement_of(file, input.text, piece, book));
      const ReviewStatement& statement = review->statements.back();
      if (statement.tree) apply_ddl(*review->catalog, *statement.tree);
    }
    review->files.push_back({std::move(input.path), input.kind, input.one_transaction});
  }
  for (ReviewStatement& statement : review->statements) {
    if (statement.tree) statement.names = Names(statement.tree->root(), *review->catalog);
  }
  return review;
}

}  // namespace pgcounsel
