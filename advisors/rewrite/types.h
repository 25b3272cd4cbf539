// Types as obligations need them: names as the catalogue writes them.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "parser/schema/catalog.h"
#include "parser/sql/names.h"

namespace pgcounsel {

bool is_integer_type(std::string_view type);  // smallint, integer, bigint
bool is_text_type(std::string_view type);     // text, character varying

struct IntegerRange {
  long least = 0, most = 0;
};
std::optional<IntegerRange> range_of(std::string_view integer_type);

// Whether values of the column that are equal are the same to every function and on every screen:
// not so numeric without a scale (1.0 and 1.00), interval, and texts of an own collation.
bool equal_is_same(const OutputColumn& column);

}  // namespace pgcounsel
