#include "parser/sql/output_name.h"

#include <algorithm>
#include <array>

namespace pgcounsel {
namespace {

struct Named {
  std::string_view of, name;
};
constexpr std::array kOfKind = {
    Named{"A_ArrayExpr", "array"},         Named{"CoalesceExpr", "coalesce"},
    Named{"GroupingFunc", "grouping"},     Named{"RowExpr", "row"},
    Named{"XmlSerialize", "xmlserialize"},
};
constexpr std::array kOfOp = {
    Named{"IS_GREATEST", "greatest"},
    Named{"IS_LEAST", "least"},
    Named{"IS_XMLCONCAT", "xmlconcat"},
    Named{"IS_XMLELEMENT", "xmlelement"},
    Named{"IS_XMLFOREST", "xmlforest"},
    Named{"IS_XMLPARSE", "xmlparse"},
    Named{"IS_XMLPI", "xmlpi"},
    Named{"IS_XMLROOT", "xmlroot"},
    Named{"SVFOP_CURRENT_DATE", "current_date"},
    Named{"SVFOP_CURRENT_TIME", "current_time"},
    Named{"SVFOP_CURRENT_TIME_N", "current_time"},
    Named{"SVFOP_CURRENT_TIMESTAMP", "current_timestamp"},
    Named{"SVFOP_CURRENT_TIMESTAMP_N", "current_timestamp"},
    Named{"SVFOP_LOCALTIME", "localtime"},
    Named{"SVFOP_LOCALTIME_N", "localtime"},
    Named{"SVFOP_LOCALTIMESTAMP", "localtimestamp"},
    Named{"SVFOP_LOCALTIMESTAMP_N", "localtimestamp"},
    Named{"SVFOP_CURRENT_ROLE", "current_role"},
    Named{"SVFOP_CURRENT_USER", "current_user"},
    Named{"SVFOP_USER", "user"},
    Named{"SVFOP_SESSION_USER", "session_user"},
    Named{"SVFOP_CURRENT_CATALOG", "current_catalog"},
    Named{"SVFOP_CURRENT_SCHEMA", "current_schema"},
};

template <class Table>
std::string_view in(const Table& table, std::string_view of) {
  const auto found = std::ranges::find(table, of, &Named::of);
  return found == table.end() ? std::string_view{} : found->name;
}

// A weak name gives way to one that an expression around it has.
struct Name {
  std::string_view text;
  bool weak = false;
};

Name name_in(Node node);

Name of_indirection(Node node) {
  const std::string_view field = node.last_name("indirection");
  return field.empty() ? name_in(node["arg"]) : Name{field};
}

Name of_sublink(Node node) {
  const std::string_view type = node.text("subLinkType");
  if (type == "EXISTS_SUBLINK") return {"exists"};
  if (type == "ARRAY_SUBLINK") return {"array"};
  if (type != "EXPR_SUBLINK") return {};
  Node query = node["subselect"];
  while (query["larg"]) query = query["larg"];
  const Node target = query["targetList"];
  if (!target) return {};
  return target.has("name") ? Name{target.text("name")} : Name{output_name(target["val"])};
}

Name name_in(Node node) {
  if (node.is("ColumnRef")) return {node.last_name("fields")};
  if (node.is("FuncCall")) return {node.last_name("funcname")};
  if (node.is("A_Indirection")) return of_indirection(node);
  if (node.is("CollateClause")) return name_in(node["arg"]);
  if (node.is("SubLink")) return of_sublink(node);
  if (node.is("A_Expr")) return {node.text("kind") == "AEXPR_NULLIF" ? "nullif" : ""};
  if (node.is("TypeCast")) {
    const Name inner = name_in(node["arg"]);
    if (!inner.text.empty() && !inner.weak) return inner;
    return {node["typeName"].last_name("names"), true};
  }
  if (node.is("CaseExpr")) {
    const Name inner = name_in(node["defresult"]);
    return inner.text.empty() || inner.weak ? Name{"case", true} : inner;
  }
  const std::string_view name = in(kOfKind, node.kind());
  return {name.empty() ? in(kOfOp, node.text("op")) : name};
}

}  // namespace

std::string_view output_name(Node expression) {
  const std::string_view name = name_in(expression).text;
  return name.empty() ? kNoOutputName : name;
}

}  // namespace pgcounsel
