// What filled a pool, and what did not: each suspect with the figure that speaks for or against it.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_incident.h"

namespace pgcounsel {
namespace {

struct Suspicion {
  std::string suspect, because;
};

// `slow_query: the time that statements ran: +0.28 of …`; without such a head the suspect is empty.
Suspicion taken_apart(std::string_view evidence) {
  const std::size_t colon = evidence.find(": ");
  const std::string_view head = evidence.substr(0, colon);
  const bool is_id = colon != evidence.npos && !head.empty() && head.find(' ') == head.npos;
  if (!is_id) return {"", std::string(evidence)};
  return {std::string(head), std::string(evidence.substr(colon + 2))};
}

std::string row(std::string_view suspect, std::string_view verdict, std::string_view because) {
  return fmt::format("| {} | {} | {} |\n", markdown_text(suspect_words(suspect)), verdict,
                     markdown_prose(because));
}

}  // namespace

bool has_suspects(const PoolWindow& window) {
  return !window.evidence.empty() || !window.ruled_out.empty() || !window.not_known.empty();
}

std::string suspects_block(const Page& page, Anchors& anchors, const PoolIncident& incident,
                           int level) {
  const PoolWindow& window = *incident.window;
  if (!has_suspects(window)) return "";
  std::string rows, open, remarks;
  for (const std::string& line : window.evidence) {
    constexpr std::string_view kOpen = "not ruled out: ";
    const bool is_open = line.starts_with(kOpen);
    const Suspicion told = taken_apart(std::string_view(line).substr(is_open ? kOpen.size() : 0));
    if (told.suspect.empty()) {
      remarks += fmt::format("- {}\n", markdown_prose(with_words_for_causes(told.because)));
    } else if (is_open) {
      open += row(told.suspect, "**not ruled out**", told.because);
    } else {
      rows += row(told.suspect, told.suspect == window.cause ? "**cause**" : "a part of it",
                  told.because);
    }
  }
  rows += open;
  for (const ClearedSuspect& entry : window.ruled_out) {
    rows += row(entry.suspect, "**no**", entry.because);
  }
  for (const UnknownSuspect& entry : window.not_known) {
    rows += row(entry.suspect, "not known", "lacks: " + entry.missing);
  }
  const IncidentStories stories = stories_of(page.workload);
  const auto number =
      std::find_if(stories.told.begin(), stories.told.end(),
                   [&](const PoolIncident& told) { return told.window == incident.window; });
  std::string out = anchors.heading(
      level, "Ruled out",
      page.section(fmt::format("incident {} suspects", number - stories.told.begin())));
  if (!rows.empty()) out += "| suspect | verdict | because |\n|---|---|---|\n" + rows + "\n";
  return remarks.empty() ? out : out + remarks + "\n";
}

}  // namespace pgcounsel
