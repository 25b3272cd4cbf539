#include "advisors/sql/wide_write.h"

#include <algorithm>

#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

bool is_value(Node node) {
  node = without_casts(node);
  return is_parameter(node) || (is_constant(node) && !node.has("boolval"));
}

// `id = 7`, `id IN (7, 8)`, `id = ANY ('{7,8}')`; true and false are none: half of a table may
// have them.
bool picks_few(Node condition) {
  if (!condition.is("A_Expr") || operator_name(condition) != "=") return false;
  const std::string_view kind = condition.text("kind");
  if (kind == "AEXPR_IN") return true;
  if (kind != "AEXPR_OP" && kind != "AEXPR_OP_ANY") return false;
  return is_value(condition["rexpr"]) || is_value(condition["lexpr"]) ||
         without_casts(condition["rexpr"]).is("A_ArrayExpr");
}

bool has_limit(Node statement) {
  return std::ranges::any_of(statement.all("SelectStmt"), [](Node query) {
    return query["limitCount"] || query.has("valuesLists");
  });
}

}  // namespace

bool is_wide_write(Node statement) {
  if (!statement.is("UpdateStmt") && !statement.is("DeleteStmt")) return false;
  const NodeList conditions = conjuncts(statement["whereClause"]);
  if (!conditions.empty() && conditions.front().is("CurrentOfExpr")) return false;
  return !std::ranges::any_of(conditions, picks_few) && !has_limit(statement);
}

}  // namespace pgcounsel
