#include "advisors/cli/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <cctype>
#include <set>
#include <utility>

#include "advisors/cli/option_table.h"
#include "advisors/cli/option_values.h"
#include "advisors/cli/settings_file.h"
#include "advisors/nearest.h"
#include "advisors/run.h"
#include "parser/log/reader.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

namespace po = boost::program_options;

constexpr const char* kPositional = "INPUT";

// Where each option's value was found first, as text: the command line, then the environment, then
// the file. A switch has the value "yes" or "no".
struct Given {
  std::map<std::string, std::string, std::less<>> values;
  std::vector<std::string> positional;

  const std::string* find(std::string_view name) const {
    auto found = values.find(name);
    return found == values.end() ? nullptr : &found->second;
  }
  // From a source behind those already read: what is there stays. --since and --period answer the
  // same question, so either keeps out the other.
  void add(std::string_view name, std::string_view value) {
    if (name == "since" && find("period") != nullptr) return;
    if (name == "period" && find("since") != nullptr) return;
    values.emplace(name, value);
  }
};

std::vector<std::string_view> names_for(Command command) {
  std::vector<std::string_view> names;
  for (const OptionInfo& option : options_of(command)) names.push_back(option.name);
  return names;
}

po::options_description described(Command command) {
  po::options_description description;
  for (const OptionInfo& option : options_of(command)) {
    std::string name(option.name);
    if (option.letter != 0) name += fmt::format(",{}", option.letter);
    if (option.value.empty()) {
      description.add_options()(name.c_str(), "");
    } else if (option.may_repeat) {
      description.add_options()(name.c_str(), po::value<std::vector<std::string>>(), "");
    } else {
      description.add_options()(name.c_str(), po::value<std::string>(), "");
    }
  }
  description.add_options()(kPositional, po::value<std::vector<std::string>>(), "");
  return description;
}

std::string see_help(Command command) {
  return fmt::format("see `pgcounsel {} --help`", info_of(command).name);
}

Error unknown_option(Command command, std::string_view written) {
  std::string message = fmt::format("{} has no option {}", info_of(command).name, written);
  while (!written.empty() && written.front() == '-') written.remove_prefix(1);
  auto meant = nearest(written, names_for(command));
  message += meant ? fmt::format("; did you mean --{}?", *meant) : "; " + see_help(command);
  return {message};
}

std::string text_of(const OptionInfo& option, const po::variable_value& value) {
  if (option.value.empty()) return "yes";
  if (!option.may_repeat) return value.as<std::string>();
  return fmt::format("{}", fmt::join(value.as<std::vector<std::string>>(), ","));
}

Result<Given> read_arguments(Command command, const std::vector<std::string>& arguments) {
  // Names are never guessed from a beginning: a later option would break scripts.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  const po::options_description description = described(command);
  po::positional_options_description positional;
  positional.add(kPositional, -1);
  Given given;
  try {
    po::variables_map map;
    po::store(po::command_line_parser(arguments)
                  .options(description)
                  .positional(positional)
                  .style(style)
                  .run(),
              map);
    for (const OptionInfo& option : options_of(command)) {
      const std::string name(option.name);
      if (map.count(name) == 0) continue;
      given.values[name] = text_of(option, map[name]);
    }
    if (map.count(kPositional) != 0) {
      given.positional = map[kPositional].as<std::vector<std::string>>();
    }
  } catch (const po::unknown_option& error) {
    return unknown_option(command, error.get_option_name());
  } catch (const po::error& error) {
    return Error{fmt::format("{}; {}", error.what(), see_help(command))};
  }
  if (given.find("since") != nullptr && given.find("period") != nullptr) {
    return Error{"--since and --period both say where the report begins; give one of them"};
  }
  return given;
}

// Boost takes what follows for a value even where it is an option: `--db --quiet`.
Result<void> check_values(Command command, const Given& given) {
  const std::vector<std::string_view> names = names_for(command);
  for (const auto& [name, value] : given.values) {
    if (!value.starts_with("--") || value.size() == 2) continue;
    if (std::ranges::find(names, std::string_view(value).substr(2)) == names.end()) continue;
    return Error{
        fmt::format("--{} has no value: {} is an option; {}", name, value, see_help(command))};
  }
  return {};
}

