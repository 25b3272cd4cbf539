// Whether a query can give two rows that agree in some columns: keys, and joins that add no row.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "advisors/rewrite/rewrite.h"

namespace pgcounsel {

// A table whose unique indexes speak for all of its rows, under the names of its own columns: not
// one that others inherit from, nor `people p(a, b)`.
bool is_whole_table(const SqlContext& context, const RangeEntry& entry);

// Whether no two rows of a query's FROM and WHERE agree in all of `columns` (ColumnRefs of the
// query itself): a key of one table is among them, and every other table is joined by a key of its
// own. Only inner and left joins of tables; anything else is not known, which is false.
bool tells_rows_apart(const SqlContext& context, Node query, const NodeList& columns);

// A column of a query's FROM in its output, under its name there.
struct ShownColumn {
  const RangeEntry* entry = nullptr;
  const OutputColumn* column = nullptr;
  std::string name;
};

// The output of a query whose list holds nothing but columns of its own FROM and `*`; nothing for
// others.
std::optional<std::vector<ShownColumn>> shown_columns(const SqlContext& context, Node query);
bool tells_rows_apart(const SqlContext& context, Node query,
                      const std::vector<ShownColumn>& columns);

// `alias.column` as it can be written in the statement: as it stands where it is qualified, else
// with the name of what it belongs to; empty where that is not known.
std::string qualified(const SqlContext& context, Node column_ref);

}  // namespace pgcounsel
