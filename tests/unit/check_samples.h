// Reviews made by hand for the tests of their forms: an ordinary one, a clean one, one full of
// hostile text, and one with as many findings as is asked for.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/check_report.h"

namespace pgcounsel {

// Five statements in three files. `all_rows` at two places of high level, `equals_null` (medium)
// with a rewrite that changes the result, `useless_distinct` (low) with one that does not.
CheckReport ordinary_review();
CheckReport clean_review();                  // three statements, no finding
CheckReport hostile_review();                // names, files, keys and remedies of hostile_words()
CheckReport large_review(std::size_t size);  // as many statements, each with one finding
const std::vector<std::string>& hostile_words();

std::size_t count_of(std::string_view text, std::string_view part);
std::vector<std::string> lines_of(std::string_view text);

}  // namespace pgcounsel
