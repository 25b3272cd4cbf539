// The columns that items of FROM give, and those of types that several values have in common.
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "parser/sql/names_state.h"
#include "parser/sql/type_rules.h"

namespace pgcounsel {

struct FromColumns {
  std::vector<OutputColumn> columns;
  bool known = true;
};

std::vector<OutputColumn> columns_of(const CatalogTable& table);
// `t(a, b)`: the first columns get other names.
void rename_columns(std::vector<OutputColumn>& columns, const std::vector<std::string_view>& names);

// What `*` stands for: of an item, with what outer joins do to it; of `t.*`; of the whole scope.
FromColumns columns_of_item(const BuiltScope& scope, Node item);
FromColumns columns_of_star(const BuiltScope& scope, Node star);
FromColumns columns_of_all(const BuiltScope& scope);

// The columns that a JOIN has only once, by USING or NATURAL.
std::vector<std::string> merged_columns(const BuiltScope& scope, Node join);

// A function in FROM; its columns are known where they are written or it is a usual one.
void set_function(RangeEntry& entry, const ResolvedNames& names);

}  // namespace pgcounsel
