// The columns of a sort key as EXPLAIN prints it, for the index that would give the same order:
// `o.created DESC NULLS LAST, o.id` has two. None where an item is anything but a plain column of
// the relation: an expression, a column of another relation, an operator behind USING.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

struct SortColumn {
  std::string name;    // without quotes
  std::string suffix;  // `DESC NULLS LAST`, `COLLATE "C"`; empty where all is as usual
};

// `alias` is the one of the scan below, or its relation's name where it has none.
std::optional<std::vector<SortColumn>> sort_columns(std::string_view key, std::string_view alias);

}  // namespace pgcounsel
