#include "parser/sql/names_from.h"

#include <algorithm>
#include <array>
#include <utility>

#include "parser/schema/ddl.h"
#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

FromColumns columns_of_entry(const RangeEntry* entry) {
  if (entry == nullptr) return {{}, false};
  FromColumns from{entry->columns, entry->columns_known};
  if (entry->nullable) {
    for (OutputColumn& column : from.columns) column.not_null = false;
  }
  return from;
}

bool has_name(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

// Merged columns come first, from the side that always has a row.
FromColumns joined(FromColumns left, FromColumns right, const std::vector<std::string>& merged,
                   std::string_view type) {
  FromColumns all;
  all.known = left.known && right.known;
  const bool from_right = type == "JOIN_RIGHT";
  for (const std::string& name : merged) {
    auto& from = (from_right ? right : left).columns;
    const auto column = std::ranges::find(from, name, &OutputColumn::name);
    if (column == from.end()) continue;
    all.columns.push_back(*column);
    if (type == "JOIN_FULL") {
      all.columns.back().table = nullptr;
      all.columns.back().column = nullptr;
    }
  }
  for (auto* side : {&left.columns, &right.columns}) {
    for (OutputColumn& column : *side) {
      if (!has_name(merged, column.name)) all.columns.push_back(std::move(column));
    }
  }
  return all;
}

const JoinRange* range_of(const BuiltScope& scope, Node join) {
  const auto found = std::ranges::find(scope.joins, join, &JoinRange::join);
  return found == scope.joins.end() ? nullptr : &*found;
}

struct SetFunction {
  std::string_view name, type, column;  // without a column its name is the alias
};
constexpr std::array kSetFunctions = {
    SetFunction{"generate_series", {}, {}},
    SetFunction{"generate_subscripts", "integer", {}},
    SetFunction{"json_array_elements", "json", "value"},
    SetFunction{"json_array_elements_text", "text", "value"},
    SetFunction{"json_object_keys", "text", {}},
    SetFunction{"jsonb_array_elements", "jsonb", "value"},
    SetFunction{"jsonb_array_elements_text", "text", "value"},
    SetFunction{"jsonb_object_keys", "text", {}},
    SetFunction{"regexp_split_to_table", "text", {}},
    SetFunction{"string_to_table", "text", {}},
};

void set_columns_written(RangeEntry& entry, const NodeList& definitions) {
  for (const Node definition : definitions) {
    OutputColumn& column = entry.columns.emplace_back();
    column.name = definition.text("colname");
    column.type = type_of(definition["typeName"]);
  }
  entry.columns_known = true;
}

void set_only_column(RangeEntry& entry, std::string_view name, std::string type) {
  OutputColumn& column = entry.columns.emplace_back();
  column.name = name;
  column.type = std::move(type);
  entry.columns_known = true;
}

// unnest() of an array of a built-in type; one of a composite type has more columns.
std::string element_of_plain_array(std::string type) {
  if (!type.ends_with("[]") || type.find('.') != std::string::npos) return {};
  type.resize(type.size() - 2);
  return is_built_in(type) ? type : std::string{};
}

void set_usual(RangeEntry& entry, Node call, const ResolvedNames& names) {
  const NodeList args = call.list("args");
  const std::string_view function = function_name(call);
  if (function == "unnest" && args.size() == 1) {
    std::string type = element_of_plain_array(names.type_of(args.front()));
    if (!type.empty()) set_only_column(entry, entry.name, std::move(type));
    return;
  }
  const auto* usual = std::ranges::find(kSetFunctions, function, &SetFunction::name);
  if (usual == kSetFunctions.end()) return;
  std::string type(usual->type);
  if (type.empty() && !args.empty()) type = names.type_of(args.front());
  set_only_column(entry, usual->column.empty() ? std::string_view(entry.name) : usual->column,
                  std::move(type));
}

}  // namespace

std::vector<OutputColumn> columns_of(const CatalogTable& table) {
  std::vector<OutputColumn> columns;
  columns.reserve(table.columns.size());
  for (const CatalogColumn& column : table.columns) {
    columns.push_back({column.name, column.type, column.not_null, &table, &column});
  }
  return columns;
}

void rename_columns(std::vector<OutputColumn>& columns,
                    const std::vector<std::string_view>& names) {
  for (std::size_t at = 0; at < std::min(columns.size(), names.size()); ++at) {
    columns[at].name = names[at];
  }
}

FromColumns columns_of_item(const BuiltScope& scope, Node item) {
  if (item.is("RangeTableSample")) item = item["relation"];
  const RangeEntry* entry = entry_of(scope, item);
  if (!item.is("JoinExpr") || entry != nullptr) return columns_of_entry(entry);
  const JoinRange* range = range_of(scope, item);
  FromColumns all =
      joined(columns_of_item(scope, item["larg"]), columns_of_item(scope, item["rarg"]),
             range == nullptr ? std::vector<std::string>{} : range->merged, item.text("jointype"));
  if (item.flag("isNatural") && !all.known) all.columns.clear();
  return all;
}

FromColumns columns_of_star(const BuiltScope& scope, Node star) {
  const std::string_view table = column_table(star);
  for (const BuiltScope* at = &scope; at != nullptr;
       at = static_cast<const BuiltScope*>(at->outer)) {
    const auto entry = std::ranges::find(at->entries, table, &RangeEntry::name);
    if (entry != at->entries.end()) return columns_of_entry(&*entry);
  }
  return {{}, false};
}

FromColumns columns_of_all(const BuiltScope& scope) {
  FromColumns all;
  const auto append = [&](FromColumns from) {
    all.known = all.known && from.known;
    std::ranges::move(from.columns, std::back_inserter(all.columns));
  };
  const Node statement = scope.statement;
  if (!statement.is("SelectStmt")) append(columns_of_entry(&scope.entries.front()));
  for (const std::string_view clause : {"fromClause", "usingClause"}) {
    for (const Node item : statement.list(clause)) append(columns_of_item(scope, item));
  }
  return all;
}

std::vector<std::string> merged_columns(const BuiltScope& scope, Node join) {
  std::vector<std::string> merged;
  for (const std::string_view name : join.names("usingClause")) merged.emplace_back(name);
  if (!join.flag("isNatural")) return merged;
  const FromColumns left = columns_of_item(scope, join["larg"]);
  const FromColumns right = columns_of_item(scope, join["rarg"]);
  for (const OutputColumn& column : left.columns) {
    if (std::ranges::find(right.columns, column.name, &OutputColumn::name) != right.columns.end()) {
      merged.push_back(column.name);
    }
  }
  return merged;
}

void set_function(RangeEntry& entry, const ResolvedNames& names) {
  const Node node = entry.node, alias = node["alias"];
  const NodeList functions = node.list("functions");
  const NodeList parts = functions.empty() ? NodeList{} : functions.front().list("items");
  const Node call = parts.empty() ? Node{} : parts.front();
  entry.name = alias ? alias.text("aliasname") : function_name(call);
  if (functions.size() != 1) return;
  NodeList definitions = node.list("coldeflist");
  if (definitions.empty() && parts.size() > 1) definitions = parts[1].list("items");
  if (definitions.empty()) {
    set_usual(entry, call, names);
  } else {
    set_columns_written(entry, definitions);
  }
  const auto column_names = alias.names("colnames");
  if (entry.columns_known && node.flag("ordinality")) {
    entry.columns.push_back({"ordinality", "bigint", true, nullptr, nullptr});
  }
  if (!entry.columns_known) entry.columns.resize(column_names.size());
  rename_columns(entry.columns, column_names);
}

}  // namespace pgcounsel
