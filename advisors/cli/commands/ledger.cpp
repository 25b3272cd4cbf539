#include "advisors/cli/commands/ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/output.h"
#include "advisors/cli/progress.h"
#include "advisors/run.h"
#include "analyzer/ingest.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/notes.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {
namespace {

// Sums are kept by the hour, so a period begins and ends with one.
Period chosen_period(const Options& options, Period known) {
  Period period = known;
  if (options.until) period.until = floor_to(*options.until + kHour - Micros{1}, kHour);
  if (options.since) {
    period.since = floor_to(*options.since, kHour);
  } else if (options.period) {
    period.since = floor_to(period.until - *options.period, kHour);
  }
  return period;
}

Result<std::vector<std::string>> chosen_servers(const Store& store, const Options& options) {
  auto names = store.servers();
  if (!names || !options.server) return names;
  if (std::find(names->begin(), names->end(), *options.server) == names->end()) {
    return Error{fmt::format("the ledger knows no server `{}` (it has: {})", *options.server,
                             fmt::join(*names, ", "))};
  }
  return std::vector<std::string>{*options.server};
}

std::string rendered(const Report& report, const Options& options) {
  switch (options.format) {
    case Format::kJson:
      return render_json(report);
    case Format::kText:
      return render_text(report, wants_color(options));
    default:
      break;
  }
  return render_markdown(report);
}

// What an input was read as, and how much of it was understood.
std::string words_on(const SourceCoverage& source) {
  std::string words = fmt::format("{}: {}", one_line(source.name), source.format);
  if (!source.prefix.empty()) words += fmt::format(" with prefix `{}`", one_line(source.prefix));
  words += fmt::format(", {} records", source.records);
  if (const std::string share = understood(source); !share.empty()) words += " (" + share + ")";
  words += fmt::format(", {} not understood, {} known before", source.unparsed_records,
                       source.duplicate_records);
  if (source.foreign_entries > 0) {
    words += fmt::format(", {} entries of other programs", source.foreign_entries);
  }
  return words;
}

}  // namespace

Result<void> ingest_inputs(Store& store, const Options& options, Timings& timings) {
  IngestRequest request;
  request.inputs = options.inputs.empty() ? std::vector<std::string>{"-"} : options.inputs;
  request.server = options.server;
  request.hints.log_line_prefix = options.log_line_prefix;
  request.hints.input_format = options.input_format;
  request.hints.year = options.year;
  request.hints.zone = options.timezone.value_or(Zone{});
  request.hints.zone_is_told = options.timezone.has_value();
  request.threads = options.threads > 0 ? options.threads : std::thread::hardware_concurrency();
  request.most_memory = options.memory;
  request.pool_sizes = options.pool_sizes;
  const Time now = std::chrono::floor<Micros>(std::chrono::system_clock::now());
  for (auto& [key, size] : request.pool_sizes) size.time = now;
  Progress progress(options.progress);
  request.progress = [&progress](const IngestProgress& figures) {
    std::optional<std::uint64_t> total;
    if (figures.bytes_total > 0) total = figures.bytes_total;
    progress.update({figures.bytes_done, total, figures.records, {}});
  };
  const auto outcome = ingest(store, request);
  if (!outcome) return outcome.error();
  progress.clear();
  timings.add(outcome->phases);
  timings.count("statements were parsed", outcome->parser_calls);
  if (options.quiet) return {};
  for (const SourceCoverage& source : outcome->sources) {
    if (!options.verbose) break;
    fmt::print(stderr, "pgcounsel: {}\n", words_on(source));
  }
  for (const Warning& warning : outcome->warnings) {
    fmt::print(stderr, "pgcounsel: warning: {}\n", one_line(warning.message));
  }
  if (outcome->unparsed > 0) {
    fmt::print(stderr,
               "pgcounsel: warning: {} entries were not understood (see the report's appendix)\n",
               outcome->unparsed);
  }
  return {};
}

Result<std::vector<Workload>> all_workloads(const Store& store, const Options& options) {
  const auto names = chosen_servers(store, options);
  if (!names) return names.error();
  std::vector<Workload> workloads;
  for (const std::string& name : *names) {
    const auto known = store.known_hours(name);
    if (!known) return known.error();
    if (!*known) continue;
    const auto sums = store.view(name, **known);
    if (!sums) return sums.error();
    workloads.push_back(summarise(name, **known, *sums));
  }
  return workloads;
}

Result<Report> make_report(const Store& store, const Options& options) {
  const auto names = chosen_servers(store, options);
  if (!names) return names.error();
  Report report;
  report.rules = rule_infos();
  for (const std::string& name : *names) {
    auto known = store.known_hours(name);
    if (!known) return known.error();
    if (!*known) continue;
    const Period period = chosen_period(options, **known);
    if (period.since >= period.until) {
      return Error{"the period is empty: --since is not before --until (or the newest record)"};
    }
    auto sums = store.view(name, period);
    if (!sums) return sums.error();
    ServerReport server;
    server.workload = summarise(name, period, *sums);
    server.findings = run_advisors(Brief{server.workload});
    report.servers.push_back(std::move(server));
  }
  if (report.servers.empty()) {
    return Error{
        "there is nothing to report: what was read tells no time (a table of pg_stat_statements "
        "does not: read it together with a log)"};
  }
  return report;
}

Result<int> write_report(const Report& report, const Options& options) {
  if (auto written = write_output(options.output, rendered(report, options)); !written) {
    return written.error();
  }
  if (!options.fail_on) return kExitClean;
  for (const ServerReport& server : report.servers) {
    for (const Finding& finding : server.findings) {
      if (finding.level >= *options.fail_on) return kExitFindings;
    }
  }
  return kExitClean;
}

}  // namespace pgcounsel
