// Where the answer of a command goes: standard output, or a file that is written aside and renamed,
// so that nobody ever reads half a report.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "advisors/cli/options.h"
#include "parser/result.h"

namespace pgcounsel {

// `path` absent or `-`: standard output. A reader that closes the pipe early (head) is no error; a
// full disk is, and names the file. A path that is no regular file (/dev/null, a pipe) is written
// in place. The new file follows the umask, or keeps the mode of the one it replaces.
Result<void> write_output(const std::optional<std::string>& path, std::string_view text);

// Whether the text written by write_output may carry colours. By --color; `auto` asks NO_COLOR,
// CLICOLOR_FORCE and whether standard output is a terminal, in this order.
bool wants_color(const Options& options);

// Columns of the terminal that the text goes to, `otherwise` where it goes elsewhere.
std::size_t output_width(const Options& options, std::size_t otherwise);

}  // namespace pgcounsel
