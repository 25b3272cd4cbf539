// Reads the objects that programs write into logs line by line: no blanks, no objects or arrays
// inside, no escapes in keys. What it takes comes out exactly as any reader of JSON gives it; all
// else is left to such a one.
#pragma once
#include <string_view>

#include "parser/json.h"

namespace pgcounsel {

// The fields of the object that `text` is from end to end; false where it is not of that kind, and
// then `fields` means nothing.
bool read_flat_json(std::string_view text, JsonFields& fields);

}  // namespace pgcounsel
