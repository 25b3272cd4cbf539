// check: reviews SQL before it reaches the database.
#include <fmt/format.h>

#include <cstdio>
#include <utility>

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/output.h"
#include "advisors/run.h"
#include "advisors/sql/review_findings.h"
#include "analyzer/ingest/recognised.h"
#include "analyzer/report/check_report.h"
#include "analyzer/report/escape.h"
#include "analyzer/review/build_review.h"
#include "analyzer/workload.h"
#include "parser/input.h"
#include "parser/schema/ddl.h"
#include "parser/sql/sql_file.h"

namespace pgcounsel {
namespace {

Result<std::string> read_text(const std::string& path) {
  auto stream = InputStream::open(path);
  if (!stream) return stream.error();
  std::string text;
  bool ended = false;
  std::optional<std::string> fault;
  fill(*stream, text, std::size_t{1} << 30, ended, fault);
  if (fault) return Error{*fault};
  drop_byte_order_mark(text);
  return text;
}

Result<std::vector<ReviewInput>> read_inputs(const Options& options) {
  auto paths = expand_inputs(options.inputs);
  if (!paths) return paths.error();
  std::vector<ReviewInput> inputs;
  for (const std::string& path : *paths) {
    auto text = read_text(path);
    if (!text) return text.error();
    inputs.push_back({path, std::move(*text)});
  }
  return inputs;
}

Result<Catalog> read_catalog(const Options& options) {
  Catalog catalog;
  if (!options.catalog) return catalog;
  auto text = read_text(*options.catalog);
  if (!text) return text.error();
  for (const SqlPiece piece : split_statements(*text)) {
    const auto tree = SyntaxTree::parse(text->substr(piece.begin, piece.end - piece.begin));
    if (tree) apply_ddl(catalog, *tree);
  }
  return catalog;
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

std::string rendered(const CheckReport& report, const Options& options) {
  if (options.format == Format::kJson) return render_check_json(report);
  std::string text;
  for (const Finding& f : report.findings)
    text += fmt::format("{}:{}:{}: {}: {} [{}]\n", f.place->file, f.place->line, f.place->column,
                        name_of(f.level), f.title, f.rule);
  return text;
}

}  // namespace

Result<int> run_check(const Options& options) {
  auto catalog = read_catalog(options);
  if (!catalog) return catalog.error();
  auto inputs = read_inputs(options);
  if (!inputs) return inputs.error();
  const auto review = build_review(*std::move(inputs), *std::move(catalog));
  const Workload workload;
  ReviewFindings found =
      review_findings(*review, workload, {options.rules, options.excluded_rules});
  CheckReport report;
  report.queries = queries_of(*review);
  report.suppressed = found.ignored;
  report.fail_on = options.fail_on;
  report.findings = std::move(found.findings);
  report.rules = rule_infos();
  if (auto written = write_output(options.output, rendered(report, options)); !written) {
    return written.error();
  }
  if (!options.fail_on) return kExitClean;
  for (const Finding& finding : report.findings) {
    if (finding.level >= *options.fail_on) return kExitFindings;
  }
  return kExitClean;
}

}  // namespace pgcounsel
