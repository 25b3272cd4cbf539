// Which indexes of the catalogue could serve a condition on a column, or on an expression of one.
#pragma once
#include <string>
#include <string_view>

#include "parser/schema/catalog.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// A valid btree or hash index that begins with the column; one without a predicate before others.
const CatalogIndex* index_beginning_with(const CatalogTable& table, std::string_view column);
// Any index of the table with the expression as a key; a btree one only if it comes first.
bool has_index_on(const CatalogTable& table, Node expression);

// An expression's words in one form, whatever its layout, aliases and casts between kinds of text:
// `lower(u.email)` and `lower((email)::text)` are equal.
std::string plain_form(Node expression);

}  // namespace pgcounsel