std::string variable_of(std::string_view option) {
  std::string name = "PGCOUNSEL_";
  for (char c : option) {
    name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  return name;
}

bool only_on_command_line(std::string_view name) {
  return name == "help";
}

void add_environment(Command command, const Environment& environment, Given& given) {
  for (const OptionInfo& option : options_of(command)) {
    auto found = environment.find(variable_of(option.name));
    if (found == environment.end() || found->second.empty()) continue;
    if (only_on_command_line(option.name)) continue;
    given.add(option.name, found->second);
  }
}

bool known_setting(std::string_view name) {
  if (only_on_command_line(name) || name == "config") return false;
  return std::ranges::find(option_table(), name, &OptionInfo::name) != option_table().end();
}

// Settings of other commands are passed over: one file serves them all.
Result<void> add_file(Command command, Given& given) {
  const std::string* path = given.find("config");
  if (path == nullptr) return {};
  Result<std::vector<Setting>> settings = read_settings(*path);
  if (!settings) return settings.error();
  const std::vector<std::string_view> names = names_for(command);
  std::set<std::string_view> seen;
  for (const Setting& setting : *settings) {
    const std::string place = fmt::format("{}:{}", *path, setting.line);
    if (!known_setting(setting.name)) {
      auto meant = nearest(setting.name, names);
      return Error{fmt::format("{}: there is no option `{}`{}", place, setting.name,
                               meant ? fmt::format("; did you mean `{}`?", *meant) : "")};
    }
    if (!seen.insert(setting.name).second) {
      return Error{fmt::format("{}: `{}` is already set above", place, setting.name)};
    }
    if (std::ranges::find(names, setting.name) == names.end()) continue;
    given.add(setting.name, setting.value);
  }
  return {};
}

// Reads options into their places; where one was not given its default stays. Keeps the first
// error.
class Reading {
 public:
  explicit Reading(const Given& given) : given_(given) {}

  template <class Place, class Parse>
  void read(std::string_view name, Place& place, Parse parse) {
    const std::string* text = given_.find(name);
    if (text == nullptr || !result_) return;
    if (auto value = parse(*text)) {
      place = *value;
    } else {
      result_ = Error{fmt::format("--{}: {}", name, value.error().message), value.error().kind};
    }
  }
  const Result<void>& result() const { return result_; }

 private:
  const Given& given_;
  Result<void> result_;
};

Result<std::string> some_text(std::string_view text) {
  if (text.empty()) return Error{"it is empty"};
  return std::string(text);
}

Result<std::string> server_name(std::string_view text) {
  constexpr std::size_t kLongest = 100;
  const bool plain = std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7f;
  });
  if (text.empty() || text.size() > kLongest || !plain) {
    return Error{fmt::format("a name has 1 to {} bytes and no control characters", kLongest)};
  }
  return std::string(text);
}

Result<std::string> input_format(std::string_view text) {
  Result<std::size_t> choice = parse_choice(text, input_formats());
  if (!choice) return choice.error();
  return std::string(text);
}

Result<int> year_number(std::string_view text) {
  const auto year = whole_text_number<int>(text);
  if (!year || *year < 1990 || *year > 2200) {
    return Error{fmt::format("`{}` is no year (2026 is)", text)};
  }
  return *year;
}

Result<std::size_t> thread_count(std::string_view text) {
  constexpr std::size_t kMost = 256;
  const auto count = whole_text_number<std::size_t>(text);
  if (!count || *count == 0 || *count > kMost) {
    return Error{fmt::format("`{}` is no number of threads (1 to {})", text, kMost)};
  }
  return *count;
}

Result<std::size_t> memory_size(std::string_view text) {
  constexpr std::size_t kLeast = std::size_t{16} << 20;
  const auto size = parse_size(text);
  if (size && *size < kLeast) return Error{fmt::format("`{}` is less than 16M", text)};
  return size;
}

// In the order of Format.
Result<Format> format_named(std::string_view text) {
  Result<std::size_t> choice = parse_choice(text, {"markdown", "json", "text"});
  if (!choice) return choice.error();
  return static_cast<Format>(*choice);
}

Result<Format> check_format_named(std::string_view text) {
  Result<std::size_t> choice =
      parse_choice(text, {"markdown", "json", "text", "gcc", "sarif", "github", "gitlab", "junit"});
  if (!choice) return choice.error();
  return static_cast<Format>(*choice);
}

// Separated by commas.
Result<std::vector<std::string>> rule_ids(std::string_view text) {
  std::vector<std::string> ids;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    const std::string_view id = text.substr(0, end);
    if (const auto rule = rule_named(id); !rule) return rule.error();
    ids.emplace_back(id);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return ids;
}

Result<ColorWhen> color_named(std::string_view text) {
  Result<std::size_t> choice = parse_choice(text, {"auto", "always", "never"});
  if (!choice) return choice.error();
  return static_cast<ColorWhen>(*choice);
}

Result<std::optional<Level>> fail_level(std::string_view text) {
  if (text == "none") return std::optional<Level>{};
  std::optional<Level> level = level_named(text);
  if (!level) {
    return Error{fmt::format("`{}` is none of none, info, low, medium, high, critical", text)};
  }
  return level;
}

