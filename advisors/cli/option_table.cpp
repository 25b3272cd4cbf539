#include "advisors/cli/option_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace pgcounsel {
namespace {

constexpr unsigned bit(Command command) {
  return 1U << static_cast<unsigned>(command);
}

constexpr unsigned kAnalyze = bit(Command::kAnalyze);
constexpr unsigned kReads = kAnalyze | bit(Command::kIngest);
constexpr unsigned kReport = bit(Command::kReport);
constexpr unsigned kReports = kAnalyze | kReport;
constexpr unsigned kRule = bit(Command::kRule);
constexpr unsigned kAll = kReads | kReport | kRule;

constexpr std::size_t kTextColumn = 28;
constexpr std::size_t kWidth = 80;

// `text` broken between words; every line but the first is indented.
std::string wrapped(std::string_view text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (column > indent && column + 1 + end > kWidth) {
      out += fmt::format("\n{:{}}", "", indent);
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += text.substr(0, end);
    column += end;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string entry(std::string_view left, std::string_view text) {
  const std::string break_line =
      left.size() + 2 > kTextColumn ? fmt::format("\n{:{}}", "", kTextColumn) : std::string();
  return fmt::format("{:<{}}{}{}\n", left, kTextColumn, break_line, wrapped(text, kTextColumn));
}

std::string left_side(const OptionInfo& option) {
  std::string left = option.letter != 0 ? fmt::format("  -{}, ", option.letter) : "      ";
  left += fmt::format("--{}", option.name);
  if (!option.value.empty()) left += fmt::format(" {}", option.value);
  return left;
}

constexpr std::string_view kSources =
    "Every option may also stand in the file given with --config, one `name = value`\n"
    "a line without the dashes, or in the environment: there --fail-on is\n"
    "PGCOUNSEL_FAIL_ON. The command line wins over the environment, and that over\n"
    "the file. Exit code: 0, 1 for findings at or above --fail-on, 2 for input or\n"
    "options that cannot be used, 3 when another run holds the ledger.\n";

}  // namespace

const std::vector<CommandInfo>& command_table() {
  static const std::vector<CommandInfo> table{
      {Command::kAnalyze, "analyze", "[OPTION...] [INPUT...]",
       "Reads logs and prints the report: who held the connections, and what to do."},
      {Command::kIngest, "ingest", "--db FILE [OPTION...] [INPUT...]",
       "Reads logs into the ledger and prints nothing."},
      {Command::kReport, "report", "--db FILE [OPTION...]",
       "Prints the report from what the ledger already knows."},
      {Command::kRule, "rule", "[OPTION...] [ID]",
       "Prints the page of a rule: what it finds, why, what to do. Without ID lists the rules."},
  };
  return table;
}

const std::vector<OptionInfo>& option_table() {
  static const std::vector<OptionInfo> table{
      {"db", 0, "FILE", "the ledger, made if it is not there (without --db nothing is kept)",
       kAnalyze},
      {"db", 0, "FILE", "the ledger, made if it is not there", bit(Command::kIngest)},
      {"db", 0, "FILE", "the ledger to read; it is not changed", kReport},
      {"output", 'o', "FILE", "write to FILE instead of standard output", kReports | kRule},
      {"format", 'f', "FORMAT", "markdown (default), json or text", kReports},
      {"period", 0, "LENGTH",
       "how much log time the report covers: 24h (default), any number of h or d, or all",
       kReports},
      {"since", 0, "TIME", "report from this time on (UTC without a zone)", kReports},
      {"until", 0, "TIME", "report up to this time", kReports},
      {"server", 0, "NAME", "the server that wrote these logs (default: the host in the log)",
       kReads},
      {"server", 0, "NAME", "report this server only (default: all in the ledger)", kReport},
      {"timezone", 0, "ZONE",
       "zone of times that do not tell it: Europe/Berlin or +02 (default: UTC)", kReads},
      {"year", 0, "YYYY", "year of logs that do not tell it", kReads},
      {"log-line-prefix", 0, "PREFIX",
       "the server's log_line_prefix, if it is not recognised from the log", kReads},
      {"wait", 0, "DURATION", "how long to wait for another run that holds the ledger: 30s, 5min",
       kReads},
      {"fail-on", 0, "LEVEL",
       "exit with 1 if a finding has this level or above: info, low, medium, high, critical or "
       "none (default)",
       kReports},
      {"config", 0, "FILE", "read options from FILE", kAll},
      {"quiet", 'q', "", "nothing on standard error but errors", kAll},
      {"verbose", 'v', "", "say more on standard error", kAll},
      {"color", 0, "WHEN", "auto (default), always or never", kAll},
      {"no-progress", 0, "", "no progress on standard error", kAll},
      {"help", 'h', "", "print this", kAll},
  };
  return table;
}

const CommandInfo& info_of(Command command) {
  auto found = std::ranges::find(command_table(), command, &CommandInfo::command);
  PGC_CHECK(found != command_table().end());
  return *found;
}

bool takes(const OptionInfo& option, Command command) {
  return (option.commands & bit(command)) != 0;
}

std::vector<OptionInfo> options_of(Command command) {
  std::vector<OptionInfo> options;
  std::ranges::copy_if(option_table(), std::back_inserter(options),
                       [&](const OptionInfo& option) { return takes(option, command); });
  return options;
}

std::string general_help() {
  std::string text =
      "Reads the logs of PostgreSQL and says who held the connections, and why.\n\n"
      "Usage: pgcounsel COMMAND [OPTION...]\n\nCommands:\n";
  for (const CommandInfo& command : command_table()) {
    text += entry(fmt::format("  {}", command.name), command.summary);
  }
  text += "\nOptions:\n";
  text += entry("  -h, --help", "print this; `pgcounsel COMMAND --help` for one command");
  text += entry("      --version", "print the version");
  text +=
      "\nINPUT is a log file, a directory of logs, or - for standard input. Format and\n"
      "compression are recognised from the content.\n\n"
      "To begin: pgcounsel analyze --db shop.ledger -o report.md /var/log/postgresql\n";
  return text;
}

std::string help_of(Command command) {
  const CommandInfo& info = info_of(command);
  std::string text = fmt::format("Usage: pgcounsel {} {}\n\n{}\n", info.name, info.usage,
                                 wrapped(info.summary, 0));
  if ((kReads & bit(command)) != 0) {
    text += "INPUT is a log file, a directory of logs, or - for standard input (the default).\n";
  }
  text += "\nOptions:\n";
  for (const OptionInfo& option : options_of(command))
    text += entry(left_side(option), option.help);
  return text + "\n" + std::string(kSources);
}

}  // namespace pgcounsel
