// The file behind --config: one `name = value` a line, with the names of the long options. `#` and
// `;` begin a comment at the start of a line or behind a blank; a value in double quotes is taken
// as it is, so that a log_line_prefix keeps its trailing blank.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "parser/result.h"

namespace pgcounsel {

struct Setting {
  std::string name, value;
  std::size_t line = 0;  // 1-based
};

// `path` only names the file in errors.
Result<std::vector<Setting>> parse_settings(const std::string& path, std::string_view text);
Result<std::vector<Setting>> read_settings(const std::string& path);

}  // namespace pgcounsel
