// The only maker of stored text: SQL with every literal replaced, every comment dropped, layout
// folded.
#pragma once
#include <string>
#include <string_view>

namespace pgcounsel {

// `SELECT a FROM t WHERE b = 'x' AND c IN (1, 2, 3) -- note` -> `SELECT a FROM t WHERE b = $1 AND c
// IN ($2)`. Literals become $n, counted on from the highest $n of the text; lists of literals and
// repeated VALUES rows are folded to one; runs of blanks become one blank. Valid UTF-8, no control
// characters, at most `limit` bytes (then it ends in `…`). Works on any bytes, also where no parser
// would.
std::string redact(std::string_view sql, std::size_t limit = 8192);

}  // namespace pgcounsel
