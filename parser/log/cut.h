// Where a log can be cut so that its pieces are read side by side.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "parser/log/reader.h"

namespace pgcounsel {

// Whether places to cut such a log are found without reading what stands before them. They are not
// where an envelope may carry a message in several parts.
bool can_be_cut(const LogFormat& format);

// The last place in `bytes`, which begin with an entry, that the records before it do not reach
// beyond: read_chunk gives the same records for the pieces, each as the last chunk, as for the
// whole.
std::optional<std::size_t> find_cut(const LogFormat& format, std::string_view bytes);

}  // namespace pgcounsel
