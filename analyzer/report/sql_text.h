// Normalised SQL as it is shown: in one short line for a table, or laid out in lines for a block.
// Only blanks are changed or parts left out (`…`); quoted identifiers stay whole. It looks at words
// and brackets and knows no grammar, so any text may be given.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace pgcounsel {

// At most `limit` code points. A long list of columns gives way first: `SELECT … FROM orders WHERE
// …`.
std::string brief_sql(std::string_view sql, std::size_t limit);

// What a statement does to which table: `SELECT carts FOR UPDATE`, `INSERT orders`; at most `limit`
// code points. Others are as brief_sql() writes them.
std::string gist_of_sql(std::string_view sql, std::size_t limit);

// Lines of about 100 characters, broken before the clauses; at most `limit` bytes, then `…`.
std::string laid_out_sql(std::string_view sql, std::size_t limit);

}  // namespace pgcounsel
