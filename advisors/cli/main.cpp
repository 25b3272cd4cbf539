// The program: reads the command line, runs one command, prints what went wrong. The only place
// that prints errors, one line each, and that chooses the exit code of an error.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/options.h"
#include "advisors/cli/output.h"
#include "analyzer/report/escape.h"
#include "parser/sql/pg_query.h"

namespace pgcounsel {
namespace {

// A file opened later must not take the number of a closed standard stream, or a warning would be
// written into the ledger. Output streams get a descriptor that refuses writes.
void occupy_standard_streams() {
  for (int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1) continue;
    const int mode = stream == STDIN_FILENO ? O_WRONLY : O_RDONLY;
    if (::open("/dev/null", mode) < 0) return;
  }
}

Environment environment_of_process() {
  constexpr std::string_view kPrefix = "PGCOUNSEL_";
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (!text.starts_with(kPrefix) || equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

bool would_read_terminal(const Options& options) {
  const bool reads = options.command == Command::kAnalyze || options.command == Command::kIngest ||
                     options.command == Command::kPlan || options.command == Command::kCheck;
  return reads && options.inputs.empty() && ::isatty(STDIN_FILENO) == 1;
}

std::string_view input_of(Command command) {
  if (command == Command::kPlan) return "plan";
  return command == Command::kCheck ? "SQL" : "log";
}

Result<int> run_command(const Options& options) {
  if (would_read_terminal(options)) {
    return Error{fmt::format("which {}? Give a file, a directory, or - for standard input",
                             input_of(options.command))};
  }
  switch (options.command) {
    case Command::kAnalyze:
      return run_analyze(options);
    case Command::kIngest:
      return run_ingest(options);
    case Command::kReport:
      return run_report(options);
    case Command::kIncident:
      return run_incident(options);
    case Command::kPlan:
      return run_plan(options);
    case Command::kCheck:
      return run_check(options);
    case Command::kRule:
      return run_rule(options);
    case Command::kPrint:
      break;
  }
  Result<void> written = write_output(std::nullopt, options.text);
  if (!written) return written.error();
  return kExitClean;
}

// One line of plain text, whatever the name of a file in it holds.
int failed(const Error& error) {
  fmt::print(stderr, "pgcounsel: {}\n", one_line(error.message));
  return error.kind == ErrorKind::kBusy ? kExitBusy : kExitUnusable;
}

int run(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  Result<Options> options = parse_options(arguments, environment_of_process());
  if (!options) return failed(options.error());
  Result<int> code = run_command(*options);
  return code ? *code : failed(code.error());
}

}  // namespace
}  // namespace pgcounsel

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed pipe is an error of write(), which is handled
  pgcounsel::occupy_standard_streams();
#if defined(__GLIBC__)
  // Threads free what others made: with a heap for each of them holes would stay in all. What is
  // freed is mostly needed again: given back to the system, each of its pages would fault anew.
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, 8 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
#endif
  int code = pgcounsel::kExitUnusable;
  try {
    code = pgcounsel::run(argc, argv);
  } catch (const std::bad_alloc&) {
    code = pgcounsel::failed({"out of memory"});
  } catch (const std::exception& error) {
    code = pgcounsel::failed({fmt::format("internal error, please report it: {}", error.what())});
  }
  pgcounsel::pg_query_shutdown();
  return code;
}
