#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/sql/type_rules.h"

namespace pgcounsel {
namespace {

using Types = std::vector<std::string>;

constexpr std::string_view kTimestamp = "timestamp without time zone";
constexpr std::string_view kTimestampZone = "timestamp with time zone";
constexpr std::string_view kInterval = "interval";

template <class List>
bool has(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

bool is_timestamp(std::string_view type) {
  return type == kTimestamp || type == kTimestampZone;
}

// What a function gives: a type, or what follows from its arguments.
enum class Gives : std::uint8_t {
  kType,
  kFirst,   // as its first argument
  kCommon,  // as its arguments have in common
  kText,    // text of a text; not sure for others
  kSum,
  kAverage,
  kExtreme,    // min, max: as the first, text for the kinds of text but character
  kRounded,    // numeric of numeric, else double precision
  kTruncated,  // date_trunc
  kArray,      // of its first argument
  kElement,
  kZone,  // timezone()
};
struct Function {
  std::string_view name;
  Gives gives = Gives::kType;
  std::string_view type = {};
};
constexpr std::array kFunctions = {
    Function{"abs", Gives::kFirst},
    Function{"age", {}, "interval"},
    Function{"any_value", Gives::kFirst},
    Function{"array_agg", Gives::kArray},
    Function{"array_append", Gives::kFirst},
    Function{"array_cat", Gives::kFirst},
    Function{"array_length", {}, "integer"},
    Function{"array_position", {}, "integer"},
    Function{"array_remove", Gives::kFirst},
    Function{"array_to_string", {}, "text"},
    Function{"ascii", {}, "integer"},
    Function{"avg", Gives::kAverage},
    Function{"bool_and", {}, "boolean"},
    Function{"bool_or", {}, "boolean"},
    Function{"btrim", Gives::kText},
    Function{"cardinality", {}, "integer"},
    Function{"ceil", Gives::kRounded},
    Function{"ceiling", Gives::kRounded},
    Function{"char_length", {}, "integer"},
    Function{"character_length", {}, "integer"},
    Function{"chr", {}, "text"},
    Function{"clock_timestamp", {}, kTimestampZone},
    Function{"concat", {}, "text"},
    Function{"concat_ws", {}, "text"},
    Function{"count", {}, "bigint"},
    Function{"cume_dist", {}, "double precision"},
    Function{"current_setting", {}, "text"},
    Function{"currval", {}, "bigint"},
    Function{"date_part", {}, "double precision"},
    Function{"date_trunc", Gives::kTruncated},
    Function{"dense_rank", {}, "bigint"},
    Function{"encode", {}, "text"},
    Function{"every", {}, "boolean"},
    Function{"exp", Gives::kRounded},
    Function{"extract", {}, "numeric"},
    Function{"first_value", Gives::kFirst},
    Function{"floor", Gives::kRounded},
    Function{"format", {}, "text"},
    Function{"gen_random_uuid", {}, "uuid"},
    Function{"generate_series", Gives::kCommon},
    Function{"initcap", {}, "text"},
    Function{"isfinite", {}, "boolean"},
    Function{"json_agg", {}, "json"},
    Function{"json_array_length", {}, "integer"},
    Function{"json_build_array", {}, "json"},
    Function{"json_build_object", {}, "json"},
    Function{"json_object_agg", {}, "json"},
    Function{"jsonb_agg", {}, "jsonb"},
    Function{"jsonb_array_elements", {}, "jsonb"},
    Function{"jsonb_array_elements_text", {}, "text"},
    Function{"jsonb_array_length", {}, "integer"},
    Function{"jsonb_build_array", {}, "jsonb"},
    Function{"jsonb_build_object", {}, "jsonb"},
    Function{"jsonb_object_agg", {}, "jsonb"},
    Function{"jsonb_set", {}, "jsonb"},
    Function{"jsonb_typeof", {}, "text"},
    Function{"lag", Gives::kFirst},
    Function{"last_value", Gives::kFirst},
    Function{"lastval", {}, "bigint"},
    Function{"lead", Gives::kFirst},
    Function{"left", {}, "text"},
    Function{"length", {}, "integer"},
    Function{"ln", Gives::kRounded},
    Function{"lower", Gives::kText},
    Function{"lpad", {}, "text"},
    Function{"ltrim", Gives::kText},
    Function{"make_date", {}, "date"},
    Function{"make_interval", {}, "interval"},
    Function{"max", Gives::kExtreme},
    Function{"md5", {}, "text"},
    Function{"min", Gives::kExtreme},
    Function{"mod", Gives::kCommon},
    Function{"nextval", {}, "bigint"},
    Function{"now", {}, kTimestampZone},
    Function{"nth_value", Gives::kFirst},
    Function{"ntile", {}, "integer"},
    Function{"octet_length", {}, "integer"},
    Function{"percent_rank", {}, "double precision"},
    Function{"pg_backend_pid", {}, "integer"},
    Function{"pg_try_advisory_lock", {}, "boolean"},
    Function{"pg_try_advisory_xact_lock", {}, "boolean"},
    Function{"position", {}, "integer"},
    Function{"power", Gives::kRounded},
    Function{"random", {}, "double precision"},
    Function{"rank", {}, "bigint"},
    Function{"regexp_matches", {}, "text[]"},
    Function{"regexp_replace", {}, "text"},
    Function{"regexp_split_to_array", {}, "text[]"},
    Function{"regexp_split_to_table", {}, "text"},
    Function{"repeat", {}, "text"},
    Function{"replace", {}, "text"},
    Function{"reverse", {}, "text"},
    Function{"right", {}, "text"},
    Function{"round", Gives::kRounded},
    Function{"row_number", {}, "bigint"},
    Function{"row_to_json", {}, "json"},
    Function{"rpad", {}, "text"},
    Function{"rtrim", Gives::kText},
    Function{"setval", {}, "bigint"},
    Function{"sign", Gives::kRounded},
    Function{"split_part", {}, "text"},
    Function{"sqrt", Gives::kRounded},
    Function{"starts_with", {}, "boolean"},
    Function{"statement_timestamp", {}, kTimestampZone},
    Function{"string_to_array", {}, "text[]"},
    Function{"strpos", {}, "integer"},
    Function{"substr", Gives::kText},
    Function{"substring", Gives::kText},
    Function{"sum", Gives::kSum},
    Function{"timezone", Gives::kZone},
    Function{"to_char", {}, "text"},
    Function{"to_date", {}, "date"},
    Function{"to_hex", {}, "text"},
    Function{"to_json", {}, "json"},
    Function{"to_jsonb", {}, "jsonb"},
    Function{"to_number", {}, "numeric"},
    Function{"to_timestamp", {}, kTimestampZone},
    Function{"to_tsquery", {}, "tsquery"},
    Function{"to_tsvector", {}, "tsvector"},
    Function{"transaction_timestamp", {}, kTimestampZone},
    Function{"translate", {}, "text"},
    Function{"trunc", Gives::kRounded},
    Function{"unnest", Gives::kElement},
    Function{"upper", Gives::kText},
    Function{"uuid_generate_v4", {}, "uuid"},
};

static_assert(std::ranges::is_sorted(kFunctions, {}, &Function::name));

const Function* usual(std::string_view name) {
  const auto found = std::ranges::lower_bound(kFunctions, name, {}, &Function::name);
  return found == kFunctions.end() || found->name != name ? nullptr : &*found;
}

std::string sum_type(std::string_view type) {
  if (type == "smallint" || type == "integer") return "bigint";
  if (type == "bigint") return "numeric";
  const bool same = is_number(type) || type == kInterval || type == "money";
  return same ? std::string(type) : std::string{};
}

std::string average_type(std::string_view type) {
  if (is_integer(type) || type == "numeric") return "numeric";
  if (is_number(type)) return "double precision";
  return type == kInterval ? std::string(kInterval) : std::string{};
}

std::string truncated_type(const Types& arguments) {
  const std::string_view type = arguments.size() < 2 ? std::string_view{} : arguments[1];
  if (is_timestamp(type) || type == kInterval) return std::string(type);
  return type == "date" ? std::string(kTimestampZone) : std::string{};
}

std::string zone_type(const Types& arguments) {
  const std::string_view type = arguments.size() < 2 ? std::string_view{} : arguments[1];
  if (type == kTimestamp) return std::string(kTimestampZone);
  return type == kTimestampZone ? std::string(kTimestamp) : std::string{};
}

std::string element_of(std::string type) {
  if (!type.ends_with("[]")) return {};
  type.resize(type.size() - 2);
  return type;
}

std::string given(const Function& function, const Types& arguments) {
  const std::string first = arguments.empty() ? std::string{} : arguments.front();
  switch (function.gives) {
    case Gives::kType:
      return std::string(function.type);
    case Gives::kFirst:
      return first == "unknown" ? std::string{} : first;
    case Gives::kCommon:
      return common_type(arguments);
    case Gives::kText:
      return is_text_like(first) || first == "unknown" ? "text" : "";
    case Gives::kSum:
      return sum_type(first);
    case Gives::kAverage:
      return average_type(first);
    case Gives::kExtreme:
      return first == "character varying" || first == "unknown" ? "text" : first;
    case Gives::kRounded:
      if (first == "numeric" || arguments.size() > 1) return is_number(first) ? "numeric" : "";
      return is_number(first) ? "double precision" : "";
    case Gives::kTruncated:
      return truncated_type(arguments);
    case Gives::kArray:
      return first.empty() || first.ends_with("[]") ? first : first + "[]";
    case Gives::kElement:
      return element_of(first);
    case Gives::kZone:
      return zone_type(arguments);
  }
  return {};
}

constexpr std::array<std::string_view, 18> kNeverNull = {"count",
                                                         "now",
                                                         "clock_timestamp",
                                                         "statement_timestamp",
                                                         "transaction_timestamp",
                                                         "random",
                                                         "row_number",
                                                         "rank",
                                                         "dense_rank",
                                                         "percent_rank",
                                                         "cume_dist",
                                                         "ntile",
                                                         "gen_random_uuid",
                                                         "nextval",
                                                         "concat",
                                                         "json_build_object",
                                                         "jsonb_build_object",
                                                         "pg_backend_pid"};
constexpr std::array<std::string_view, 18> kNullForNull = {
    "abs",    "btrim", "ceil",  "ceiling",     "date_trunc", "floor",
    "length", "lower", "ltrim", "md5",         "replace",    "round",
    "rtrim",  "trunc", "upper", "char_length", "to_jsonb",   "octet_length"};

}  // namespace

std::string function_type(std::string_view name, const Types& arguments) {
  const Function* function = usual(name);
  return function == nullptr ? std::string{} : given(*function, arguments);
}

bool is_usual_function(std::string_view name) {
  return usual(name) != nullptr;
}

bool never_gives_null(std::string_view function) {
  return has(kNeverNull, function);
}

bool gives_null_for_null_only(std::string_view function) {
  return has(kNullForNull, function);
}

}  // namespace pgcounsel
