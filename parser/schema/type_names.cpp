#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "parser/schema/ddl.h"
#include "parser/sql/expressions.h"
#include "parser/sql/type_rules.h"

namespace pgcounsel {
namespace {

struct TypeWord {
  std::string_view internal, shown;
};
constexpr std::array kTypeWords = {
    TypeWord{"bool", "boolean"},
    TypeWord{"bpchar", "character"},
    TypeWord{"char", "\"char\""},
    TypeWord{"decimal", "numeric"},
    TypeWord{"float4", "real"},
    TypeWord{"float8", "double precision"},
    TypeWord{"int2", "smallint"},
    TypeWord{"int4", "integer"},
    TypeWord{"int8", "bigint"},
    TypeWord{"time", "time without time zone"},
    TypeWord{"timestamp", "timestamp without time zone"},
    TypeWord{"timestamptz", "timestamp with time zone"},
    TypeWord{"timetz", "time with time zone"},
    TypeWord{"varbit", "bit varying"},
    TypeWord{"varchar", "character varying"},
};
constexpr std::array kSerialWords = {
    TypeWord{"serial", "integer"},   TypeWord{"serial4", "integer"},
    TypeWord{"bigserial", "bigint"}, TypeWord{"serial8", "bigint"},
    TypeWord{"serial2", "smallint"}, TypeWord{"smallserial", "smallint"},
};

template <class Words>
std::string_view shown(const Words& words, std::string_view internal) {
  const auto found = std::ranges::find(words, internal, &TypeWord::internal);
  return found == words.end() ? std::string_view{} : found->shown;
}

std::string built_in(std::string_view name) {
  if (name.size() > 1 && name.front() == '_') {  // PostgreSQL's names of array types
    const std::string element = built_in(name.substr(1));
    if (is_built_in(element)) return element + "[]";
  }
  const std::string_view known = shown(kTypeWords, name);
  return std::string(known.empty() ? name : known);
}

std::string modifier_word(Node node) {
  if (node.is("ColumnRef")) return column_words(node);
  return constant_text(node).value_or("");
}

}  // namespace

bool is_serial(Node type_name) {
  const auto names = type_name.names("names");
  return names.size() == 1 && !shown(kSerialWords, names.front()).empty();
}

std::string type_of(Node type_name) {
  const auto names = type_name.names("names");
  if (names.empty() || type_name.flag("pct_type")) return {};
  std::string type;
  if (names.size() == 1 && is_serial(type_name)) {
    type = shown(kSerialWords, names.front());
  } else if (names.size() == 1 || names[names.size() - 2] == "pg_catalog") {
    type = built_in(names.back());
  } else {
    type = std::string(names[names.size() - 2]) + "." + std::string(names.back());
  }
  if (type_name.has("arrayBounds") && !type.ends_with("[]")) type += "[]";
  return type;
}

std::string type_modifier_of(Node type_name) {
  NodeList words = type_name.list("typmods");
  // The first one of an interval says which of its fields count.
  if (!words.empty() && type_name.last_name("names") == "interval") words.erase(words.begin());
  std::string modifier;
  for (const Node word : words) {
    modifier += modifier.empty() ? '(' : ',';
    modifier += modifier_word(word);
  }
  if (!modifier.empty()) modifier += ')';
  return modifier;
}

}  // namespace pgcounsel
