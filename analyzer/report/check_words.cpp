#include "analyzer/report/check_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "analyzer/report/escape.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

auto begin_of(const CheckQuery& query) {
  return std::tuple(std::string_view(query.file), query.line, query.column);
}

const Place& place_of(const Finding& finding) {
  static const Place nowhere;
  return finding.place ? *finding.place : nowhere;
}

auto begin_of(const Finding& finding) {
  const Place& place = place_of(finding);
  return std::tuple(std::string_view(place.file), place.line, place.column);
}

}  // namespace

Gravity gravity_of(Level level) {
  if (level >= Level::kHigh) return Gravity::kError;
  return level == Level::kInfo ? Gravity::kNote : Gravity::kWarning;
}

std::string_view name_of(Gravity gravity) {
  if (gravity == Gravity::kError) return "error";
  return gravity == Gravity::kWarning ? "warning" : "note";
}

std::vector<const CheckQuery*> statements_of(const CheckReport& report) {
  std::vector<const CheckQuery*> by_place;
  for (const CheckQuery& query : report.queries) by_place.push_back(&query);
  std::stable_sort(by_place.begin(), by_place.end(),
                   [](const auto* a, const auto* b) { return begin_of(*a) < begin_of(*b); });
  std::vector<const CheckQuery*> found;
  for (const Finding& finding : report.findings) {
    const auto begin = begin_of(finding);
    const auto after =
        std::upper_bound(by_place.begin(), by_place.end(), begin,
                         [](const auto& at, const auto* query) { return at < begin_of(*query); });
    const CheckQuery* query = after == by_place.begin() ? nullptr : *(after - 1);
    const Place& place = place_of(finding);
    const bool is_in =
        query != nullptr && query->file == place.file &&
        std::tuple(place.line, place.column) <= std::tuple(query->end_line, query->end_column);
    found.push_back(is_in ? query : nullptr);
  }
  return found;
}

std::vector<std::string> unique_keys(const CheckReport& report) {
  std::vector<std::string> keys;
  for (const Finding& finding : report.findings) keys.push_back(one_line(finding.key));
  std::vector<std::size_t> by_place(keys.size());
  std::iota(by_place.begin(), by_place.end(), 0);
  std::stable_sort(by_place.begin(), by_place.end(), [&](std::size_t a, std::size_t b) {
    return begin_of(report.findings[a]) < begin_of(report.findings[b]);
  });
  // A key may look like a numbered one, so what is made is held against what is there.
  const std::set<std::string> plain(keys.begin(), keys.end());
  std::map<std::string, std::size_t> seen;
  for (const std::size_t at : by_place) {
    const std::string key = keys[at];
    std::size_t& count = seen[key];
    while (++count > 1) {
      keys[at] = fmt::format("{}:{}", key, count);
      if (!plain.contains(keys[at])) break;
    }
  }
  return keys;
}

const RuleInfo* rule_of(const CheckReport& report, std::string_view id) {
  const auto found = std::find_if(report.rules.begin(), report.rules.end(),
                                  [&](const RuleInfo& rule) { return rule.id == id; });
  return found == report.rules.end() ? nullptr : &*found;
}

bool fails(const CheckReport& report, const Finding& finding) {
  return report.fail_on && finding.level >= *report.fail_on;
}

std::size_t failing(const CheckReport& report) {
  return static_cast<std::size_t>(
      std::count_if(report.findings.begin(), report.findings.end(),
                    [&](const Finding& finding) { return fails(report, finding); }));
}

std::string value_of(const Evidence& evidence) {
  if (evidence.source.empty()) return evidence.value;
  return fmt::format("{} ({})", evidence.value, evidence.source);
}

bool remedy_is_rewrite(const Finding& finding) {
  return finding.rewrite && !finding.rewrite->sql.empty() &&
         finding.remedy.text.find(finding.rewrite->sql) != std::string::npos;
}

std::string many(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", grouped(count), what, count == 1 ? "" : "s");
}

std::string levels_in_words(const Findings& findings) {
  std::string words;
  for (int value = static_cast<int>(Level::kCritical); value >= 0; --value) {
    const Level level = static_cast<Level>(value);
    const auto count = std::count_if(findings.begin(), findings.end(),
                                     [&](const Finding& each) { return each.level == level; });
    if (count == 0) continue;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ",
                         grouped(static_cast<std::uint64_t>(count)), name_of(level));
  }
  return words;
}

std::string looked_at(const CheckReport& report) {
  std::set<std::string_view> files;
  std::size_t fresh = 0;
  for (const CheckQuery& query : report.queries) {
    files.insert(query.file);
    fresh += query.is_new ? 1 : 0;
  }
  std::string words = many(report.queries.size(), "statement");
  if (!files.empty()) words += " in " + many(files.size(), "file");
  if (fresh < report.queries.size()) words += fmt::format(" ({} new)", grouped(fresh));
  return words;
}

std::string outcome(const CheckReport& report) {
  if (!report.fail_on) return "findings do not fail this run: exit 0";
  const std::size_t count = failing(report);
  if (count == 0) return fmt::format("nothing at or above {}: exit 0", name_of(*report.fail_on));
  return fmt::format("{} at or above {}: exit 1", many(count, "finding"), name_of(*report.fail_on));
}

std::string_view without_dot(std::string_view path) {
  while (path.starts_with("./")) path.remove_prefix(2);
  return path;
}

}  // namespace pgcounsel
