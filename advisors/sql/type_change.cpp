#include "advisors/sql/type_change.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace pgcounsel {
namespace {

constexpr int kFirstWithFreeTimeZone = 120000;

struct TypePair {
  std::string_view from, to;
};

// The bytes of one are good for the other.
constexpr std::array kSameBytes = {
    TypePair{"character varying", "text"},
    TypePair{"character varying", "citext"},
    TypePair{"text", "citext"},
    TypePair{"citext", "text"},
    TypePair{"citext", "character varying"},
    TypePair{"text", "character varying"},
    TypePair{"cidr", "inet"},
    TypePair{"integer", "oid"},
    TypePair{"oid", "integer"},
    TypePair{"xml", "text"},
};

// Types whose modifier is a limit that may grow.
constexpr std::array<std::string_view, 7> kLimited = {
    "character varying",        "bit varying", "timestamp without time zone",
    "timestamp with time zone", "interval",    "time without time zone",
    "time with time zone"};

bool is_timestamp(std::string_view type) {
  return type == "timestamp without time zone" || type == "timestamp with time zone";
}

struct Numbers {
  int first = -1, second = 0;  // "(10,2)"; -1: none or not a number
};

Numbers numbers_of(std::string_view modifier) {
  Numbers numbers;
  if (modifier.size() < 3) return numbers;
  const char* const end = modifier.data() + modifier.size();
  const auto first = std::from_chars(modifier.data() + 1, end, numbers.first);
  if (first.ec == std::errc() && first.ptr != end && *first.ptr == ',') {
    std::from_chars(first.ptr + 1, end, numbers.second);
  }
  return numbers;
}

TypeChange change_of_modifier(std::string_view type, std::string_view from, std::string_view to) {
  if (from == to) return TypeChange::kNothing;
  const Numbers before = numbers_of(from), after = numbers_of(to);
  const bool limited = std::ranges::find(kLimited, type) != kLimited.end();
  if (to.empty() && (limited || type == "numeric" || type.ends_with("[]"))) {
    return TypeChange::kNothing;
  }
  const bool grows = before.first >= 0 && after.first >= before.first;
  if (limited && grows) return TypeChange::kNothing;
  if (type == "numeric" && grows && before.second == after.second) return TypeChange::kNothing;
  return TypeChange::kRewrite;
}

// Only a column that has the type already becomes it without a rewrite.
constexpr std::array<std::string_view, 9> kAlone = {
    "bigint", "boolean",  "date", "double precision", "integer", "json",
    "jsonb",  "smallint", "uuid"};

TypeChange change_from_unknown(ColumnType to) {
  const bool usual = to.name == "text" || (to.name == "character varying" && to.modifier.empty());
  if (usual) return TypeChange::kNothing;
  const bool alone = std::ranges::find(kAlone, to.name) != kAlone.end();
  return alone ? TypeChange::kRewrite : TypeChange::kNotKnown;
}

}  // namespace

TypeChange change_of(ColumnType from, ColumnType to, int server_version) {
  if (to.name.empty()) return TypeChange::kNotKnown;
  if (from.name.empty()) return change_from_unknown(to);
  if (from.name == to.name) return change_of_modifier(to.name, from.modifier, to.modifier);
  if (is_timestamp(from.name) && is_timestamp(to.name)) {
    return server_version >= kFirstWithFreeTimeZone ? TypeChange::kTimeZone : TypeChange::kRewrite;
  }
  const bool same = std::ranges::any_of(kSameBytes, [&](const TypePair& pair) {
    return pair.from == from.name && pair.to == to.name;
  });
  return same && to.modifier.empty() ? TypeChange::kNothing : TypeChange::kRewrite;
}

}  // namespace pgcounsel
