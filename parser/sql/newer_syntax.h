// Words of a statement that the parser of PostgreSQL 15 refuses and a newer server may accept.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

namespace pgcounsel {

struct NewerSyntax {
  std::string_view words;  // "JSON_TABLE"
  int since = 0;           // 17
  std::size_t position = 0;
};

// Of a statement that was refused at `error`: what stands there or shortly before.
std::optional<NewerSyntax> newer_syntax(std::string_view sql, std::size_t error);

}  // namespace pgcounsel
