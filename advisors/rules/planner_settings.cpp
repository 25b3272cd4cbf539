// Settings that bend plans: what EXPLAIN (SETTINGS) or auto_explain.log_settings prints and is
// seldom meant for production.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "advisors/advisor.h"
#include "advisors/plans/plan_facts.h"
#include "advisors/plans/plan_rule.h"

namespace pgcounsel {
namespace {

constexpr double kKilobyte = 1024;
constexpr double kSmallWorkMem = 1024 * kKilobyte;       // 1 MB; the default is 4
constexpr double kSmallCacheSize = 131'072 * kKilobyte;  // 128 MB; the default is 4 GB

struct Unit {
  std::string_view name;
  double factor;
};
constexpr std::array kUnits{Unit{"", 1},
                            Unit{"B", 1},
                            Unit{"kB", kKilobyte},
                            Unit{"MB", kKilobyte* kKilobyte},
                            Unit{"GB", kKilobyte* kKilobyte* kKilobyte},
                            Unit{"TB", kKilobyte* kKilobyte* kKilobyte* kKilobyte}};

// `64kB` in bytes, `1.1` as it is.
std::optional<double> amount_of(std::string_view value) {
  double amount = 0;
  const char* end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, amount);
  if (error != std::errc{}) return std::nullopt;
  const std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& known : kUnits) {
    if (unit == known.name) return amount * known.factor;
  }
  return std::nullopt;
}

enum class Test { kIs, kBelow, kAbove };

struct Law {
  std::string_view name;
  Test test;
  std::string_view word;  // of kIs
  double bound;           // of kBelow and kAbove
  std::string_view why;
};

constexpr std::array kLaws{
    Law{"work_mem", Test::kBelow, "", kSmallWorkMem, "sorts and hashes spill, bitmaps get lossy"},
    Law{"effective_cache_size", Test::kBelow, "", kSmallCacheSize,
        "index scans seem dearer than they are"},
    Law{"random_page_cost", Test::kAbove, "", 4.0, "index scans seem dearer than they are"},
    Law{"random_page_cost", Test::kBelow, "", 0.5, "index scans seem cheaper than they are"},
    Law{"seq_page_cost", Test::kBelow, "", 0.01, "sequential scans seem free"},
    Law{"seq_page_cost", Test::kAbove, "", 4.0, "sequential scans seem dearer than they are"},
    Law{"cpu_tuple_cost", Test::kBelow, "", 0.0001, "rows seem free"},
    Law{"join_collapse_limit", Test::kBelow, "", 2, "joins run in the order in which they stand"},
    Law{"from_collapse_limit", Test::kBelow, "", 2, "sub-selects are planned apart"},
    Law{"geqo", Test::kIs, "off", 0, "joins of many tables are planned exhaustively"},
    Law{"plan_cache_mode", Test::kIs, "force_generic_plan", 0,
        "one plan for all parameters, whatever they are"},
    Law{"force_parallel_mode", Test::kIs, "on", 0, "a worker is started for every query"},
    Law{"force_parallel_mode", Test::kIs, "regress", 0, "a worker is started for every query"},
    Law{"debug_parallel_query", Test::kIs, "on", 0, "a worker is started for every query"},
    Law{"debug_parallel_query", Test::kIs, "regress", 0, "a worker is started for every query"},
    Law{"parallel_setup_cost", Test::kBelow, "", 1, "workers seem free"},
    Law{"min_parallel_table_scan_size", Test::kBelow, "", 65'536, "workers for tiny tables"},
    Law{"jit_above_cost", Test::kBelow, "", 1000, "compiles queries that are done before"},
    Law{"constraint_exclusion", Test::kIs, "on", 0,
        "checks each table's constraints when planning"},
};

bool breaks(const Law& law, const PlanSetting& setting) {
  if (law.name != setting.name) return false;
  if (law.test == Test::kIs) return setting.value == law.word;
  const std::optional<double> amount = amount_of(setting.value);
  if (!amount || *amount < 0) return false;  // -1 switches off
  return law.test == Test::kBelow ? *amount < law.bound : *amount > law.bound;
}

struct Bent {
  const PlanSetting* setting = nullptr;
  std::string_view why;
};

std::vector<Bent> bent_settings(const Plan& plan) {
  std::vector<Bent> bent;
  for (const PlanSetting& setting : plan.settings) {
    // enable_partitionwise_join and its like are off by default, so they are printed when on.
    if (setting.name.starts_with("enable_") && setting.value == "off") {
      bent.push_back({&setting, "takes a kind of node from the planner in every query"});
      continue;
    }
    for (const Law& law : kLaws) {
      if (!breaks(law, setting)) continue;
      bent.push_back({&setting, law.why});
      break;
    }
  }
  return bent;
}

// Names come from the plan's text: only what can be a setting's name goes into a command.
bool is_setting_name(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_.") == std::string_view::npos;
}

Remedy remedy_of(const std::vector<Bent>& bent) {
  std::string names, resets;
  for (const Bent& one : bent) {
    const std::string& name = one.setting->name;
    if (!is_setting_name(name)) continue;
    names += fmt::format("{}'{}'", names.empty() ? "" : ", ", name);
    resets += fmt::format("\nRESET {};", name);
  }
  return {"sql", fmt::format("-- where it was set: a role, the database, the file, the session\n"
                             "SELECT name, setting, source, sourcefile FROM pg_settings WHERE name "
                             "IN ({});{}",
                             names, resets)};
}

void check(const PlanRow& row, Findings& findings) {
  const std::vector<Bent> bent = bent_settings(row.plan);
  if (bent.empty()) return;
  const PlanSetting& first = *bent.front().setting;

  Finding finding = plan_finding(row, "planner_settings", kNoNode);
  finding.title = fmt::format("{} was planned with {} = {}", node_words(row.plan.root()),
                              first.name, first.value);
  if (bent.size() > 1) finding.title += fmt::format(" and {} more", bent.size() - 1);
  for (const Bent& one : bent) {
    finding.evidence.push_back({one.setting->name,
                                fmt::format("{}: {}", one.setting->value, one.why),
                                "settings of the plan"});
  }
  finding.remedy = remedy_of(bent);
  finding.confidence = Confidence::kMedium;
  finding.confidence_because =
      "the plan prints the settings; whether they were made for this one run it does not tell";
  finding.verify = "`EXPLAIN (SETTINGS)` no longer prints them; compare the plan's time.";
  finding.rollback = "Set the value again in the place where it was.";
  finding.caveats.emplace_back(
      "Somebody may have set it to get around a bad plan: the plan without it is the one to look "
      "at next.");
  weigh(finding, row, 0);
  finding.level = Level::kLow;
  findings.push_back(std::move(finding));
}

}  // namespace

Findings planner_settings(const Brief& brief) {
  return review_plans(brief, check);
}

}  // namespace pgcounsel
