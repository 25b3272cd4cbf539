#include "advisors/sql/ledger_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "advisors/figures.h"
#include "analyzer/report/units.h"
#include "analyzer/review/ignores.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kLedger = "ledger";

void add_known(Finding& finding, const KnownQuery& known, const LedgerFacts& facts) {
  const QueryRow& row = *known.row;
  finding.evidence.push_back({"calls", grouped(row.calls), std::string(kLedger)});
  const std::string share = percent(row.hold, facts.held());
  finding.evidence.push_back({"held",
                              share.empty() ? whole_seconds(row.hold)
                                            : fmt::format("{}, {} of all held connections",
                                                          whole_seconds(row.hold), share),
                              std::string(kLedger)});
  const double a_day = per_day(row.hold, known.workload->coverage);
  if (!finding.gain && a_day > 0) finding.gain = Gain{0, a_day};
}

void add_tables(Finding& finding, const ReviewStatement& statement, const LedgerFacts& facts) {
  if (!statement.tree) return;
  for (const std::string& name : tables_of(*statement.tree)) {
    const KnownTable* const table = facts.table(name);
    if (table == nullptr) continue;
    if (statement.known == nullptr && table->held > Micros{0} && facts.held() > Micros{0}) {
      finding.evidence.push_back(
          {fmt::format("held by queries on {}", name),
           fmt::format("{}, {} of all held connections", whole_seconds(table->held),
                       percent(table->held, facts.held())),
           std::string(kLedger)});
      finding.weight = std::max(finding.weight, static_cast<double>(table->held.count()));
    }
    if (table->rows >= 1) {
      const auto rows = static_cast<std::uint64_t>(std::llround(std::min(table->rows, 1e18)));
      finding.evidence.push_back({fmt::format("rows of {}", name),
                                  fmt::format("about {}", counted(rows)),
                                  fmt::format("plan {:016x}", table->plan)});
    }
  }
}

}  // namespace

void add_ledger_evidence(Findings& findings, const Review& review, const LedgerFacts& facts) {
  const StatementFinder finder(review);
  for (Finding& finding : findings) {
    const std::size_t at = finding.place ? finder.at(*finding.place) : kNotRun;
    if (at == kNotRun) continue;
    const ReviewStatement& statement = review.statements[at];
    if (statement.known != nullptr) add_known(finding, facts.query(statement.sent), facts);
    add_tables(finding, statement, facts);
  }
  rank(findings);
}

}  // namespace pgcounsel
