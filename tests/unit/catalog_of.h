// The catalogue that some statements make.
#pragma once
#include <gtest/gtest.h>

#include <string_view>

#include "parser/schema/ddl.h"
#include "parser/sql/sql_file.h"

namespace pgcounsel {

inline void apply_all(Catalog& catalog, std::string_view sql) {
  for (const SqlPiece& piece : split_statements(sql)) {
    SyntaxError error;
    const auto tree = SyntaxTree::parse(sql.substr(piece.begin, piece.end - piece.begin), &error);
    ASSERT_TRUE(tree) << sql << ": " << error.message;
    apply_ddl(catalog, *tree);
  }
}

inline Catalog catalog_of(std::string_view sql) {
  Catalog catalog;
  apply_all(catalog, sql);
  return catalog;
}

}  // namespace pgcounsel
