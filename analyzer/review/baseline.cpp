#include "analyzer/review/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

#include "parser/number.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kHead =
    "# Findings of pgcounsel check that are known and accepted: rule:fingerprint:object, and how\n"
    "# many there are. Lines may be taken out, and branches merged line by line. To write it "
    "anew:\n"
    "#   pgcounsel check --baseline THIS_FILE --update-baseline FILE...\n";
constexpr std::string_view kSeparator = " x";

// A key is one line without blanks at its ends; what would break that is escaped.
std::string escaped(std::string_view key) {
  std::string text;
  for (const char c : key) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= ' ' || c == '%' || byte == 0x7F) {
      text += fmt::format("%{:02X}", byte);
    } else {
      text += c;
    }
  }
  return text;
}

std::optional<std::pair<std::string, std::size_t>> parse_line(std::string_view line) {
  const std::size_t separator = line.rfind(kSeparator);
  if (separator == std::string_view::npos || separator == 0) return std::nullopt;
  const auto count = whole_text_number<std::size_t>(line.substr(separator + kSeparator.size()));
  const std::string_view key = trimmed(line.substr(0, separator));
  if (!count || *count == 0 || key.find(':') == std::string_view::npos) return std::nullopt;
  if (key.find(' ') != std::string_view::npos) return std::nullopt;
  return std::pair(std::string(key), *count);
}

}  // namespace

Baseline baseline_of(const Findings& findings) {
  Baseline baseline;
  for (const Finding& finding : findings) ++baseline[escaped(finding.key)];
  return baseline;
}

std::string render_baseline(const Baseline& baseline) {
  std::vector<std::string> lines;
  for (const auto& [key, count] : baseline)
    lines.push_back(fmt::format("{}{}{}\n", key, kSeparator, count));
  std::ranges::sort(lines);
  std::string text(kHead);
  for (const std::string& line : lines) text += line;
  return text;
}

Result<Baseline> parse_baseline(std::string_view text, const std::string& path) {
  Baseline baseline;
  std::size_t number = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++number;
    if (line.empty() || line.front() == '#') continue;
    auto entry = parse_line(line);
    if (!entry) {
      return Error{fmt::format(
          "{}:{}: is no line of a baseline (`RULE:FINGERPRINT:OBJECT x1` is); mend or delete it, "
          "or write the file anew with --update-baseline",
          path, number)};
    }
    // Merged branches may have a line each.
    std::size_t& count = baseline[entry->first];
    count = std::max(count, entry->second);
  }
  return baseline;
}

std::size_t take_old(Findings& findings, const Baseline& baseline) {
  if (baseline.empty()) return 0;
  std::vector<std::size_t> by_place(findings.size());
  for (std::size_t at = 0; at < by_place.size(); ++at) by_place[at] = at;
  const auto place_of = [&](std::size_t at) {
    const std::optional<Place>& place = findings[at].place;
    return place ? std::tuple(std::string_view(place->file), place->line, place->column)
                 : std::tuple(std::string_view{}, std::size_t{0}, std::size_t{0});
  };
  std::ranges::stable_sort(by_place, {}, place_of);
  Baseline left = baseline;
  std::set<std::size_t> old;
  for (const std::size_t at : by_place) {
    const auto found = left.find(escaped(findings[at].key));
    if (found == left.end() || found->second == 0) continue;
    --found->second;
    old.insert(at);
  }
  Findings fresh;
  for (std::size_t at = 0; at < findings.size(); ++at) {
    if (!old.contains(at)) fresh.push_back(std::move(findings[at]));
  }
  findings = std::move(fresh);
  return old.size();
}

}  // namespace pgcounsel
