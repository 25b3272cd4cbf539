#include "parser/sql/expressions.h"

#include <algorithm>
#include <array>

#include "parser/number.h"

namespace pgcounsel {
namespace {

NodeList flattened(Node condition, std::string_view boolop) {
  NodeList out, open{condition};
  while (!open.empty()) {
    const Node node = open.back();
    open.pop_back();
    if (!node.is("BoolExpr") || node.text("boolop") != boolop) {
      if (node) out.push_back(node);
      continue;
    }
    NodeList args = node.list("args");
    open.insert(open.end(), args.rbegin(), args.rend());
  }
  return out;
}

constexpr std::array<std::string_view, 34> kAggregates = {"array_agg",
                                                          "avg",
                                                          "bit_and",
                                                          "bit_or",
                                                          "bit_xor",
                                                          "bool_and",
                                                          "bool_or",
                                                          "count",
                                                          "every",
                                                          "json_agg",
                                                          "json_object_agg",
                                                          "jsonb_agg",
                                                          "jsonb_object_agg",
                                                          "max",
                                                          "min",
                                                          "range_agg",
                                                          "string_agg",
                                                          "sum",
                                                          "xmlagg",
                                                          "corr",
                                                          "covar_pop",
                                                          "covar_samp",
                                                          "regr_avgx",
                                                          "regr_avgy",
                                                          "regr_count",
                                                          "stddev",
                                                          "stddev_pop",
                                                          "stddev_samp",
                                                          "variance",
                                                          "var_pop",
                                                          "var_samp",
                                                          "mode",
                                                          "percentile_cont",
                                                          "percentile_disc"};

}  // namespace

NodeList conjuncts(Node condition) {
  return flattened(condition, "AND_EXPR");
}

NodeList disjuncts(Node condition) {
  return flattened(condition, "OR_EXPR");
}

bool is_column(Node node) {
  return node.is("ColumnRef") && !column_name(node).empty();
}

std::string_view column_name(Node column_ref) {
  const NodeList fields = column_ref.list("fields");
  return fields.empty() || !fields.back().is("String") ? std::string_view{}
                                                       : fields.back().text("sval");
}

std::string_view column_table(Node column_ref) {
  const NodeList fields = column_ref.list("fields");
  return fields.size() < 2 ? std::string_view{} : fields[fields.size() - 2].text("sval");
}

std::string column_words(Node column_ref) {
  std::string words;
  for (const Node part : column_ref.list("fields")) {
    if (!words.empty()) words += '.';
    words += part.is("A_Star") ? "*" : part.text("sval");
  }
  return words;
}

Node without_casts(Node node) {
  while (node.is("TypeCast") || node.is("CollateClause")) node = node["arg"];
  return node;
}

bool is_constant(Node node) {
  node = without_casts(node);
  if (node.is("A_Expr") && !node["lexpr"] && operator_name(node) == "-") {
    node = without_casts(node["rexpr"]);
  }
  return node.is("A_Const");
}

bool is_null_constant(Node node) {
  node = without_casts(node);
  return node.is("A_Const") && node.flag("isnull");
}

bool is_parameter(Node node) {
  return without_casts(node).is("ParamRef");
}

std::optional<std::string> constant_text(Node node) {
  node = without_casts(node);
  if (!node.is("A_Const") || node.flag("isnull")) return std::nullopt;
  if (node.has("ival")) {
    const std::string_view digits = node["ival"].text("ival");
    return std::string(digits.empty() ? "0" : digits);
  }
  if (node.has("fval")) return std::string(node["fval"].text("fval"));
  if (node.has("sval")) return std::string(node["sval"].text("sval"));
  if (node.has("bsval")) return std::string(node["bsval"].text("bsval"));
  if (node.has("boolval")) return node["boolval"].flag("boolval") ? "true" : "false";
  return std::nullopt;
}

std::optional<long> integer_constant(Node node) {
  node = without_casts(node);
  if (!node.is("A_Const") || !node.has("ival")) return std::nullopt;
  return node["ival"].number("ival", 0);
}

bool is_operator(Node node, std::string_view name) {
  return node.is("A_Expr") && node.text("kind") == "AEXPR_OP" && operator_name(node) == name &&
         node["lexpr"] && node["rexpr"];
}

bool is_comparison(Node node) {
  constexpr std::array<std::string_view, 7> kNames = {"=", "<>", "!=", "<", "<=", ">", ">="};
  return std::ranges::any_of(kNames,
                             [&](std::string_view name) { return is_operator(node, name); });
}

std::string_view operator_name(Node a_expr) {
  return a_expr.last_name("name");
}

std::string_view function_name(Node call) {
  return call.is("FuncCall") ? call.last_name("funcname") : std::string_view{};
}

bool is_aggregate(Node call) {
  const std::string_view name = function_name(call);
  return !name.empty() && !call["over"] &&
         std::ranges::find(kAggregates, name) != kAggregates.end();
}

bool has_aggregate(Node node) {
  return std::ranges::any_of(node.all("FuncCall"), [&](Node call) {
    return is_aggregate(call) && !is_in_subquery(call, node);
  });
}

std::string relation_words(Node range_var) {
  std::string words(range_var.text("schemaname"));
  if (!words.empty()) words += '.';
  return words += range_var.text("relname");
}

NodeList relations_of(Node from_item) {
  NodeList out;
  for (const Node node : from_item.all("RangeVar")) {
    if (!is_in_subquery(node, from_item)) out.push_back(node);
  }
  return out;
}

bool is_in_subquery(Node node, Node query) {
  for (Node at = node; at && at != query; at = at.parent()) {
    if (at.is("SelectStmt")) return true;
  }
  return false;
}

}  // namespace pgcounsel
