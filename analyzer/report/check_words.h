// What the forms of a review share: how grave a finding is in the words of compilers and forges,
// which statement it is about, keys that tell equal findings apart, counts in words.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/report/check_report.h"

namespace pgcounsel {

enum class Gravity { kError, kWarning, kNote };
Gravity gravity_of(Level level);            // critical, high; medium, low; info
std::string_view name_of(Gravity gravity);  // error, warning, note

// Of each finding, in their order: the statement that it stands in, nullptr where there is none.
std::vector<const CheckQuery*> statements_of(const CheckReport& report);

// Of each finding, in their order: its key, in one line; where several have the same one, all but
// the first (by file and place) with `:2`, `:3` and so on behind it.
std::vector<std::string> unique_keys(const CheckReport& report);

const RuleInfo* rule_of(const CheckReport& report, std::string_view id);  // nullptr: not known

bool fails(const CheckReport& report, const Finding& finding);

// `18.4 M (catalogue)`: a figure and where it is from.
std::string value_of(const Evidence& evidence);

// The remedy is the rewrite, or holds it: one of both is enough.
bool remedy_is_rewrite(const Finding& finding);

std::string many(std::size_t count, std::string_view what);  // `1 finding`, `1,234 findings`
// `2 high, 1 low`, the worst first; empty where there is nothing.
std::string levels_in_words(const Findings& findings);
// `5 statements in 2 files (3 new)`; what is new is told where not all are.
std::string looked_at(const CheckReport& report);
// `2 findings at or above high: exit 1`
std::string outcome(const CheckReport& report);

std::string_view without_dot(std::string_view path);  // `./a.sql` is `a.sql`

}  // namespace pgcounsel
