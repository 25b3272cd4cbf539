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
constexpr unsigned kIncident = bit(Command::kIncident);
constexpr unsigned kPlan = bit(Command::kPlan);
constexpr unsigned kCheck = bit(Command::kCheck);
constexpr unsigned kRule = bit(Command::kRule);
constexpr unsigned kAll = kReads | kReport | kIncident | kPlan | kCheck | kRule;

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
    "Options may also stand in the file given with --config, a line each without the\n"
    "dashes, or in the environment: --fail-on is PGCOUNSEL_FAIL_ON there. The command\n"
    "line wins over the environment, and that over the file.\n\n"
    "Exit code: 0 done; 1 findings at or above --fail-on; 2 input or options that\n"
    "cannot be used; 3 another run holds the ledger.\n";

}  // namespace

const std::vector<CommandInfo>& command_table() {
  static const std::vector<CommandInfo> table{
      {Command::kAnalyze, "analyze", "[OPTION...] [INPUT...]",
       "Reads logs and prints the report: who held the connections, and what to do.",
       "  At 3 a.m., from the server's own folder:\n"
       "    pgcounsel analyze --format text /var/log/postgresql\n"
       "  Every night, with a memory of the nights before:\n"
       "    pgcounsel analyze --db shop.ledger -o report.md /var/log/postgresql/*.csv\n"
       "  From a container or a unit, as they print it:\n"
       "    kubectl logs shop-db-1 | pgcounsel analyze -\n"
       "    journalctl -u postgresql -o json | pgcounsel analyze -\n"
       "  Server and pooler together:\n"
       "    pgcounsel analyze postgresql.csv pgbouncer.log\n"},
      {Command::kIngest, "ingest", "--db FILE [OPTION...] [INPUT...]",
       "Reads logs into the ledger and prints nothing.",
       "  Every hour, whatever was read before is not counted again:\n"
       "    pgcounsel ingest --db shop.ledger /var/log/postgresql\n"
       "  An older month, from its archive:\n"
       "    pgcounsel ingest --db shop.ledger --server db1 --year 2025 syslog.3.gz\n"},
      {Command::kReport, "report", "--db FILE [OPTION...]",
       "Prints the report from what the ledger already knows.",
       "  Yesterday's outage, for the postmortem:\n"
       "    pgcounsel report --db shop.ledger --since '2026-03-12 09:00' \\\n"
       "      --until '2026-03-12 12:00'\n"
       "  All figures, for a script:\n"
       "    pgcounsel report --db shop.ledger --format json | jq '.queries[0]'\n"},
      {Command::kIncident, "incident", "--db FILE [OPTION...]",
       "Prints only what is needed in an incident: when a pool was full, why, what it was not, who "
       "held the connections, and the commands for the next time.",
       "  The newest day:\n"
       "    pgcounsel incident --db shop.ledger --format text\n"
       "  For the postmortem:\n"
       "    pgcounsel incident --db shop.ledger --since '2026-03-12 10:00' \\\n"
       "      --until '2026-03-12 12:00' -o incident.md\n"},
      {Command::kPlan, "plan", "[OPTION...] [FILE...]",
       "Reads what EXPLAIN prints and says where the time went, what is wrong, and what to do.",
       "  A plan as it comes from psql, in any form and however it was pasted:\n"
       "    psql shop -c 'EXPLAIN (ANALYZE, BUFFERS) SELECT ...' | pgcounsel plan -\n"
       "  All plans that auto_explain wrote into a log:\n"
       "    pgcounsel plan --format markdown -o plans.md postgresql.log\n"
       "  What an index changed:\n"
       "    pgcounsel plan after.json --against before.json\n"},
      {Command::kCheck, "check", "[OPTION...] [FILE...]",
       "Reviews SQL before it reaches the database: migrations, queries, the log of a test run.",
       "  What a pull request changes, against the schema as it is:\n"
       "    pgcounsel check --catalog schema.sql migrations queries\n"
       "  Every statement that the tests sent, held against what production does:\n"
       "    pgcounsel check --against shop.ledger --new-only test-server.log\n"
       "  Old findings stay, new ones fail:\n"
       "    pgcounsel check --baseline pgcounsel.lock --update-baseline db/queries\n"
       "    pgcounsel check --baseline pgcounsel.lock --format github db/queries\n"},
      {Command::kRule, "rule", "[OPTION...] [ID]",
       "Prints the page of a rule: what it finds, why, what to do. Without ID lists the rules.",
       "  pgcounsel rule idle_in_transaction\n"},
  };
  return table;
}

