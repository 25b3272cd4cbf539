// Splits a head whose names hold what stands between the fields, by trying.
#pragma once
#include <cstddef>
#include <string_view>

#include "parser/log/prefix/prefix.h"
#include "parser/log/prefix/program.h"

namespace pgcounsel {

// As split_head, at any cost up to a bound.
bool split_by_trying(const PrefixMatcher::Program& program, std::string_view head, std::size_t at,
                     int& attempts, PrefixMatch& out);

}  // namespace pgcounsel
