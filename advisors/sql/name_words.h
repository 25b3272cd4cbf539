// The words that a column's name is made of: unit_price, unitPrice, UNIT_PRICE.
#pragma once
#include <string_view>

namespace pgcounsel {

// Whether one of the words is `word`, which is in lower case.
bool has_name_word(std::string_view name, std::string_view word);

}  // namespace pgcounsel
