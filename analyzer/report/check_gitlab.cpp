// The review as GitLab's code quality report, which a merge request shows beside the changed lines.
#include "analyzer/report/check_words.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/json_writer.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongest = 1000;  // code points of a description

std::string_view severity_of(Level level) {
  switch (level) {
    case Level::kCritical:
      return "blocker";
    case Level::kHigh:
      return "critical";
    case Level::kMedium:
      return "major";
    case Level::kLow:
      return "minor";
    case Level::kInfo:
      break;
  }
  return "info";
}

void write_entry(JsonWriter& json, const Finding& finding, const std::string& fingerprint) {
  const Place place = finding.place.value_or(Place{});
  json.open('{');
  json.key("description").string(shortened(finding.title, kLongest));
  json.key("check_name").string(finding.rule);
  json.key("fingerprint").string(fingerprint);  // GitLab shows equal ones once
  json.key("severity").string(severity_of(finding.level));
  json.key("location").open('{');
  json.key("path").string(without_dot(place.file));
  json.key("lines").open('{');
  json.key("begin").number(place.line);
  json.key("end").number(place.end_line);
  json.close('}');
  json.close('}');
  json.close('}');
}

}  // namespace

std::string render_check_gitlab(const CheckReport& report) {
  const std::vector<std::string> keys = unique_keys(report);
  JsonWriter json;
  json.open('[');
  for (std::size_t at = 0; at < report.findings.size(); ++at) {
    write_entry(json, report.findings[at], keys[at]);
  }
  json.close(']');
  return std::move(json).take();
}

}  // namespace pgcounsel
