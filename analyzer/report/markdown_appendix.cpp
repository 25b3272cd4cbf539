// Errors, and the appendix: what was read, what the log settings hide, where to look closer.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/notes.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kErrors = 15, kErrorsOfQuietNight = 5, kSources = 1000;

std::string error_row(const ErrorRow& error) {
  return fmt::format("| {} | {} | {} | {} |\n", unbroken(counted(error.count)),
                     markdown_text(error.severity),
                     error.sqlstate.empty() ? "" : code_cell(error.sqlstate),
                     error.message.empty() ? "*a message that is not in the table of known ones*"
                                           : code_cell(shortened(error.message, 120)));
}

std::string event_line(const std::vector<EventRow>& events) {
  std::string line;
  for (const EventRow& event : events) {
    if (event.count == 0) continue;
    line += fmt::format("{}{} {}", line.empty() ? "" : " · ", code_span(event.event_class),
                        counted(event.count));
  }
  return line.empty() ? "" : "Server events: " + line + "\n\n";
}

std::string lost_words(const LossRow& lost) {
  std::string words;
  const auto add = [&words](std::uint64_t count, std::string_view what) {
    if (count == 0) return;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", grouped(count), what);
  };
  add(lost.missing,
      fmt::format("records missing in {} sessions, by their own count", grouped(lost.sessions)));
  add(lost.reported, "messages dropped, as the log's carrier says");
  add(lost.cut, "messages without their end");
  return words;
}

std::string record_words(const Coverage& coverage) {
  std::string words = grouped(coverage.records);
  if (coverage.from && coverage.to) {
    words +=
        fmt::format(" from {} to {}", plain_seconds(*coverage.from), plain_seconds(*coverage.to));
  }
  return words + fmt::format(", {} not understood; {} statements",
                             grouped(coverage.unparsed_records), grouped(coverage.statements));
}

std::string facts(const Workload& workload) {
  const Coverage& coverage = workload.coverage;
  std::string out = "| fact | value |\n|---|---|\n";
  const auto row = [&](std::string_view fact, const std::string& value) {
    out += fmt::format("| {} | {} |\n", fact, value);
  };
  if (coverage.records > 0) row("Records", record_words(coverage));
  std::string input = grouped(coverage.bytes) + " bytes";
  if (coverage.duplicate_records > 0) {
    input += fmt::format("; {} duplicate records left out", grouped(coverage.duplicate_records));
  }
  row("Input", input);
  const Connections& connections = workload.connections;
  if (connections.received + connections.authorized + connections.disconnected +
          connections.refused >
      0) {
    row("Connections",
        fmt::format("{} received, {} authorized, {} disconnected, {} refused",
                    grouped(connections.received), grouped(connections.authorized),
                    grouped(connections.disconnected), grouped(connections.refused)));
  }
  if (const std::string lost = lost_words(workload.lost); !lost.empty()) row("Lost", lost);
  row("Made by", "pgcounsel " PGCOUNSEL_VERSION);
  return out + "\n";
}

// Each row names its source: what stands in it depends on how the log was cut into files.
std::string sources(const Coverage& coverage) {
  if (coverage.sources.empty()) return "";
  const bool is_mixed = std::any_of(coverage.sources.begin(), coverage.sources.end(),
                                    [](const SourceCoverage& s) { return s.foreign_entries > 0; });
  std::string out = fmt::format(
      "| source | format | records | understood | not understood | duplicates |{} log_line_prefix "
      "|\n|---|---|--:|--:|--:|--:|{}---|\n",
      is_mixed ? " of other programs |" : "", is_mixed ? "--:|" : "");
  const std::size_t shown = std::min(coverage.sources.size(), kSources);
  for (std::size_t at = 0; at < shown; ++at) {
    const SourceCoverage& source = coverage.sources[at];
    out += fmt::format("| {} | {} | {} | {} | {} | {} |{} {} |\n", code_cell(source.name),
                       markdown_text(source.format), grouped(source.records),
                       unbroken(understood(source)), grouped(source.unparsed_records),
                       grouped(source.duplicate_records),
                       is_mixed ? " " + grouped(source.foreign_entries) + " |" : "",
                       source.prefix.empty() ? "" : code_cell(source.prefix));
  }
  if (coverage.sources.size() > kSources) {
    out += fmt::format("\nand {} more\n", coverage.sources.size() - kSources);
  }
  return out + "\n";
}

std::string hidden(const Workload& workload) {
  const std::vector<Note> notes = notes_on(workload);
  std::string out;
  for (const Note& note : notes) {
    out += fmt::format("- {}{}\n", markdown_prose(note.hidden),
                       note.setting.empty() ? "" : " Turn on " + code_span(note.setting) + ".");
  }
  for (const Warning& warning : workload.coverage.warnings) {
    if (warning.code == "repeated_records") continue;  // stands with the sources
    out += fmt::format("- {} ({})\n", markdown_prose(warning.message), code_span(warning.code));
  }
  return out.empty() ? "" : "What this log does not show:\n\n" + out + "\n";
}

std::string worst_examples(const Page& page, const Anchors& anchors) {
  std::string rows;
  for (const QueryRow* query : page.slow) {
    if (!query->slowest) continue;
    rows +=
        fmt::format("| {} | {} | {} |\n", page.to_query(anchors, query->fingerprint),
                    unbroken(duration(query->max)),
                    code_cell(fmt::format("{}:{}", query->slowest->source, query->slowest->line)));
  }
  if (rows.empty()) return "";
  return "| query | slowest run | where it stands |\n|---|--:|---|\n" + rows + "\n";
}

}  // namespace

std::string errors_section(const Page& page, Anchors& anchors) {
  const std::vector<ErrorRow>& errors = page.workload.errors;
  const std::string events = event_line(page.workload.events);
  if (errors.empty() && (events.empty() || page.brief)) return "";
  std::string out =
      anchors.heading(page.level, errors.empty() ? "Events" : "Errors", page.section("errors"));
  if (!errors.empty()) out += "| count | severity | SQLSTATE | message |\n|--:|---|---|---|\n";
  const std::size_t limit = page.brief ? kErrorsOfQuietNight : kErrors;
  std::uint64_t rest = 0;
  for (std::size_t at = 0; at < errors.size(); ++at) {
    if (at < limit)
      out += error_row(errors[at]);
    else
      rest += errors[at].count;
  }
  if (errors.size() > limit) {
    out += fmt::format("| {} | | | {} other messages |\n", unbroken(counted(rest)),
                       errors.size() - limit);
  }
  return out + (errors.empty() ? "" : "\n") + events;
}

std::string appendix_section(const Page& page, Anchors& anchors) {
  const Workload& workload = page.workload;
  const std::string heading =
      page.brief ? "" : anchors.heading(page.level, "Appendix", page.section("appendix"));
  return heading +
         "<details><summary>Input, coverage, what the log hides, worst examples</summary>\n\n" +
         facts(workload) + hidden(workload) + sources(workload.coverage) +
         worst_examples(page, anchors) + "</details>\n\n";
}

}  // namespace pgcounsel
