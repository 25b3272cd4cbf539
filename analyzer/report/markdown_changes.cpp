// What is not as it was in the period before.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/changes.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/markdown_page.h"
#include "analyzer/report/sql_text.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kNotable = 15, kSmaller = 20;

std::string figure_of(const Change& change, const std::optional<std::uint64_t>& figure) {
  if (!figure) return "—";
  if (change.is_mean) return unbroken(duration(Micros{static_cast<Micros::rep>(*figure)}));
  return unbroken(counted(*figure) + (*figure == 1 ? " call" : " calls"));
}

std::string kind_words(const Change& change) {
  const std::uint64_t before = change.before.value_or(0), after = change.after.value_or(0);
  if (change.kind == "new") {
    return "🟠 new" + (change.since ? " since " + clock_of(*change.since) : std::string());
  }
  if (change.kind == "gone") return "⚪ gone";
  if (change.kind == "plan_changed") {
    const std::string_view sign = after > before ? "🔴" : after < before ? "🟢" : "🟠";
    return fmt::format("{} other plan since {}", sign, clock_of(*change.since));
  }
  if (change.kind == "slower") return "🔴 slower " + ratio(after, before);
  if (change.kind == "faster") return "🟢 faster " + ratio(before, after);
  return (change.kind == "more_traffic" ? "🟠 traffic " : "⚪ traffic ") + ratio(after, before);
}

std::string row_of(const Page& page, const Anchors& anchors, const Change& change) {
  std::string now = figure_of(change, change.after);
  if (change.before) now = figure_of(change, change.before) + " → " + now;
  return fmt::format("| {} | {} | {} | {} | {} |\n", unbroken(kind_words(change)),
                     page.to_query(anchors, change.fingerprint),
                     code_cell(brief_sql(change.text, 56)), now,
                     change.query == nullptr ? page.findings_on(anchors, hex(change.fingerprint))
                                             : page.findings_about(anchors, *change.query));
}

constexpr std::string_view kHead =
    "| change | query | what | before → now | see |\n|---|---|---|---|---|\n";

}  // namespace

std::string changes_section(const Page& page, Anchors& anchors) {
  const std::vector<Change> changes = changes_of(page.workload);
  const auto first_small = std::find_if(changes.begin(), changes.end(),
                                        [](const Change& change) { return !change.notable; });
  const auto notable = static_cast<std::size_t>(first_small - changes.begin());
  const std::size_t smaller = changes.size() - notable;
  const bool in_a_line = notable == 0 && (page.brief || !page.workload.previous);
  std::string out = in_a_line
                        ? "**What changed:** "
                        : anchors.heading(page.level, "What changed", page.section("changes"));
  if (notable == 0) {
    if (!page.workload.previous) {
      return out + "the ledger has no earlier period to compare with.\n\n";
    }
    out += in_a_line ? "nothing" : "Nothing";
    out += " that makes up 1 % of the connection time";
    return out + (smaller > 0 ? fmt::format("; {} smaller change{}.\n\n", grouped(smaller),
                                            smaller == 1 ? "" : "s")
                              : ".\n\n");
  }
  out += kHead;
  for (std::size_t at = 0; at < std::min(notable, kNotable); ++at) {
    out += row_of(page, anchors, changes[at]);
  }
  out += "\n";
  if (notable > kNotable) {
    out +=
        fmt::format("And {} more of at least 1 % of the connection time.\n\n", notable - kNotable);
  }
  if (smaller == 0 || page.brief) return out;
  out += fmt::format(
      "<details><summary>{} smaller change{} (below 1 % of the connection time)</summary>\n\n{}",
      grouped(smaller), smaller == 1 ? "" : "s", kHead);
  for (std::size_t at = notable; at < std::min(changes.size(), notable + kSmaller); ++at) {
    out += row_of(page, anchors, changes[at]);
  }
  if (smaller > kSmaller) out += fmt::format("\nThe {} largest are shown.\n", kSmaller);
  return out + "\n</details>\n\n";
}

}  // namespace pgcounsel
