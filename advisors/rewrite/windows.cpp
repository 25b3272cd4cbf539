#include "advisors/rewrite/windows.h"

#include <algorithm>
#include <vector>

#include "advisors/rewrite/row_identity.h"

namespace pgcounsel {
namespace {

// As PostgreSQL's parsenodes.h numbers them.
constexpr long kNonDefault = 0x1, kRange = 0x2, kRows = 0x4, kBetween = 0x10;
constexpr long kToCurrent = 0x20 | 0x400;  // UNBOUNDED PRECEDING, CURRENT ROW

}  // namespace

bool is_plain_window(const SqlContext& context, Node over, const RangeEntry& entry) {
  const auto own = [&](Node column) {
    return is_column(column) && is_all_of(context, column, entry);
  };
  return over.is("WindowDef") && !over.has("name") && !over.has("refname") &&
         over.has("orderClause") && std::ranges::all_of(over.list("partitionClause"), own) &&
         std::ranges::all_of(over.list("orderClause"),
                             [&](Node sort) { return own(sort["node"]); });
}

bool orders_totally(const SqlContext& context, Node over, const RangeEntry& entry) {
  std::vector<std::string> columns;
  const auto add = [&](Node column) {
    const ColumnUse use = context.names().resolve(column);
    if (use.entry == &entry && use.column != nullptr) columns.push_back(use.column->name);
  };
  for (const Node column : over.list("partitionClause")) add(column);
  for (const Node sort : over.list("orderClause")) add(sort["node"]);
  return is_whole_table(context, entry) && entry.table->is_unique(columns);
}

std::string sort_words(const SqlContext& context, Node sort_by) {
  const std::string column = qualified(context, sort_by["node"]);
  const std::string_view way = sort_by.text("sortby_dir"), nulls = sort_by.text("sortby_nulls");
  if (column.empty() || way == "SORTBY_USING") return {};
  const std::string_view down = way == "SORTBY_DESC" ? " DESC" : "";
  const std::string_view place = nulls == "SORTBY_NULLS_FIRST"  ? " NULLS FIRST"
                                 : nulls == "SORTBY_NULLS_LAST" ? " NULLS LAST"
                                                                : "";
  return join({column, down, place});
}

Frame frame_of(Node over) {
  const long options = over.number("frameOptions") & ~(kNonDefault | kBetween);
  if (options == (kRange | kToCurrent)) return Frame::kRangeToCurrent;
  return options == (kRows | kToCurrent) ? Frame::kRowsToCurrent : Frame::kOther;
}

bool sorts_down(Node sort_by) {
  return sort_by.text("sortby_dir") == "SORTBY_DESC";
}

bool puts_nulls_first(Node sort_by) {
  const std::string_view nulls = sort_by.text("sortby_nulls");
  return nulls == "SORTBY_NULLS_FIRST" || (nulls != "SORTBY_NULLS_LAST" && sorts_down(sort_by));
}

}  // namespace pgcounsel
