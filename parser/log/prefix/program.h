// A compiled log_line_prefix: a row of steps, and where the part of a head begins that is the same
// for many lines.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/log/prefix/prefix.h"
#include "parser/time.h"

namespace pgcounsel {

constexpr char kLiteralStep = '\0';
constexpr char kStopStep = 'q';  // %q: a process without session prints nothing behind it

enum class StepKind : std::uint8_t { kLiteral, kStop, kField, kName };

struct PrefixStep {
  StepKind kind = StepKind::kLiteral;
  char escape = kLiteralStep;
  bool behind_at = false;    // the %d of `%u@%d`
  int width = 0;             // the least width of a field; negative: blanks are on its right
  std::string_view literal;  // of a literal; into Program::literals

  std::size_t least_width() const { return static_cast<std::size_t>(width < 0 ? -width : width); }
};

struct PrefixMatcher::Program {
  std::string text;
  std::string literals;
  std::vector<PrefixStep> steps;
  std::array<bool, 128> has{};
  Zone zone;
  bool start_is_time = false;  // no %m, %t or %n: %s has to do
  bool has_user_at_database = false;

  // The lead: the fields at the start that have a shape of their own. Where what changes from line
  // to line of a session (times, numbers of lines and transactions) stands in front of all names,
  // the lead ends with the last of it, and what is behind is worth remembering.
  std::size_t lead = 0;  // steps
  bool remembers_rest = false;
  bool lead_has_time = false;
  std::array<bool, 128> lead_has{};
  bool lead_has_ids = false;  // pid, session id and the like

  bool leads_with_time_only() const {
    return lead == 1 && lead_has_time && steps[0].width == 0 && steps[0].escape != 'n' &&
           steps[0].escape != 's';
  }
  bool leads_with(char escape) const { return lead_has[static_cast<std::size_t>(escape)]; }
};

// Finds the lead of a program whose steps are known.
void find_lead(PrefixMatcher::Program& program);

}  // namespace pgcounsel
