#include "tests/page/review_of_sql.h"

#include <string>
#include <utility>

#include "analyzer/review/build_review.h"
#include "parser/schema/ddl.h"
#include "parser/sql/sql_file.h"

namespace pgcounsel {
namespace {

Catalog catalog_of(std::string_view schema) {
  Catalog catalog;
  for (const SqlPiece piece : split_statements(schema)) {
    const auto tree = SyntaxTree::parse(schema.substr(piece.begin, piece.end - piece.begin));
    if (tree) apply_ddl(catalog, *tree);
  }
  return catalog;
}

std::string name_of_file(std::string_view sql) {
  constexpr std::string_view kName = "-- file: ";
  if (!sql.starts_with(kName)) return "queries.sql";
  return std::string(sql.substr(kName.size(), sql.find('\n') - kName.size()));
}

}  // namespace

std::unique_ptr<Review> review_of_sql(std::string_view sql, std::string_view schema) {
  std::vector<ReviewInput> inputs;
  if (!sql.empty()) inputs.push_back({name_of_file(sql), std::string(sql)});
  return build_review(std::move(inputs), catalog_of(schema));
}

}  // namespace pgcounsel
