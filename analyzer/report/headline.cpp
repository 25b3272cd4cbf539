// The report's first sentences: what matters most of what the night's figures and findings say.
#include <fmt/format.h>

#include <algorithm>

#include "analyzer/report/escape.h"
#include "analyzer/report/pooler_words.h"
#include "analyzer/report/refusals.h"
#include "analyzer/report/view.h"

namespace pgcounsel {
namespace {

std::string sentence(std::string text) {
  if (!text.empty() && text.back() != '.' && text.back() != '!' && text.back() != '?') text += '.';
  return text;
}

bool tells_of_full_server(const Finding* finding) {
  return finding != nullptr && finding->subject.kind == "error" &&
         (finding->subject.id == "53300" || finding->subject.id == "53400");
}

bool is_about(const Finding& finding, const PoolRow& pool) {
  return finding.subject.kind == "pool" && finding.subject.id == pool_id(pool);
}

bool is_about(const Finding& finding, const TransactionRow& holder) {
  if (finding.subject.id == holder.id) return true;
  return std::any_of(holder.steps.begin(), holder.steps.end(), [&](const TransactionStep& step) {
    return !is_begin_or_end(step.text) && hex(step.fingerprint) == finding.subject.id;
  });
}

// What is to be done about a full pool: the finding on its cause, else on the pool, else on its
// first holder.
const Finding* finding_on(const PoolIncident& incident, const TransactionRow* holder,
                          const Findings& findings) {
  const Finding* best = nullptr;
  int most = 0;
  for (const Finding& finding : findings) {
    const bool on_holder = holder != nullptr && is_about(finding, *holder);
    const bool on_pool = is_about(finding, *incident.pool);
    if ((!on_holder && !on_pool) || finding.level < Level::kLow) continue;
    // Those that hold most behind a forgotten transaction are its victims.
    const bool is_cause =
        finding.rule == incident.window->cause && !incident.window->waits_for_forgotten;
    const int weight = (is_cause ? 4 : 0) + (on_pool ? 2 : 1);
    if (weight > most) best = &finding;
    most = std::max(most, weight);
  }
  return best;
}

// Sentences behind those on the full pool.
std::string besides_full_pool(const Workload& workload, const Refusals& refusals) {
  std::string words = other_refusals(refusals);
  const auto add = [&words](const std::string& more) {
    if (!more.empty()) words += (words.empty() ? "" : " ") + more;
  };
  const std::uint64_t told = refused_in_windows(workload).value_or(0);
  if (workload.pooler && workload.pooler->refused > told) add(refused_words(workload));
  add(waited_words(workload));
  // It stands behind a colon.
  const bool is_word = words.starts_with("Transactions ") || words.starts_with("Up to ");
  if (is_word) words[0] = static_cast<char>(words[0] - 'A' + 'a');
  return words;
}

Verdict verdict_of_full_pool(const Workload& workload, const Findings& findings,
                             const PoolIncident& longest) {
  Verdict verdict;
  verdict.mark = Mark::kBad;
  verdict.incident = longest;
  verdict.headline = full_pool_headline(workload);
  if (!longest.window->holders.empty()) {
    verdict.holder = row_of(workload, longest.window->holders.front());
  }
  verdict.finding = finding_on(longest, verdict.holder, findings);
  const Refusals refusals = refusals_of(workload);
  const bool is_told = std::ranges::any_of(workload.pools, [](const PoolRow& pool) {
    return pool.is_server && !pool.windows.empty();
  });
  if (refusals.full > 0 && !is_told) verdict.headline += " " + full_words(refusals);
  verdict.besides = besides_full_pool(workload, refusals);
  return verdict;
}

}  // namespace

Verdict verdict_of(const Workload& workload, const Findings& findings) {
  if (std::vector<PoolIncident> full = incidents_of(workload); !full.empty()) {
    return verdict_of_full_pool(workload, findings, full.front());
  }
  Verdict verdict;
  if (!workload.transactions.empty()) verdict.holder = &workload.transactions.front();
  if (!findings.empty() && findings.front().level >= Level::kMedium) {
    verdict.finding = &findings.front();
    verdict.mark = verdict.finding->level == Level::kMedium ? Mark::kWarn : Mark::kBad;
    verdict.headline = sentence(shortened(verdict.finding->title, 160));
  }
  const Refusals refusals = refusals_of(workload);
  const auto add = [&verdict](const std::string& words, bool first) {
    std::string& line = verdict.headline;
    if (line.empty())
      line = words;
    else
      line = first ? words + " " + line : line + " " + words;
  };
  if (refusals.full > 0) {
    verdict.mark = Mark::kBad;
    if (!tells_of_full_server(verdict.finding)) add(full_words(refusals), true);
  }
  if (const std::string words = refused_words(workload); !words.empty()) {
    verdict.mark = Mark::kBad;
    add(words, refusals.full == 0);
  }
  if (const std::string words = waited_words(workload); !words.empty()) {
    if (verdict.mark != Mark::kBad) verdict.mark = Mark::kWarn;
    add(words, false);
  }
  if (const std::string words = only_pooler_words(workload); !words.empty()) {
    if (workload.previous && verdict.mark == Mark::kGood) verdict.mark = Mark::kWarn;
    add(words, false);
  }
  // Wrong passwords and the like stand behind what matters more, and alone only where they are new.
  const std::string others = other_refusals(refusals);
  const std::uint64_t before = workload.previous ? workload.previous->refused : 0;
  const bool usual = before > 0 && is_usual(workload.totals.refused, before);
  if (!others.empty() && !usual) {
    if (verdict.headline.empty()) verdict.mark = Mark::kWarn;
    add(others, false);
  }
  if (!verdict.headline.empty()) return verdict;
  if (workload.coverage.records == 0) {
    verdict.mark = Mark::kWarn;
    verdict.headline = "No log records in this period, so nothing is known about it.";
    return verdict;
  }
  if (workload.totals.statements == 0) {
    verdict.mark = Mark::kWarn;
    verdict.headline = "The log shows no statements, so nobody can say who held the connections.";
    return verdict;
  }
  for (const HeadFigure& measure : measures_of(workload)) {
    if (measure.mark != Mark::kBad) continue;
    verdict.mark = Mark::kWarn;
    verdict.headline = fmt::format("No recommendation, but {} went from {} to {}.", measure.name,
                                   measure.before, measure.now);
    return verdict;
  }
  verdict.quiet = true;
  verdict.headline = workload.previous ? "A quiet night." : "Nothing to act on.";
  return verdict;
}

}  // namespace pgcounsel
