// The OVER of window functions: what it sorts by, and whether that leaves anything open.
#pragma once
#include <string>

#include "advisors/rewrite/aggregates.h"

namespace pgcounsel {

// PARTITION BY and ORDER BY stand in it, not in a WINDOW clause, and are plain columns of the
// entry.
bool is_plain_window(const SqlContext& context, Node over, const RangeEntry& entry);

// No two rows of a partition agree in all that it is sorted by: a key is among the columns.
bool orders_totally(const SqlContext& context, Node over, const RangeEntry& entry);

// `o.created_at DESC NULLS LAST`, of an item of ORDER BY; empty where it cannot be written.
std::string sort_words(const SqlContext& context, Node sort_by);

enum class Frame { kOther, kRangeToCurrent, kRowsToCurrent };
Frame frame_of(Node over);  // both begin with the first row of the partition

// NULLs of the item's column come before its values.
bool puts_nulls_first(Node sort_by);
bool sorts_down(Node sort_by);

}  // namespace pgcounsel
