// The review as commands of a GitHub workflow, which puts them beside the changed lines. It shows
// ten of a kind and step and drops others in silence, so no more are written, the gravest first,
// and what is left out is counted. Lines that are no command stand in the job's log.
#include <fmt/format.h>

#include <array>

#include "analyzer/report/check_words.h"
#include "analyzer/report/escape.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMost = 10;
constexpr std::size_t kLongest = 1500;  // code points of a message's part

std::string_view command_of(Gravity gravity) {
  return gravity == Gravity::kNote ? "notice" : name_of(gravity);
}

std::string as_message(std::string_view text) {
  std::string out;
  for (const char c : with_lines(text)) {
    if (c == '%')
      out += "%25";
    else if (c == '\n')
      out += "%0A";
    else
      out += c;
  }
  return out;
}

std::string as_property(std::string_view text) {
  std::string out;
  for (const char c : as_message(text)) {
    if (c == ':')
      out += "%3A";
    else if (c == ',')
      out += "%2C";
    else
      out += c;
  }
  return out;
}

// The workflow reads `##[name]` as a command wherever in a line it stands.
std::string plain(std::string_view text) {
  std::string out = shortened(text, kLongest);
  for (std::size_t at = 0; (at = out.find("##[", at)) != out.npos; at += 4) out.insert(at + 2, " ");
  return out;
}

std::string command(const Finding& finding) {
  const Place place = finding.place.value_or(Place{});
  std::string out =
      fmt::format("::{} file={},line={},endLine={}", command_of(gravity_of(finding.level)),
                  as_property(one_line(without_dot(place.file))), place.line, place.end_line);
  if (place.line == place.end_line) {  // else GitHub refuses columns
    out += fmt::format(",col={},endColumn={}", place.column, place.end_column);
  }
  std::string message = shortened(finding.title, kLongest) + "\n";
  if (!finding.remedy.text.empty()) {
    const bool is_long = length_of(finding.remedy.text) > kLongest;
    message += (is_long ? shortened(finding.remedy.text, kLongest) : finding.remedy.text) + "\n";
  }
  message += fmt::format("`pgcounsel rule {}` tells more.", finding.rule);
  return fmt::format("{},title={}::{}\n", out,
                     as_property(fmt::format("{} ({})", finding.rule, name_of(finding.level))),
                     as_message(message));
}

}  // namespace

std::string render_check_github(const CheckReport& report) {
  std::array<std::size_t, 3> counts{};
  std::string out;
  std::size_t left_out = 0;
  for (const Finding& finding : report.findings) {
    if (++counts[static_cast<std::size_t>(gravity_of(finding.level))] > kMost)
      ++left_out;
    else
      out += command(finding);
  }
  if (left_out > 0) {
    out += fmt::format(
        "and {} more, because GitHub shows {} annotations of a kind; `--format text` lists all\n",
        left_out, kMost);
  }
  for (const std::string& note : report.notes) out += "note: " + plain(note) + "\n";
  out += looked_at(report) + ", " + many(report.findings.size(), "finding");
  if (!report.findings.empty()) out += " (" + levels_in_words(report.findings) + ")";
  if (report.suppressed > 0) out += fmt::format(", {} suppressed", report.suppressed);
  return out + "; " + outcome(report) + "\n";
}

}  // namespace pgcounsel
