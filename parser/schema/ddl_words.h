// What stands in a table's indexes, keys and checks about one of its columns: forgotten with the
// column, renamed with it.
#pragma once
#include <string>
#include <string_view>

#include "parser/schema/catalog.h"

namespace pgcounsel {

bool mentions(std::string_view text, std::string_view name);
void rename_in(std::string& text, std::string_view from, std::string_view to);

// Indexes, foreign keys and checks that the column is a part of.
void forget_column(CatalogTable& table, std::string_view column);
void rename_column(CatalogTable& table, std::string_view from, std::string_view to);

}  // namespace pgcounsel
