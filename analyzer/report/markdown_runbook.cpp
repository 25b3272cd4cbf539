// "If it happens again": the commands for the pool that was full, ready to be pasted.
#include <fmt/format.h>

#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/runbook.h"

namespace pgcounsel {
namespace {

std::string steps_of(const Workload& workload, const PoolIncident& incident) {
  std::string out;
  std::size_t number = 0;
  for (const RunbookStep& step : runbook_of(workload, incident)) {
    out += fmt::format("**{}. {}.** {}\n\n", ++number, step.title, markdown_prose(step.text));
    if (!step.look.empty()) out += fenced("sql", step.look) + "\n";
    if (!step.look.empty() && !step.act.empty()) out += "If these are the ones:\n\n";
    if (!step.act.empty()) out += fenced("sql", step.act) + "\n";
  }
  return out;
}

}  // namespace

std::string runbook_section(const Page& page, Anchors& anchors) {
  const IncidentStories stories = stories_of(page.workload);
  if (stories.told.empty()) return "";
  std::string out = anchors.heading(page.level, "If it happens again", page.section("runbook"));
  out += fmt::format(
      "For {}{}. Cause: {}. Connect to the server itself, not through the full pool, "
      "as superuser (some connections are reserved for it) or as a member of `pg_monitor` and "
      "`pg_signal_backend`.\n\n",
      stories.told.front().pool->is_server ? "" : "the pool ",
      markdown_text(pool_name(*stories.told.front().pool)),
      markdown_prose(cause_words(*stories.told.front().window)));
  out += steps_of(page.workload, stories.told.front());
  for (std::size_t at = 1; at < stories.told.size(); ++at) {
    const PoolIncident& other = stories.told[at];
    out += fmt::format("<details><summary>The same for {}: {}</summary>\n\n{}</details>\n\n",
                       html_text(pool_name(*other.pool)), html_text(cause_words(*other.window)),
                       steps_of(page.workload, other));
  }
  return out;
}

}  // namespace pgcounsel
