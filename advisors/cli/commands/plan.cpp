// plan: reads EXPLAIN's output, and says where the time went and what is wrong. Each plan is looked
// at for itself, as if it were all that is known of a server.
#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/output.h"
#include "advisors/run.h"
#include "analyzer/plans/plan_file.h"
#include "analyzer/plans/plan_hash.h"
#include "analyzer/plans/redact_plan.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/plan_report.h"
#include "analyzer/workload.h"
#include "parser/input.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {
namespace {

std::string shown(const std::string& path) {
  return path == "-" ? "stdin" : path;
}

void warn(const Options& options, const std::string& message) {
  if (!options.quiet) fmt::print(stderr, "pgcounsel: warning: {}\n", one_line(message));
}

void warn_of(const Options& options, const PlanFile& file) {
  for (const PlanTrouble& trouble : file.troubles) {
    const std::string place =
        trouble.line > 0 ? fmt::format("{}:{}: ", file.path, trouble.line) : std::string();
    warn(options, place + trouble.message);
  }
}

// What can be read; what cannot is a warning as long as another can, else the error of the first.
Result<std::vector<PlanFile>> read_files(const std::vector<std::string>& arguments,
                                         const Options& options) {
  auto paths = expand_inputs(arguments);
  if (!paths) return paths.error();
  FormatHints hints;
  hints.log_line_prefix = options.log_line_prefix;
  std::vector<PlanFile> files;
  std::vector<Error> errors;
  for (const std::string& path : *paths) {
    auto file = read_plan_file(path, hints);
    if (file) {
      files.push_back(*std::move(file));
    } else {
      errors.push_back(file.error());
    }
  }
  if (files.empty()) {
    return errors.empty() ? Error{"there is nothing to read: no file was given"} : errors.front();
  }
  for (const Error& error : errors) warn(options, error.message);
  for (const PlanFile& file : files) warn_of(options, file);
  return files;
}

PlanRow row_of(Plan plan, const Options& options, StatementBook& statements) {
  PlanRow row;
  row.figures = figures_of(plan);
  row.hash = plan_hash(plan);
  if (!plan.query.empty()) row.fingerprint = statements.look_up(plan.query)->fingerprint;
  row.plan = std::move(plan);
  if (!options.show_values) redact_plan(row.plan);
  return row;
}

std::vector<PlanSection> sections_of(std::vector<PlanFile> files, const Options& options) {
  StatementBook statements;
  std::vector<PlanSection> sections;
  for (PlanFile& file : files) {
    for (Plan& plan : file.plans) {
      PlanSection section;
      section.file = shown(file.path);
      section.row = row_of(std::move(plan), options, statements);
      sections.push_back(std::move(section));
    }
  }
  return sections;
}

// The row is lent to a workload that holds nothing else.
void review(PlanSection& section) {
  Workload workload;
  workload.plans.push_back(std::move(section.row));
  section.findings = run_advisors(Brief{workload});
  section.row = std::move(workload.plans.front());
}

// One plan is compared with all, else each with that of the same place.
Result<void> compare(std::vector<PlanSection>& plans, const std::vector<PlanSection>& others,
                     const std::string& path) {
  if (others.size() != 1 && others.size() != plans.size()) {
    return Error{fmt::format(
        "{}: holds {} plans, to be compared with {}: give one, or as many in the same order", path,
        others.size(), plans.size())};
  }
  for (std::size_t at = 0; at < plans.size(); ++at) {
    const PlanRow& before = others[others.size() == 1 ? 0 : at].row;
    const PlanRow& after = plans[at].row;
    plans[at].change = compare_plans(before.plan, before.figures, after.plan, after.figures);
  }
  return {};
}

std::string rendered(const PlanReport& report, const Options& options) {
  switch (options.format) {
    case Format::kJson:
      return render_plan_json(report);
    case Format::kMarkdown:
      return render_plan_markdown(report);
    default:
      break;
  }
  return render_plan_text(report, wants_color(options), output_width(options, kPlanWidth));
}

}  // namespace

Result<int> run_plan(const Options& options) {
  auto files =
      read_files(options.inputs.empty() ? std::vector<std::string>{"-"} : options.inputs, options);
  if (!files) return files.error();
  PlanReport report;
  report.rules = rule_infos();
  report.plans = sections_of(*std::move(files), options);
  if (options.against) {
    auto others = read_files({*options.against}, options);
    if (!others) return others.error();
    report.against = shown(*options.against);
    const auto done =
        compare(report.plans, sections_of(*std::move(others), options), *options.against);
    if (!done) return done.error();
  }
  for (PlanSection& section : report.plans) review(section);
  if (auto written = write_output(options.output, rendered(report, options)); !written) {
    return written.error();
  }
  if (!options.fail_on) return kExitClean;
  for (const PlanSection& section : report.plans) {
    for (const Finding& finding : section.findings) {
      if (finding.level >= *options.fail_on) return kExitFindings;
    }
  }
  return kExitClean;
}

}  // namespace pgcounsel
