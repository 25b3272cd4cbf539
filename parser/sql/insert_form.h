// Whether an INSERT brings one row or several. Their normalised texts are the same, so it is told
// from the statement as it was logged. It reads tokens up to the end of the first row and no
// further; any bytes may be given.
#pragma once
#include <cstdint>
#include <string_view>

namespace pgcounsel {

enum class InsertForm : std::uint8_t {
  kNone,         // no INSERT
  kOneRow,       // VALUES (...), also DEFAULT VALUES
  kSeveralRows,  // VALUES (...), (...)
  kQuery,        // INSERT ... SELECT, and what is none of the others
};

InsertForm insert_form_of(std::string_view sql);

}  // namespace pgcounsel
