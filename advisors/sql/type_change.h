// Whether ALTER COLUMN ... TYPE writes the table anew. Types are as the catalogue has them.
#pragma once
#include <cstdint>
#include <string_view>

namespace pgcounsel {

struct ColumnType {
  std::string_view name;      // "character varying"; empty: not known
  std::string_view modifier;  // "(20)"; empty: none
};

enum class TypeChange : std::uint8_t {
  kNothing,   // the rows stay as they are
  kRewrite,   // all rows and indexes are written anew
  kTimeZone,  // a rewrite, unless TimeZone is UTC
  kNotKnown,  // the old type is not known, and it depends on it
};

// Without the old type what becomes `text` or `varchar` is taken for a text.
TypeChange change_of(ColumnType from, ColumnType to, int server_version);

}  // namespace pgcounsel
