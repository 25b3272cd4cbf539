// What an advisor says: one problem, its evidence, what to do, how sure that is, how to check it
// and how to undo it. Also RuleInfo, so that renderers know the rules without including them.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/time.h"

namespace pgcounsel {

enum class Level { kInfo, kLow, kMedium, kHigh, kCritical };
enum class Safety { kProven, kChecked, kAdvisory };
enum class Confidence { kLow, kMedium, kHigh };
std::string_view name_of(Level level);            // "critical"
std::string_view name_of(Safety safety);          // "advisory"
std::string_view name_of(Confidence confidence);  // "high"
std::optional<Level> level_named(std::string_view name);

struct Subject {
  std::string kind;  // query, transaction, table, index, pool, setting
  std::string id;    // fingerprint, class id or name
};

struct Evidence {
  std::string name;    // "held", "longest"
  std::string value;   // with its unit
  std::string source;  // where the figure comes from: "log", "settings"; may be empty
};

struct Remedy {
  std::string kind;  // sql, setting, code
  std::string text;
};

// Connection-seconds that the remedy gives back in a day.
struct Gain {
  double connection_s_per_day_low = 0, connection_s_per_day_high = 0;
};

// Where in a checked file; lines and columns (characters) count from 1, the end is the last
// character's.
struct Place {
  std::string file;
  std::size_t line = 1, column = 1, end_line = 1, end_column = 1;
};

// Other SQL for the same question. Equal on every database that satisfies the schema, unless it
// says that it changes the result.
struct Rewrite {
  std::string sql;                         // the whole statement
  std::vector<std::string> preconditions;  // what was shown to hold
  bool changes_result = false;
};

struct Finding {
  std::string key;  // rule + fingerprint + object, the same in ledger, report and baseline; never a
                    // line number
  std::string rule;
  Level level = Level::kInfo;
  Subject subject;
  std::string title;
  std::vector<Evidence> evidence;
  Remedy remedy;
  Safety safety = Safety::kAdvisory;
  Confidence confidence = Confidence::kLow;
  std::string confidence_because;
  std::optional<Gain> gain;
  double weight = 0;  // among findings alike in level and gain the larger comes first; never shown
  std::string verify, rollback;
  std::optional<Place> place;  // of findings about checked files
  std::optional<Rewrite> rewrite;
  std::vector<std::string> caveats;
};

using Findings = std::vector<Finding>;

// By level descending, gain descending, weight descending, key: the order of every output.
void rank(Findings& findings);

struct RuleInfo {
  std::string_view id;
  std::string_view title;  // the text behind the dash in the page's first line
  std::string_view page;   // the whole page, markdown
};

}  // namespace pgcounsel
