#include "advisors/cli/options.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "advisors/cli/option_table.h"
#include "advisors/cli/option_values.h"
#include "advisors/cli/settings_file.h"
#include "advisors/nearest.h"

namespace pgcounsel {
namespace {

// Arguments are written as one line; blanks separate them.
std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> found;
  for (std::size_t end = 0; !line.empty(); line.remove_prefix(std::min(end + 1, line.size()))) {
    end = std::min(line.find(' '), line.size());
    found.emplace_back(line.substr(0, end));
  }
  return found;
}

Options accepted(std::string_view line, const Environment& environment = {}) {
  Result<Options> options = parse_options(words(line), environment);
  EXPECT_TRUE(options) << line << ": " << (options ? "" : options.error().message);
  return options ? *options : Options{};
}

std::string refused(std::string_view line, const Environment& environment = {}) {
  Result<Options> options = parse_options(words(line), environment);
  return options ? "accepted" : options.error().message;
}

class ConfigFile {
 public:
  explicit ConfigFile(std::string_view text)
      : path_(testing::TempDir() + fmt::format("pgcounsel-{}.ini", text.size())) {
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::remove(path_.c_str()); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

TEST(Options, ReadsTheNightlyRun) {
  const Options o = accepted(
      "analyze --db shop.ledger -o report.md --format json --server shop --fail-on high "
      "--timezone +02 --wait 5min --period 7d --quiet --verbose /var/log/postgresql extra.log");
  EXPECT_EQ(o.command, Command::kAnalyze);
  EXPECT_EQ(o.db, "shop.ledger");
  EXPECT_EQ(o.output, "report.md");
  EXPECT_EQ(o.format, Format::kJson);
  EXPECT_EQ(o.server, "shop");
  EXPECT_EQ(o.fail_on, Level::kHigh);
  EXPECT_TRUE(o.timezone.has_value());
  EXPECT_EQ(o.wait, kSecond * 300);
  EXPECT_EQ(o.period, kDay * 7);
  EXPECT_TRUE(o.quiet);
  EXPECT_TRUE(o.verbose);
  EXPECT_FALSE(o.progress);
  EXPECT_EQ(o.inputs, (std::vector<std::string>{"/var/log/postgresql", "extra.log"}));
}

TEST(Options, ReadsTheSizesOfPools) {
  const auto sizes =
      accepted("analyze --pool-size shop/web=20 --pool-size=*/batch=5 --pool-size a/b/*=7 x")
          .pool_sizes;
  ASSERT_EQ(sizes.size(), 3U);
  EXPECT_EQ(sizes.at({PoolSizeSource::kOption, "shop", "web"}).size, 20U);
  EXPECT_EQ(sizes.at({PoolSizeSource::kOption, "*", "batch"}).size, 5U);
  EXPECT_EQ(sizes.at({PoolSizeSource::kOption, "a/b", ""}).size, 7U);
  const auto listed = accepted("ingest --db l", {{"PGCOUNSEL_POOL_SIZE", "a/b=1, a/b=2,c/d=3"}});
  ASSERT_EQ(listed.pool_sizes.size(), 2U);
  EXPECT_EQ(listed.pool_sizes.at({PoolSizeSource::kOption, "a", "b"}).size, 2U);
}

TEST(Options, RefusesWhatIsNoSizeOfAPool) {
  for (const std::string_view bad : {"shop=20", "20", "shop/web", "/web=20", "shop/=20", "=20"}) {
    EXPECT_EQ(refused(fmt::format("analyze --pool-size {} x", bad)),
              fmt::format("--pool-size: `{}` is no DATABASE/USER=N (shop/web=20 is, with * for any "
                          "database or user)",
                          bad));
  }
  for (const std::string_view bad : {"0", "", "-1", "1.5", "x", "99999999999999999999"}) {
    EXPECT_EQ(refused(fmt::format("analyze --pool-size shop/web={} x", bad)),
              fmt::format("--pool-size: `{0}` in `shop/web={0}` is no number of connections (1 to "
                          "1000000)",
                          bad));
  }
  EXPECT_NE(refused("report --db l --pool-size shop/web=2").find("has no option"),
            std::string::npos);
}

TEST(Options, ReadsTheIncident) {
  const Options o = accepted(
      "incident --db shop.ledger --since 2026-03-12T10:00 --until 2026-03-12T12:00 --server shop "
      "-f text -o x.txt");
  EXPECT_EQ(o.command, Command::kIncident);
  EXPECT_EQ(o.format, Format::kText);
  EXPECT_EQ(o.server, "shop");
  ASSERT_TRUE(o.since && o.until);
  EXPECT_EQ(*o.until - *o.since, kHour * 2);
}

TEST(Options, HasTheDefaultsOfTheContract) {
  const Options o = accepted("analyze a.log");
  EXPECT_FALSE(o.db);
  EXPECT_FALSE(o.output);
  EXPECT_FALSE(o.fail_on);
  EXPECT_EQ(o.format, Format::kMarkdown);
  EXPECT_EQ(o.period, kDay);
  EXPECT_EQ(o.color, ColorWhen::kAuto);
  EXPECT_TRUE(o.progress);
  EXPECT_EQ(o.wait, Micros{0});
}

TEST(Options, TakesInputsThatLookLikeOptions) {
  EXPECT_EQ(accepted("analyze -").inputs, std::vector<std::string>{"-"});
  EXPECT_EQ(accepted("analyze -- --db").inputs, std::vector<std::string>{"--db"});
  EXPECT_EQ(accepted("analyze -o - x").output, "-");
  EXPECT_TRUE(accepted("analyze --timezone -05:30 x").timezone.has_value());
  EXPECT_TRUE(accepted("analyze --timezone=-05:30 x").timezone.has_value());
  Result<Options> prefix = parse_options({"analyze", "--log-line-prefix", "-%m [%p] ", "x"}, {});
  ASSERT_TRUE(prefix) << prefix.error().message;
  EXPECT_EQ(prefix->log_line_prefix, "-%m [%p] ");
}

TEST(Options, PeriodsAndPointsInTime) {
  EXPECT_EQ(accepted("report --db x --period all").period, std::nullopt);
  const Options o = accepted("report --db x --since 2026-03-12 --until 2026-03-12T10:04Z");
  ASSERT_TRUE(o.since && o.until);
  EXPECT_EQ(iso_milliseconds(*o.since), "2026-03-12T00:00:00.000Z");
  EXPECT_EQ(iso_milliseconds(*o.until), "2026-03-12T10:04:00.000Z");
}

TEST(Options, EachRefusalSaysWhatToDo) {
  const struct {
    std::string_view line, message;
  } cases[] = {
      {"", "which command? `pgcounsel --help` lists them"},
      {"--db x", "--db comes behind a command; `pgcounsel --help` lists them"},
      {"analyse x", "there is no command `analyse`; did you mean `analyze`?"},
      {"frobnicate", "there is no command `frobnicate`; `pgcounsel --help` lists them"},
      {"analyze --formt json x", "analyze has no option --formt; did you mean --format?"},
      {"analyze --fail high x", "analyze has no option --fail; see `pgcounsel analyze --help`"},
      {"analyze -x", "analyze has no option -x; see `pgcounsel analyze --help`"},
      {"ingest --db x --format json y",
       "ingest has no option --format; see `pgcounsel ingest --help`"},
      {"analyze --format yaml x", "--format: `yaml` is none of markdown, json, text"},
      {"analyze --color red x", "--color: `red` is none of auto, always, never"},
      {"analyze --fail-on loud x",
       "--fail-on: `loud` is none of none, info, low, medium, high, critical"},
      {"analyze --wait 5 x", "--wait: `5` is no duration (500ms, 30s, 5min, 24h or 7d are)"},
      {"analyze --period 0d x", "--period: `0d` is no period (24h, 7d or all are)"},
      {"analyze --since yesterday x",
       "--since: `yesterday` is no time (2026-03-12, 2026-03-12 10:04 or 2026-03-12T10:04:20Z "
       "are)"},
      {"report --db x --since 2026-03-12 --until 2026-03-12", "--since is not before --until"},
      {"report --db x --since 2026-03-12 --period 7d",
       "--since and --period both say where the report begins; give one of them"},
      {"ingest a.log", "ingest needs --db FILE, the ledger"},
      {"report", "report needs --db FILE, the ledger"},
      {"report --db x a.log",
       "report reads only the ledger; what is `a.log`? (analyze reads logs)"},
      {"incident", "incident needs --db FILE, the ledger"},
      {"incident --db x a.log",
       "incident reads only the ledger; what is `a.log`? (analyze reads logs)"},
      {"incident --db x --since 2026-03-12 --until 2026-03-11", "--since is not before --until"},
      {"incident --db x --fail-on high",
       "incident has no option --fail-on; see `pgcounsel incident --help`"},
      {"rule a b", "rule takes one ID; without it the rules are listed"},
  };
  for (const auto& [line, message] : cases) EXPECT_EQ(refused(line), message) << line;
}

TEST(Options, BoostsOwnRefusalsPointToTheHelp) {
  for (std::string_view line : {"analyze --db", "analyze --db a --db b x", "analyze --quiet=no x",
                                "analyze --db --quiet x", "analyze --db= x"}) {
    const std::string message = refused(line);
    EXPECT_NE(message.find("see `pgcounsel analyze --help`"), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST(Options, CommandLineWinsOverEnvironmentOverFile) {
  const ConfigFile file("# night\ndb = file.ledger\nserver = from-file\nformat = text\n");
  const Environment environment{{"PGCOUNSEL_SERVER", "from-environment"},
                                {"PGCOUNSEL_FORMAT", "json"},
                                {"PGCOUNSEL_NO_PROGRESS", "yes"},
                                {"PGCOUNSEL_UNKNOWN", "x"},
                                {"PGCOUNSEL_YEAR", ""}};
  const Options o =
      accepted("analyze --format markdown --config " + file.path() + " x", environment);
  EXPECT_EQ(o.db, "file.ledger");
  EXPECT_EQ(o.server, "from-environment");
  EXPECT_EQ(o.format, Format::kMarkdown);
  EXPECT_FALSE(o.progress);
}

TEST(Options, ALesserSourceNeverTurnsPeriodIntoSince) {
  const Options o = accepted("report --db x --period 7d", {{"PGCOUNSEL_SINCE", "2026-01-01"}});
  EXPECT_FALSE(o.since);
  EXPECT_EQ(o.period, kDay * 7);
}

TEST(Options, OneFileServesAllCommands) {
  const ConfigFile file("db = x.ledger\nformat = json\ntimezone = +02\n");
  EXPECT_EQ(accepted("ingest --config " + file.path() + " a.log").db, "x.ledger");
  EXPECT_EQ(accepted("report --config " + file.path()).format, Format::kJson);
}

TEST(Options, FileErrorsNameTheLine) {
  const ConfigFile typo("\ndb = x\nformt = json\n");
  EXPECT_EQ(refused("analyze --config " + typo.path() + " x"),
            typo.path() + ":3: there is no option `formt`; did you mean `format`?");
  const ConfigFile twice("db = x\ndb = y\n");
  EXPECT_EQ(refused("analyze --config " + twice.path() + " x"),
            twice.path() + ":2: `db` is already set above");
  EXPECT_EQ(refused("analyze --config /nowhere/x.ini y"),
            "--config /nowhere/x.ini: No such file or directory");
}

TEST(Options, HelpShowsEveryOptionOfTheCommandAndNoOther) {
  for (const CommandInfo& command : command_table()) {
    const std::string help = accepted(std::string(command.name) + " --help").text;
    for (const OptionInfo& option : option_table()) {
      if (!takes(option, command.command)) continue;
      EXPECT_NE(help.find(fmt::format("--{}", option.name)), std::string::npos) << option.name;
    }
    EXPECT_EQ(help.find("--fail-on LEVEL") != std::string::npos,
              command.command == Command::kAnalyze || command.command == Command::kReport ||
                  command.command == Command::kPlan || command.command == Command::kCheck);
    for (std::string_view rest = help; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      EXPECT_LE(end, 80U) << rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  EXPECT_NE(accepted("--help").text.find("analyze"), std::string::npos);
  EXPECT_EQ(accepted("help").text, accepted("--help").text);
  EXPECT_EQ(accepted("--version").text, "pgcounsel " PGCOUNSEL_VERSION "\n");
}

TEST(OptionValues, Durations) {
  EXPECT_EQ(*parse_duration("500ms"), Micros{500'000});
  EXPECT_EQ(*parse_duration("0"), Micros{0});
  EXPECT_EQ(*parse_duration("5m"), *parse_duration("5min"));
  EXPECT_EQ(*parse_duration("36500d"), kDay * 36500);
  for (std::string_view text :
       {"", "5", "-5s", "5 s", "1.5h", "h", "5sec", "99999999999999999999s", "9999999999999h"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

TEST(OptionValues, PointsInTime) {
  EXPECT_EQ(iso_milliseconds(*parse_point_in_time("2026-03-12 10:04:20.5 +02")),
            "2026-03-12T08:04:20.500Z");
  for (std::string_view text : {"", "2026", "2026-13-01", "2026-03-12 10", "2026-03-12 10:04 CET",
                                "2026-03-12 10:04:20 x", "2026-03-12T10:04Zulu"}) {
    EXPECT_FALSE(parse_point_in_time(text)) << text;
  }
}

TEST(SettingsFile, KeepsQuotedBlanksAndHashes) {
  Result<std::vector<Setting>> settings = parse_settings(
      "x.ini", "; a comment\nlog-line-prefix = \"%m [%p] #%u \"  # why\r\nserver= a b;c ; end\n");
  ASSERT_TRUE(settings) << settings.error().message;
  ASSERT_EQ(settings->size(), 2U);
  EXPECT_EQ((*settings)[0].value, "%m [%p] #%u ");
  EXPECT_EQ((*settings)[0].line, 2U);
  EXPECT_EQ((*settings)[1].name, "server");
  EXPECT_EQ((*settings)[1].value, "a b;c");
}

TEST(SettingsFile, RefusesWhatIsNoSetting) {
  EXPECT_EQ(parse_settings("x.ini", "db = x\n[report]\n").error().message,
            "x.ini:2: a line is `name = value` or a # comment");
  EXPECT_EQ(parse_settings("x.ini", "db = \"x\n").error().message,
            "x.ini:1: a value in quotes ends with its quote");
  EXPECT_FALSE(parse_settings("x.ini", "db = \"x\" y\n"));
  EXPECT_FALSE(read_settings("/"));
}

TEST(Nearest, FindsTyposAndNothingElse) {
  const std::vector<std::string_view> ids{"idle_in_transaction", "long_transaction", "n_plus_one"};
  EXPECT_EQ(nearest("idle_in_transation", ids), "idle_in_transaction");
  EXPECT_EQ(nearest("n_plus_oen", ids), "n_plus_one");
  EXPECT_EQ(nearest("deadlock", ids), std::nullopt);
  EXPECT_EQ(nearest("", ids), std::nullopt);
  EXPECT_EQ(edit_distance("ca", "ac"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(Options, ReadsThePlanCommand) {
  const Options o =
      accepted("plan --against before.json --show-values --fail-on high -o out.md a.txt b.json -");
  EXPECT_EQ(o.command, Command::kPlan);
  EXPECT_EQ(o.format, Format::kText);
  EXPECT_EQ(o.against, "before.json");
  EXPECT_TRUE(o.show_values);
  EXPECT_EQ(o.fail_on, Level::kHigh);
  EXPECT_EQ(o.inputs, (std::vector<std::string>{"a.txt", "b.json", "-"}));
  const Options plain = accepted("plan --format markdown");
  EXPECT_EQ(plain.format, Format::kMarkdown);
  EXPECT_FALSE(plain.show_values);
  EXPECT_FALSE(plain.against);
  EXPECT_FALSE(plain.fail_on);
}

TEST(Options, KeepsWhatOnlyPlansHaveFromOtherCommands) {
  EXPECT_NE(refused("analyze --show-values"), "accepted");
  EXPECT_NE(refused("report --db x --against y"), "accepted");
  EXPECT_NE(refused("plan --db x"), "accepted");
}

TEST(Options, ReadsTheCheckCommand) {
  const Options o = accepted(
      "check --against shop.ledger --catalog schema.sql --baseline b.lock --new-only --rule "
      "delete_without_where --rule syntax_error --exclude-rule unused_ignore --fail-on low "
      "--format sarif -o out.sarif migrations -");
  EXPECT_EQ(o.command, Command::kCheck);
  EXPECT_EQ(o.against, "shop.ledger");
  EXPECT_EQ(o.catalog, "schema.sql");
  EXPECT_EQ(o.baseline, "b.lock");
  EXPECT_TRUE(o.new_only);
  EXPECT_FALSE(o.update_baseline);
  EXPECT_EQ(o.rules, (std::vector<std::string>{"delete_without_where", "syntax_error"}));
  EXPECT_EQ(o.excluded_rules, std::vector<std::string>{"unused_ignore"});
  EXPECT_EQ(o.fail_on, Level::kLow);
  EXPECT_EQ(o.format, Format::kSarif);
  EXPECT_EQ(o.inputs, (std::vector<std::string>{"migrations", "-"}));
  const Options plain = accepted("check a.sql");
  EXPECT_EQ(plain.format, Format::kText);
  EXPECT_EQ(plain.fail_on, Level::kHigh);
  EXPECT_FALSE(accepted("check --fail-on none a.sql").fail_on);
  EXPECT_EQ(accepted("check --format junit a.sql").format, Format::kJunit);
}

TEST(Options, RefusesWhatCheckCannotDo) {
  EXPECT_EQ(refused("check --update-baseline a.sql"), "--update-baseline needs --baseline FILE");
  EXPECT_EQ(refused("check --new-only a.sql"),
            "--new-only needs --against LEDGER, which knows what is not new");
  EXPECT_EQ(refused("check --rule delete_without_were a.sql"),
            "--rule: there is no rule `delete_without_were`; did you mean "
            "`delete_without_where`?");
  EXPECT_NE(refused("check --fail-on purple a.sql").find("purple"), std::string::npos);
  EXPECT_NE(refused("check --format yaml a.sql").find("yaml"), std::string::npos);
  EXPECT_NE(refused("report --db x --format sarif").find("sarif"), std::string::npos)
      << "only what a command can write";
  EXPECT_NE(refused("check --db x a.sql").find("--db"), std::string::npos);
}

}  // namespace
}  // namespace pgcounsel
