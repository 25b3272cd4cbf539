// The picture of a window: a mermaid gantt that GitHub (mermaid 11) and GitLab (10.7) draw alike.
// At most a dozen bars and 2,000 bytes, which is what GitLab draws unasked in an issue.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/pools.h"

namespace pgcounsel {

// A fenced block with the empty line behind it. `events` are by time.
std::string gantt_of(const std::vector<WindowEvent>& events);

// Any text made a bar's label: no sign that mermaid could take for its own, no word that begins a
// command of a gantt.
std::string gantt_label(std::string_view text);

}  // namespace pgcounsel
