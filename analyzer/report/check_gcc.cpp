// The review as compilers write: one line a finding, which editors jump to.
#include <fmt/format.h>

#include "analyzer/report/check_words.h"
#include "analyzer/report/escape.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongest = 1000;  // code points of a title

}  // namespace

std::string render_check_gcc(const CheckReport& report) {
  std::string out;
  for (const Finding& finding : report.findings) {
    const Place place = finding.place.value_or(Place{});
    out += fmt::format("{}:{}:{}: {}: {} [{}]\n", one_line(place.file), place.line, place.column,
                       name_of(gravity_of(finding.level)), shortened(finding.title, kLongest),
                       finding.rule);
  }
  return out;
}

}  // namespace pgcounsel
