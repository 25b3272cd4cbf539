// Lines of a server's log in plain form, as far as those who look for plans need them.
#pragma once
#include <optional>
#include <string_view>

namespace pgcounsel {

// The time of `LOG:  duration: 8.159 ms  plan:`, which begins auto_explain's entry. The line's
// prefix may hold anything.
std::optional<double> plan_entry_ms(std::string_view line);

// Whether an entry of the log begins here, of any severity, or a part of one (DETAIL, STATEMENT).
bool is_log_line(std::string_view line);

}  // namespace pgcounsel
