#include "parser/sql/type_rules.h"

#include <algorithm>
#include <array>
#include <span>

namespace pgcounsel {
namespace {

using Types = std::vector<std::string>;

constexpr std::array<std::string_view, 6> kNumbers = {"smallint", "integer", "bigint",
                                                      "numeric",  "real",    "double precision"};
constexpr std::array<std::string_view, 3> kTimes = {"date", "timestamp without time zone",
                                                    "timestamp with time zone"};
constexpr std::array<std::string_view, 3> kTexts = {"character", "character varying", "text"};
constexpr std::array<std::string_view, 37> kOthers = {"\"char\"",
                                                      "bit",
                                                      "bit varying",
                                                      "boolean",
                                                      "bytea",
                                                      "cidr",
                                                      "inet",
                                                      "interval",
                                                      "json",
                                                      "jsonb",
                                                      "jsonpath",
                                                      "macaddr",
                                                      "macaddr8",
                                                      "money",
                                                      "name",
                                                      "oid",
                                                      "time with time zone",
                                                      "time without time zone",
                                                      "tsquery",
                                                      "tsvector",
                                                      "uuid",
                                                      "xml",
                                                      "int4range",
                                                      "int8range",
                                                      "numrange",
                                                      "tsrange",
                                                      "tstzrange",
                                                      "daterange",
                                                      "int4multirange",
                                                      "int8multirange",
                                                      "nummultirange",
                                                      "tsmultirange",
                                                      "tstzmultirange",
                                                      "datemultirange",
                                                      "point",
                                                      "box",
                                                      "pg_lsn"};
constexpr std::string_view kTimestamp = kTimes[1], kTimestampZone = kTimes[2];

template <class List>
bool has(const List& list, std::string_view word) {
  return std::ranges::find(list, word) != std::end(list);
}

bool is_number(std::string_view type) {
  return has(kNumbers, type);
}

bool is_integer(std::string_view type) {
  return has(std::span(kNumbers).first(3), type);
}

bool is_timestamp(std::string_view type) {
  return type == kTimestamp || type == kTimestampZone;
}

// The later of two in a tower where every type can become the ones behind it.
template <class Tower>
std::string later(const Tower& tower, std::string_view a, std::string_view b) {
  const auto first = std::ranges::find(tower, a), second = std::ranges::find(tower, b);
  return first == tower.end() || second == tower.end() ? std::string{}
                                                       : std::string(*std::max(first, second));
}

std::string common_of_two(const std::string& a, const std::string& b) {
  if (a == b) return a;
  if (a.empty() || b.empty()) return {};
  if (a == "unknown") return b;
  if (b == "unknown") return a;
  if (is_number(a)) return later(kNumbers, a, b);
  if (has(kTimes, a)) return later(kTimes, a, b);
  if (is_text_like(a) && is_text_like(b)) return "text";
  return {};
}

constexpr std::array<std::string_view, 34> kAskers = {
    "=",   "<>",  "!=",   "<",  "<=", ">",   ">=",  "~",  "!~",  "~*",  "!~*", "~~",
    "!~~", "~~*", "!~~*", "@>", "<@", "&&",  "?",   "?|", "?&",  "@@",  "@?",  "-|-",
    "<<=", ">>=", "&<",   "&>", "^@", "|>>", "<<|", "~=", "@@@", "~>=~"};

// Arithmetic of numbers; real and numeric meet in double precision.
std::string number_type(const std::string& a, const std::string& b) {
  if (a == b) return a;
  if (a == "unknown") return b;
  if (b == "unknown") return a;
  const std::string type = later(kNumbers, a, b);
  return type == "real" ? "double precision" : type;
}

struct TimeRule {
  std::string_view left, name, right, type;
};
constexpr std::string_view kInterval = "interval", kTime = "time without time zone";
constexpr std::array kTimeRules = {
    TimeRule{"date", "-", "date", "integer"},
    TimeRule{"date", "-", "unknown", "integer"},
    TimeRule{"date", "+", "integer", "date"},
    TimeRule{"date", "-", "integer", "date"},
    TimeRule{"integer", "+", "date", "date"},
    TimeRule{"date", "+", kInterval, kTimestamp},
    TimeRule{"date", "-", kInterval, kTimestamp},
    TimeRule{kInterval, "+", "date", kTimestamp},
    TimeRule{"date", "+", kTime, kTimestamp},
    TimeRule{kTimestamp, "+", "unknown", kTimestamp},
    TimeRule{kTimestampZone, "+", "unknown", kTimestampZone},
    TimeRule{kTimestamp, "-", "unknown", kInterval},
    TimeRule{kTimestampZone, "-", "unknown", kInterval},
    TimeRule{kTimestamp, "+", kInterval, kTimestamp},
    TimeRule{kTimestampZone, "+", kInterval, kTimestampZone},
    TimeRule{kTimestamp, "-", kInterval, kTimestamp},
    TimeRule{kTimestampZone, "-", kInterval, kTimestampZone},
    TimeRule{kInterval, "+", kTimestamp, kTimestamp},
    TimeRule{kInterval, "+", kTimestampZone, kTimestampZone},
    TimeRule{kInterval, "+", kInterval, kInterval},
    TimeRule{kInterval, "-", kInterval, kInterval},
    TimeRule{kTime, "-", kTime, kInterval},
    TimeRule{kTime, "+", kInterval, kTime},
    TimeRule{kTime, "-", kInterval, kTime},
};

std::string time_type(std::string_view left, std::string_view name, std::string_view right) {
  for (const TimeRule& rule : kTimeRules) {
    if (rule.name == name && rule.left == left && rule.right == right)
      return std::string(rule.type);
  }
  const bool scales = name == "*" || name == "/";
  if (scales && left == kInterval && is_number(right)) return std::string(kInterval);
  if (name == "*" && is_number(left) && right == kInterval) return std::string(kInterval);
  const bool times = has(kTimes, left) && has(kTimes, right);
  return name == "-" && times ? std::string(kInterval) : std::string{};
}

std::string joined_type(const std::string& left, const std::string& right) {
  if (left.ends_with("[]")) return left;
  if (right.ends_with("[]")) return right;
  if (left == "jsonb" || right == "jsonb") {
    return left == right || left == "unknown" || right == "unknown" ? "jsonb" : "";
  }
  const bool text =
      is_text_like(left) || is_text_like(right) || (left == "unknown" && right == "unknown");
  return text ? "text" : "";
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

constexpr std::array<std::string_view, 27> kStrict = {
    "+",   "-",   "*",    "/", "%",  "||", "=",   "<>", "!=", "<",  "<=", ">", ">=", "~~",
    "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*", "@>", "<@", "&&", "@@", "&", "|"};
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

bool is_text_like(std::string_view type) {
  return has(kTexts, type) || type == "name";
}

bool is_built_in(std::string_view type) {
  if (type.ends_with("[]")) type.remove_suffix(2);
  return has(kNumbers, type) || has(kTexts, type) || has(kTimes, type) || has(kOthers, type);
}

std::string common_type(const Types& types) {
  if (types.empty()) return {};
  std::string common = types.front();
  for (const std::string& type : types) {
    common = common_of_two(common, type);
    if (common.empty()) return common;
  }
  return common == "unknown" ? "text" : common;
}

std::string operator_type(std::string_view name, const std::string& left,
                          const std::string& right) {
  if (has(kAskers, name)) return "boolean";
  if (name == "->>" || name == "#>>") return "text";
  if (name == "->" || name == "#>") return left == "json" || left == "jsonb" ? left : "";
  if (left.empty() || right.empty()) return {};
  if (name == "||") return joined_type(left, right);
  const bool numbers = (is_number(left) || left == "unknown") &&
                       (is_number(right) || right == "unknown") && left != right;
  const bool same = left == right && is_number(left);
  if (has(std::array<std::string_view, 5>{"+", "-", "*", "/", "%"}, name)) {
    return numbers || same ? number_type(left, right) : time_type(left, name, right);
  }
  const bool bits = has(std::array<std::string_view, 3>{"&", "|", "#"}, name);
  if (bits) return is_integer(left) && is_integer(right) ? later(kNumbers, left, right) : "";
  if (name == "<<" || name == ">>") return is_integer(left) ? left : "";
  return {};
}

std::string sign_type(std::string_view name, const std::string& right) {
  const bool known = is_number(right) || right == kInterval;
  return (name == "-" || name == "+") && known ? right : std::string{};
}

std::string function_type(std::string_view name, const Types& arguments) {
  const Function* function = usual(name);
  return function == nullptr ? std::string{} : given(*function, arguments);
}

bool is_usual_function(std::string_view name) {
  return usual(name) != nullptr;
}

bool keeps_not_null(std::string_view operator_name) {
  return has(kStrict, operator_name);
}

bool never_gives_null(std::string_view function) {
  return has(kNeverNull, function);
}

bool gives_null_for_null_only(std::string_view function) {
  return has(kNullForNull, function);
}

}  // namespace pgcounsel
