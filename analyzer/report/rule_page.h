// Parts of a rule's page, for outputs that show less than all of it. A page that has no such part
// gives nothing. A page is ours, so nothing in it needs to be made harmless.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "analyzer/finding.h"

namespace pgcounsel {

// What stands below `## heading`, without blank lines around it.
std::string_view section_of(std::string_view page, std::string_view heading);

// In one line.
std::string first_paragraph(std::string_view text);
std::string first_sentence(std::string_view text);

// Of its line `level: low to high · …`: the highest.
std::optional<Level> highest_level(std::string_view page);

// For readers, who need no test cases.
std::string_view without_cases(std::string_view page);

}  // namespace pgcounsel
