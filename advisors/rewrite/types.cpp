#include "advisors/rewrite/types.h"

#include <algorithm>
#include <array>
#include <limits>

namespace pgcounsel {

bool is_integer_type(std::string_view type) {
  return range_of(type).has_value();
}

bool is_text_type(std::string_view type) {
  return type == "text" || type == "character varying";
}

std::optional<IntegerRange> range_of(std::string_view type) {
  if (type == "smallint") return IntegerRange{-32768, 32767};
  if (type == "integer") return IntegerRange{-2147483648L, 2147483647L};
  if (type == "bigint") {
    return IntegerRange{std::numeric_limits<long>::min(), std::numeric_limits<long>::max()};
  }
  return std::nullopt;
}

bool equal_is_same(const OutputColumn& column) {
  constexpr std::array<std::string_view, 8> kPlain = {
      "boolean",  "date",    "uuid",  "timestamp without time zone", "timestamp with time zone",
      "smallint", "integer", "bigint"};
  if (std::ranges::find(kPlain, column.type) != kPlain.end()) return true;
  const CatalogColumn* const known = column.column;
  if (known == nullptr) return false;
  if (is_text_type(column.type)) return known->collation.empty();
  return column.type == "numeric" && !known->type_modifier.empty();
}

}  // namespace pgcounsel
