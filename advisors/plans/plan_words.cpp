#include "advisors/plans/plan_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "analyzer/report/plan_units.h"
#include "analyzer/report/sql_quote.h"
#include "analyzer/report/units.h"
#include "analyzer/workload/cut_text.h"

namespace pgcounsel {
namespace {

// Reserved words of PostgreSQL: names only in quotes. Each stands between blanks.
constexpr std::string_view kReserved =
    " all analyse analyze and any array as asc asymmetric authorization binary both case cast "
    "check "
    "collate collation column concurrently constraint create cross current_catalog current_date "
    "current_role current_schema current_time current_timestamp current_user default deferrable "
    "desc distinct do else end except false fetch for foreign freeze from full grant group having "
    "ilike in initially inner intersect into is isnull join lateral leading left like limit "
    "localtime localtimestamp natural not notnull null offset on only or order outer overlaps "
    "placing primary references returning right select session_user similar some symmetric "
    "system_user table tablesample then to trailing true union unique user using variadic verbose "
    "when where window with ";

bool is_bare(std::string_view name) {
  const auto first = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  const auto other = [&](char c) { return first(c) || (c >= '0' && c <= '9'); };
  if (name.empty() || !first(name[0]) || !std::ranges::all_of(name, other)) return false;
  return kReserved.find(fmt::format(" {} ", name)) == std::string_view::npos;
}

}  // namespace

std::string node_source(std::size_t node) {
  return fmt::format("node {}", node + 1);
}

std::string rows_words(double rows) {
  return counted(plan_whole(rows));
}

std::string rows_phrase(double rows) {
  const std::string words = rows_words(rows);
  return words + (words == "1" ? " row" : " rows");
}

std::string share_words(double part, double of) {
  constexpr double kNearlyAll = 0.995;
  return part < of && part >= kNearlyAll * of ? ">99 %" : plan_share(part, of);
}

std::string times_words(double factor) {
  return fmt::format("{} times", rows_words(factor));
}

std::string estimate_words(const NodeFigures& node) {
  return fmt::format("{} estimated, {} came", rows_phrase(node.estimated_rows),
                     rows_words(node.rows));
}

std::string expression_words(std::string_view expression) {
  constexpr std::size_t kMost = 400;
  return cut_text(expression, kMost);
}

Evidence of_node(std::string name, std::string value, std::size_t node) {
  return {std::move(name), std::move(value), node_source(node)};
}

std::string identifier(std::string_view name) {
  return is_bare(name) ? std::string(name) : quoted_identifier(name);
}

std::string relation_identifier(const PlanNode& node) {
  const std::string_view schema = node.text(PlanText::kSchema);
  const std::string relation = identifier(node.text(PlanText::kRelationName));
  return schema.empty() ? relation : fmt::format("{}.{}", identifier(schema), relation);
}

}  // namespace pgcounsel
