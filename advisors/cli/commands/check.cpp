// check: reviews SQL before it reaches the database. Reads files, a catalogue and a ledger, and
// changes none of them; writes a baseline where it is asked to.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <utility>

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/commands/ledger.h"
#include "advisors/cli/output.h"
#include "advisors/run.h"
#include "advisors/sql/ledger_evidence.h"
#include "advisors/sql/review_findings.h"
#include "analyzer/report/check_report.h"
#include "analyzer/review/against.h"
#include "analyzer/review/baseline.h"
#include "analyzer/review/build_review.h"
#include "analyzer/review/ignores.h"
#include "analyzer/review/review_files.h"
#include "parser/schema/dump.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kTextWidth = 100;

Result<Catalog> read_catalog(const Options& options, std::vector<std::string>& notes) {
  if (!options.catalog) return Catalog{};
  auto text = read_sql_text(*options.catalog, notes);
  if (!text) return text.error();
  const std::size_t begin = text->find_first_not_of(" \t\r\n");
  if (begin != std::string::npos && (*text)[begin] == '{') {
    return Error{
        fmt::format("{}: is JSON; --catalog takes a dump of the schema (pg_dump --schema-only)",
                    *options.catalog)};
  }
  SchemaDump dump;
  add_dump(dump, *text);
  if (dump.catalog.empty()) {
    return Error{
        fmt::format("{}: creates no table; --catalog takes a dump of the schema "
                    "(pg_dump --schema-only)",
                    *options.catalog)};
  }
  if (!dump.skipped.empty()) {
    notes.push_back(fmt::format(
        "{}:{}: {} of the catalogue could not be read ({})", *options.catalog,
        dump.skipped.front().line,
        dump.skipped_count == 1 ? "a statement" : fmt::format("{} statements", dump.skipped_count),
        dump.skipped.front().message));
  }
  return std::move(dump.catalog);
}

// Of every server, or the one that is asked for; empty without --against.
Result<std::vector<Workload>> read_ledger(const Options& options) {
  if (!options.against) return std::vector<Workload>{};
  auto store = Store::open_for_reading(*options.against);
  if (!store) return store.error();
  return all_workloads(*store, options);
}

// Where nothing is given, what is not there is not old; but then it was to be there.
Result<Baseline> read_baseline(const Options& options) {
  if (!options.baseline || options.update_baseline) return Baseline{};
  std::vector<std::string> notes;
  auto text = read_sql_text(*options.baseline, notes);
  if (!text) {
    return Error{text.error().message +
                 " (the baseline; `--update-baseline` writes one that is not there)"};
  }
  return parse_baseline(*text, *options.baseline);
}

Result<int> update_baseline(const Findings& findings, const Options& options) {
  const Baseline baseline = baseline_of(findings);
  if (auto written = write_output(options.baseline, render_baseline(baseline)); !written) {
    return written.error();
  }
  if (!options.quiet) {
    fmt::print(stderr, "pgcounsel: findings in {}: {}\n", *options.baseline, findings.size());
  }
  return kExitClean;
}

std::vector<CheckQuery> queries_of(const Review& review) {
  std::vector<CheckQuery> queries;
  for (const ReviewStatement& statement : review.statements) {
    if (!statement.tree) continue;
    queries.push_back({review.files[statement.file].path, statement.line, statement.column,
                       statement.end_line, statement.end_column, statement.name,
                       statement.fingerprint, statement.is_new, statement.query});
  }
  return queries;
}

void keep_new(Findings& findings, const Review& review) {
  const StatementFinder finder(review);
  std::erase_if(findings, [&](const Finding& finding) {
    const std::size_t at = finder.at(*finding.place);
    return at != kNotRun && !review.statements[at].is_new;
  });
}

std::string rendered(const CheckReport& report, const Options& options) {
  switch (options.format) {
    case Format::kMarkdown:
      return render_check_markdown(report);
    case Format::kJson:
      return render_check_json(report);
    case Format::kGcc:
      return render_check_gcc(report);
    case Format::kSarif:
      return render_check_sarif(report);
    case Format::kGithub:
      return render_check_github(report);
    case Format::kGitlab:
      return render_check_gitlab(report);
    case Format::kJunit:
      return render_check_junit(report);
    case Format::kText:
      break;
  }
  return render_check_text(report, wants_color(options), output_width(options, kTextWidth));
}

const Workload& main_workload(const std::vector<Workload>& workloads) {
  static const Workload none;
  if (workloads.empty()) return none;
  return *std::ranges::max_element(workloads, {},
                                   [](const Workload& workload) { return workload.totals.hold; });
}

FormatHints hints_of(const Options& options) {
  FormatHints hints;
  hints.log_line_prefix = options.log_line_prefix;
  return hints;
}

}  // namespace

Result<int> run_check(const Options& options) {
  CheckReport report;
  auto baseline = read_baseline(options);
  if (!baseline) return baseline.error();
  const auto workloads = read_ledger(options);
  if (!workloads) return workloads.error();
  auto catalog = read_catalog(options, report.notes);
  if (!catalog) return catalog.error();
  auto files = read_review_files(
      options.inputs.empty() ? std::vector<std::string>{"-"} : options.inputs, hints_of(options));
  if (!files) return files.error();
  std::ranges::move(files->notes, std::back_inserter(report.notes));

  const auto review = build_review(std::move(files->inputs), *std::move(catalog));
  const LedgerFacts facts(*workloads);
  if (options.against) hold_against(*review, facts);
  ReviewFindings found =
      review_findings(*review, main_workload(*workloads), {options.rules, options.excluded_rules});
  report.findings = std::move(found.findings);
  if (options.against) add_ledger_evidence(report.findings, *review, facts);
  if (options.new_only) keep_new(report.findings, *review);
  if (options.update_baseline) return update_baseline(report.findings, options);

  report.suppressed = found.ignored + take_old(report.findings, *baseline);
  report.queries = queries_of(*review);
  std::ranges::move(review->notes, std::back_inserter(report.notes));
  report.rules = rule_infos();
  report.fail_on = options.fail_on;
  if (auto written = write_output(options.output, rendered(report, options)); !written) {
    return written.error();
  }
  return failing(report) > 0 ? kExitFindings : kExitClean;
}

}  // namespace pgcounsel