const std::vector<OptionInfo>& option_table() {
  static const std::vector<OptionInfo> table{
      {"db", 0, "FILE", "the ledger, made if it is not there (without --db nothing is kept)",
       kAnalyze},
      {"db", 0, "FILE", "the ledger, made if it is not there", bit(Command::kIngest)},
      {"db", 0, "FILE", "the ledger to read; it is not changed", kReport | kIncident},
      {"output", 'o', "FILE", "write to FILE instead of standard output",
       kReports | kIncident | kPlan | kCheck | kRule},
      {"catalog", 0, "FILE",
       "the schema that the SQL meets: a dump (pg_dump --schema-only), or the DDL that made it. "
       "Without it, what the checked migrations make is known",
       kCheck},
      {"against", 0, "LEDGER",
       "tell which queries the ledger knows, and what they and their tables hold; it is not "
       "changed",
       kCheck},
      {"new-only", 0, "", "only findings about statements that the ledger does not know", kCheck},
      {"baseline", 0, "FILE", "findings that stand in FILE are old: counted, not shown", kCheck},
      {"update-baseline", 0, "", "write what is found into the baseline; exits with 0", kCheck},
      {"rule", 0, "ID", "only this rule; may be repeated", kCheck, true},
      {"exclude-rule", 0, "ID", "not this rule; may be repeated", kCheck, true},
      {"against", 0, "FILE", "tell what is different from the plan in FILE", kPlan},
      {"show-values", 0, "",
       "show the values in conditions and in the query (default: $1 in their place)", kPlan},
      {"format", 'f', "FORMAT",
       "text (default): a tree for the terminal; markdown: for an issue or a mail; json: all "
       "figures, for scripts",
       kPlan},
      {"format", 'f', "FORMAT",
       "markdown (default): the whole report; text: a summary for the terminal; json: all figures, "
       "for scripts",
       kReports | kIncident},
      {"format", 'f', "FORMAT",
       "text (default): for the terminal; gcc: a line each, for editors; github, gitlab, sarif, "
       "junit: what these show in a pull request; markdown: a comment; json: all, for scripts",
       kCheck},
      {"period", 0, "LENGTH",
       "how much log time the report covers, back from the newest record: 24h (default), any "
       "number "
       "of h or d, or all",
       kReports},
      {"since", 0, "TIME",
       "report from this time on, by whole hours: 2026-03-12 or '2026-03-12 10:00' (UTC without a "
       "zone)",
       kReports},
      {"since", 0, "TIME",
       "windows from this time on: 2026-03-12 or '2026-03-12 10:00' (UTC without a zone; default: "
       "a day before the end)",
       kIncident},
      {"until", 0, "TIME", "report up to this time, by whole hours", kReports},
      {"until", 0, "TIME", "windows up to this time (default: the newest record)", kIncident},
      {"server", 0, "NAME",
       "a name for the server that wrote these logs (default: `default`); needed once a ledger "
       "holds several servers",
       kReads},
      {"server", 0, "NAME", "report this server only (default: all in the ledger)",
       kReport | kIncident},
      {"server", 0, "NAME", "hold against this server only (default: all in the ledger)", kCheck},
      {"timezone", 0, "ZONE",
       "zone of times that do not tell it: Europe/Berlin or +02 (default: UTC)", kReads},
      {"log-line-prefix", 0, "PREFIX",
       "the server's log_line_prefix, if it is not recognised from the log",
       kReads | kPlan | kCheck},
      {"input-format", 0, "FORMAT",
       "what the inputs are, where it is not recognised: a log (csv, json, stderr, pgbouncer) or "
       "an "
       "envelope around one (syslog, journald, docker, cri, cloudwatch, cloudsql, azure, heroku)",
       kReads},
      {"year", 0, "YYYY",
       "the year in which a syslog begins whose lines carry none (default: the newest that the "
       "file's own date allows)",
       kReads},
      {"pool-size", 0, "DB/USER=N",
       "how many connections a pool may have, whatever its pooler's configuration says: "
       "shop/web=20, with * for any database or user; may be repeated",
       kReads, true},
      {"wait", 0, "DURATION", "how long to wait for another run that holds the ledger: 30s, 5min",
       kReads},
      {"fail-on", 0, "LEVEL",
       "exit with 1 if a finding has this level or above: info, low, medium, high, critical or "
       "none (default)",
       kReports | kPlan},
      {"fail-on", 0, "LEVEL",
       "exit with 1 if a finding has this level or above: info, low, medium, high (default), "
       "critical or none",
       kCheck},
      {"threads", 0, "N", "how many threads read (default: one for each core)", kAll},
      {"memory", 0, "SIZE",
       "memory for sums and open sessions, about: 256M (default), 1G; what is more goes to the "
       "ledger early, and changes no result",
       kAll},
      {"config", 0, "FILE", "read options from FILE, one `name = value` a line", kAll},
      {"quiet", 'q', "", "nothing on standard error but errors", kAll},
      {"verbose", 'v', "", "say on standard error what each input was read as", kReads},
      {"timings", 0, "", "say on standard error how long each part of the run took",
       kReads | kReport | kIncident},
      {"color", 0, "WHEN",
       "colours in --format text: auto (default: on a terminal, unless NO_COLOR is set), always or "
       "never",
       kAll},
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
      "\nINPUT is a log file of PostgreSQL or PgBouncer, a directory of logs, or - for\n"
      "standard input. Its format, what carried it (syslog, containers, clouds) and its\n"
      "compression are recognised from the content. `plan` reads plans of EXPLAIN, too.\n\n"
      "At 3 a.m.:      pgcounsel analyze --format text /var/log/postgresql\n"
      "Every night:    pgcounsel analyze --db shop.ledger -o report.md /var/log/postgresql\n"
      "What to log:    pgcounsel rule blind_log_settings\n";
  return text;
}

std::string help_of(Command command) {
  const CommandInfo& info = info_of(command);
  std::string text = fmt::format("Usage: pgcounsel {} {}\n\n{}\n", info.name, info.usage,
                                 wrapped(info.summary, 0));
  if ((kReads & bit(command)) != 0) {
    text += "INPUT is a log file, a directory of logs, or - for standard input (the default).\n";
  }
  if (command == Command::kPlan) {
    text +=
        "FILE is EXPLAIN's output as text, JSON, YAML or XML, a server log with plans of\n"
        "auto_explain, a directory of these, or - for standard input (the default).\n";
  }
  if (command == Command::kCheck) {
    text +=
        "FILE is SQL (migrations, named queries), the log of a server that tests used, a\n"
        "directory of these, or - for standard input (the default).\n";
  }
  text += "\nOptions:\n";
  for (const OptionInfo& option : options_of(command))
    text += entry(left_side(option), option.help);
  return fmt::format("{}\nExamples:\n{}\n{}", text, info.examples, kSources);
}

}  // namespace pgcounsel
