#include "advisors/runs.h"

#include <algorithm>
#include <string>

#include "advisors/figures.h"
#include "analyzer/workload.h"

namespace pgcounsel {
namespace {

Micros whole_micros(double value) {
  return Micros{static_cast<std::int64_t>(std::max(0.0, value))};
}

}  // namespace

Verb verb_of(std::string_view text) {
  std::string word;
  for (char c : text.substr(0, 8)) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (lower < 'a' || lower > 'z') break;
    word += lower;
  }
  if (word == "select" || word == "with" || word == "execute") return Verb::kRead;
  if (word == "insert") return Verb::kInsert;
  if (word == "update" || word == "delete") return Verb::kChange;
  return Verb::kOther;
}

double run_share(const QueryRow& row, const Workload& workload) {
  return std::min(1.0, share(row.run_total, workload.totals.hold));
}

double mean_run(const QueryRow& row) {
  return static_cast<double>(row.run_calls) /
         static_cast<double>(std::max<std::uint64_t>(row.run_count, 1));
}

bool inside_transactions(const QueryRow& row, const Workload& workload) {
  return std::ranges::any_of(workload.transactions, [&](const TransactionRow& transaction) {
    return transaction.explicit_block &&
           std::ranges::find(transaction.steps, row.fingerprint, &TransactionStep::fingerprint) !=
               transaction.steps.end();
  });
}

Gain gain_of_runs(const QueryRow& row, const Coverage& coverage, double most) {
  const double calls = static_cast<double>(row.run_calls);
  const double total = static_cast<double>(row.run_total.count());
  const double mean =
      row.calls == 0 ? 0 : static_cast<double>(row.total.count()) / static_cast<double>(row.calls);
  const double executing = std::min(calls * mean, total);
  const double low = per_day(whole_micros(total - executing), coverage);
  const double saved = (total - executing + most * executing) * (1 - 1 / mean_run(row));
  return {low, std::max(low, per_day(whole_micros(saved), coverage))};
}

}  // namespace pgcounsel
