#include "advisors/rewrite/time_column.h"

namespace pgcounsel {
namespace {

std::string mirrored(std::string_view comparison) {
  if (comparison == "<") return ">";
  if (comparison == ">") return "<";
  if (comparison == "<=") return ">=";
  if (comparison == ">=") return "<=";
  return std::string(comparison);
}

}  // namespace

Obligation without_time_zone(const SqlContext& context, Node column) {
  const ColumnUse use = context.names().resolve(column);
  const std::string name = column_words(column);
  if (use.column == nullptr || use.column->type.empty()) return {Proof::kFails, {}, {}};
  if (use.column->type == "timestamp without time zone") {
    return {Proof::kHolds, join({name, " is a timestamp without time zone"}), {}};
  }
  if (use.column->type != "timestamp with time zone") return {Proof::kFails, {}, {}};
  return {Proof::kUnknown,
          join({"the days of ", name, " are meant in one time zone, whatever the session's is"}),
          "A range with the zone written out says which days are meant: `>= '2026-03-01 "
          "00:00+00'`."};
}

Sides sides_of(Node comparison) {
  const Node left = comparison["lexpr"], right = comparison["rexpr"];
  const std::string_view name = operator_name(comparison);
  if (is_constant(left) && !is_constant(right)) return {right, left, mirrored(name)};
  return {left, right, std::string(name)};
}

}  // namespace pgcounsel
