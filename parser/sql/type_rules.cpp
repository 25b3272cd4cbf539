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

constexpr std::array<std::string_view, 27> kStrict = {
    "+",   "-",   "*",    "/", "%",  "||", "=",   "<>", "!=", "<",  "<=", ">", ">=", "~~",
    "!~~", "~~*", "!~~*", "~", "!~", "~*", "!~*", "@>", "<@", "&&", "@@", "&", "|"};
}  // namespace

bool is_number(std::string_view type) {
  return has(kNumbers, type);
}

bool is_integer(std::string_view type) {
  return has(std::span(kNumbers).first(3), type);
}

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

bool keeps_not_null(std::string_view operator_name) {
  return has(kStrict, operator_name);
}

}  // namespace pgcounsel
