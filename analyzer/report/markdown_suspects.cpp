// What filled a pool, and what did not: each suspect with the figure that speaks for or against it.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_incident.h"

namespace pgcounsel {
namespace {

std::string row(std::string_view names, std::string_view verdict, std::string_view because) {
  return fmt::format("| {} | {} | {} |\n", markdown_text(names), verdict, markdown_prose(because));
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
    const Suspicion told = taken_apart(line);
    if (told.suspect.empty()) {
      remarks += fmt::format("- {}\n", markdown_prose(with_words_for_causes(told.because)));
    } else if (told.is_open) {
      open += row(suspect_words(told.suspect), "**not ruled out**", told.because);
    } else {
      rows += row(suspect_words(told.suspect),
                  told.suspect == window.cause ? "**cause**" : "a part of it", told.because);
    }
  }
  rows += open;
  for (const Innocents& cleared : innocents_of(window)) {
    rows += row(cleared.names, "**no**", cleared.because);
  }
  for (const UnknownSuspect& entry : window.not_known) {
    rows += row(suspect_words(entry.suspect), "not known", "lacks: " + entry.missing);
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