Result<void> check_together(const Options& options) {
  const std::string_view name = info_of(options.command).name;
  const bool needs_db = options.command == Command::kIngest ||
                        options.command == Command::kReport ||
                        options.command == Command::kIncident;
  if (needs_db && !options.db) return Error{fmt::format("{} needs --db FILE, the ledger", name)};
  if (options.update_baseline && !options.baseline) {
    return Error{"--update-baseline needs --baseline FILE"};
  }
  if (options.new_only && !options.against) {
    return Error{"--new-only needs --against LEDGER, which knows what is not new"};
  }
  if (options.since && options.until && *options.since >= *options.until) {
    return Error{"--since is not before --until"};
  }
  return {};
}

Result<void> take_positional(const Given& given, Options& options) {
  const std::vector<std::string>& words = given.positional;
  switch (options.command) {
    case Command::kRule:
      if (words.size() > 1) return Error{"rule takes one ID; without it the rules are listed"};
      if (!words.empty()) options.rule = words.front();
      return {};
    case Command::kReport:
    case Command::kIncident:
      if (words.empty()) return {};
      return Error{fmt::format("{} reads only the ledger; what is `{}`? (analyze reads logs)",
                               info_of(options.command).name, words.front())};
    default:
      options.inputs = words;
      return {};
  }
}

Result<Options> interpret(Command command, const Given& given) {
  Options o;
  o.command = command;
  if (command == Command::kPlan || command == Command::kCheck) o.format = Format::kText;
  if (command == Command::kCheck) o.fail_on = Level::kHigh;
  bool no_progress = false;
  Reading reading(given);
  reading.read("db", o.db, some_text);
  reading.read("against", o.against, some_text);
  reading.read("show-values", o.show_values, parse_switch);
  reading.read("output", o.output, some_text);
  reading.read("format", o.format, command == Command::kCheck ? check_format_named : format_named);
  reading.read("catalog", o.catalog, some_text);
  reading.read("baseline", o.baseline, some_text);
  reading.read("update-baseline", o.update_baseline, parse_switch);
  reading.read("new-only", o.new_only, parse_switch);
  reading.read("rule", o.rules, rule_ids);
  reading.read("exclude-rule", o.excluded_rules, rule_ids);
  reading.read("fail-on", o.fail_on, fail_level);
  reading.read("server", o.server, server_name);
  reading.read("timezone", o.timezone, Zone::named);
  reading.read("log-line-prefix", o.log_line_prefix, some_text);
  reading.read("input-format", o.input_format, input_format);
  reading.read("year", o.year, year_number);
  reading.read("pool-size", o.pool_sizes, parse_pool_sizes);
  reading.read("wait", o.wait, parse_duration);
  reading.read("threads", o.threads, thread_count);
  reading.read("memory", o.memory, memory_size);
  reading.read("period", o.period, parse_period);
  reading.read("since", o.since, parse_point_in_time);
  reading.read("until", o.until, parse_point_in_time);
  reading.read("quiet", o.quiet, parse_switch);
  reading.read("verbose", o.verbose, parse_switch);
  reading.read("timings", o.timings, parse_switch);
  reading.read("color", o.color, color_named);
  reading.read("no-progress", no_progress, parse_switch);
  if (!reading.result()) return reading.result().error();
  o.progress = !no_progress && !o.quiet;
  if (Result<void> taken = take_positional(given, o); !taken) return taken.error();
  if (Result<void> fits = check_together(o); !fits) return fits.error();
  return o;
}

Options printed(std::string text) {
  Options options;
  options.text = std::move(text);
  return options;
}

Error unknown_command(std::string_view word) {
  std::vector<std::string_view> names;
  for (const CommandInfo& command : command_table()) names.push_back(command.name);
  auto meant = nearest(word, names);
  return {meant ? fmt::format("there is no command `{}`; did you mean `{}`?", word, *meant)
                : fmt::format("there is no command `{}`; `pgcounsel --help` lists them", word)};
}

}  // namespace

Result<Options> parse_options(const std::vector<std::string>& arguments,
                              const Environment& environment) {
  if (arguments.empty()) return Error{"which command? `pgcounsel --help` lists them"};
  const std::string& word = arguments.front();
  if (word == "--help" || word == "-h" || word == "help") return printed(general_help());
  if (word == "--version") return printed("pgcounsel " PGCOUNSEL_VERSION "\n");
  if (!word.empty() && word.front() == '-') {
    return Error{fmt::format("{} comes behind a command; `pgcounsel --help` lists them", word)};
  }
  auto info = std::ranges::find(command_table(), word, &CommandInfo::name);
  if (info == command_table().end()) return unknown_command(word);

  Result<Given> given = read_arguments(info->command, {arguments.begin() + 1, arguments.end()});
  if (!given) return given.error();
  if (auto r = check_values(info->command, *given); !r) return r.error();
  if (given->find("help") != nullptr) return printed(help_of(info->command));
  add_environment(info->command, environment, *given);
  if (auto r = add_file(info->command, *given); !r) return r.error();
  return interpret(info->command, *given);
}

}  // namespace pgcounsel
