// The command line as a plain struct. Values come from the arguments first, then from PGCOUNSEL_*
// variables, then from the file given with --config; everything is checked here, so the commands
// never see a value they cannot use. The only unit that knows Boost.Program_options is options.cpp.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/finding.h"
#include "analyzer/samples.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

enum class Command { kPrint, kAnalyze, kIngest, kReport, kIncident, kPlan, kCheck, kRule };
// Each command has some of them.
enum class Format { kMarkdown, kJson, kText, kGcc, kSarif, kGithub, kGitlab, kJunit };
enum class ColorWhen { kAuto, kAlways, kNever };

struct Options {
  Command command = Command::kPrint;
  std::string text;                 // kPrint: the whole answer (--help, --version)
  std::vector<std::string> inputs;  // files, directories, `-`; empty: standard input
  std::optional<std::string> rule;  // kRule: the id; absent: the list of rules

  std::optional<std::string> db;       // always there for ingest, report, incident
  std::optional<std::string> against;  // kPlan: what the plans are compared with; kCheck: a ledger
  bool show_values = false;            // kPlan: literals as they stand in the plan
  std::optional<std::string> output;   // absent or `-`: standard output
  Format format = Format::kMarkdown;   // of kPlan and kCheck kText, where none is given
  std::optional<Level> fail_on;        // absent: findings never change the exit code

  // kCheck:
  std::optional<std::string> catalog;   // a schema dump
  std::optional<std::string> baseline;  // always there with `update_baseline`
  bool update_baseline = false;
  bool new_only = false;  // always with `against`
  std::vector<std::string> rules, excluded_rules;

  std::optional<std::string> server;
  std::optional<Zone> timezone;  // of times whose zone the log does not tell
  std::optional<std::string> log_line_prefix;
  std::optional<std::string> input_format;      // one of input_formats()
  std::optional<int> year;                      // in which a syslog without years begins
  std::map<PoolSizeKey, PoolSize> pool_sizes;   // without a time
  Micros wait{0};                               // for another run to let go of the ledger
  std::size_t threads = 0;                      // 0: as many as the machine has
  std::size_t memory = std::size_t{256} << 20;  // bytes, see IngestRequest

  // What a report covers: [since, until) where they are given; without `since`, `period` before
  // `until` (or before the newest record), where an absent period is everything. The command line
  // refuses both `since` and `period`; where a lesser source gives the other, it is passed over.
  std::optional<Micros> period = kDay;
  std::optional<Time> since, until;

  bool quiet = false;    // errors only on stderr
  bool timings = false;  // how long each part took, on stderr
  bool verbose = false;  // also what each input was read as
  bool progress = true;  // false: --no-progress or --quiet
  ColorWhen color = ColorWhen::kAuto;
};

// Variables by their full name, such as PGCOUNSEL_DB; others are not looked at.
using Environment = std::map<std::string, std::string>;

// `arguments` without the program's name. An error is one line that says what to do.
Result<Options> parse_options(const std::vector<std::string>& arguments,
                              const Environment& environment);

}  // namespace pgcounsel
