#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "parser/number.h"
#include "parser/schema/ddl.h"
#include "parser/sql/expressions.h"
#include "parser/sql/names_state.h"
#include "parser/sql/type_rules.h"

namespace pgcounsel {
namespace {

using Types = std::vector<std::string>;

struct KindType {
  std::string_view kind, type;
};
constexpr std::array kTypeOfKind = {
    KindType{"BoolExpr", "boolean"},     KindType{"NullTest", "boolean"},
    KindType{"BooleanTest", "boolean"},  KindType{"CurrentOfExpr", "boolean"},
    KindType{"GroupingFunc", "integer"}, KindType{"RowExpr", "record"},
    KindType{"XmlSerialize", "text"},
};
constexpr std::array kTypeOfValueFunction = {
    KindType{"SVFOP_CURRENT_DATE", "date"},
    KindType{"SVFOP_CURRENT_TIME", "time with time zone"},
    KindType{"SVFOP_CURRENT_TIME_N", "time with time zone"},
    KindType{"SVFOP_CURRENT_TIMESTAMP", "timestamp with time zone"},
    KindType{"SVFOP_CURRENT_TIMESTAMP_N", "timestamp with time zone"},
    KindType{"SVFOP_LOCALTIME", "time without time zone"},
    KindType{"SVFOP_LOCALTIME_N", "time without time zone"},
    KindType{"SVFOP_LOCALTIMESTAMP", "timestamp without time zone"},
    KindType{"SVFOP_LOCALTIMESTAMP_N", "timestamp without time zone"},
};
constexpr std::array kSystemTypes = {
    KindType{"ctid", "tid"}, KindType{"xmin", "xid"}, KindType{"xmax", "xid"},
    KindType{"cmin", "cid"}, KindType{"cmax", "cid"}, KindType{"tableoid", "oid"},
};

template <class Table>
std::string in(const Table& table, std::string_view key, std::string_view otherwise = {}) {
  const auto found = std::ranges::find(table, key, &KindType::kind);
  return std::string(found == table.end() ? otherwise : found->type);
}

std::string constant_type(Node node) {
  if (node.flag("isnull") || node.has("sval")) return "unknown";
  if (node.has("ival")) return "integer";
  if (node.has("boolval")) return "boolean";
  if (node.has("bsval")) return "bit";
  const std::string_view digits = node["fval"].text("fval");
  return whole_text_number<std::int64_t>(digits) ? "bigint" : "numeric";
}

bool is_plain_operator(Node node) {
  return node.is("A_Expr") && node.text("kind") == "AEXPR_OP";
}

// `a + b + c ...` from the outside to the inside; a chain may be thousands of operators long.
NodeList left_chain(Node node) {
  NodeList chain;
  for (; is_plain_operator(node); node = node["lexpr"]) chain.push_back(node);
  return chain;
}

class Typing {
 public:
  explicit Typing(const ResolvedNames& names) : names_(names) {}

  std::string type_of(Node node) const {
    if (node.is("ColumnRef")) return column_type(node);
    if (node.is("A_Const")) return constant_type(node);
    if (node.is("TypeCast")) return pgcounsel::type_of(node["typeName"]);
    if (node.is("A_Expr")) return expression_type(node);
    if (node.is("FuncCall")) return call_type(node);
    if (node.is("SubLink")) return sublink_type(node);
    if (node.is("CaseExpr")) return case_type(node);
    if (node.is("CoalesceExpr") || node.is("MinMaxExpr")) return common_type(types_of(node));
    if (node.is("CollateClause") || node.is("NamedArgExpr")) return type_of(node["arg"]);
    if (node.is("A_ArrayExpr")) return array_type(node);
    if (node.is("A_Indirection")) return indirection_type(node);
    if (node.is("XmlExpr")) return node.text("op") == "IS_DOCUMENT" ? "boolean" : "xml";
    if (node.is("SQLValueFunction")) return in(kTypeOfValueFunction, node.text("op"), "name");
    return in(kTypeOfKind, node.kind());
  }

 private:
  Types types_of(Node node, std::string_view field = "args") const {
    Types types;
    for (const Node argument : node.list(field)) types.push_back(type_of(argument));
    return types;
  }

  std::string column_type(Node node) const {
    const ColumnUse use = names_.resolve(node);
    if (use.column != nullptr) return use.column->type;
    if (use.entry != nullptr) return in(kSystemTypes, column_name(node));
    const BuiltScope* scope = names_.scope_at(node);
    const Node alias = scope == nullptr ? Node{} : output_alias_of(*scope, node);
    return alias && !alias["val"].is("ColumnRef") ? type_of(alias["val"]) : std::string{};
  }

  std::string expression_type(Node node) const {
    if (node.text("kind") == "AEXPR_NULLIF") {
      const std::string left = type_of(node["lexpr"]);
      return left == "unknown" ? type_of(node["rexpr"]) : left;
    }
    if (!is_plain_operator(node)) return "boolean";
    const NodeList chain = left_chain(node);
    std::string left = chain.back()["lexpr"] ? type_of(chain.back()["lexpr"]) : std::string{};
    for (std::size_t at = chain.size(); at-- > 0;) {
      const std::string right = type_of(chain[at]["rexpr"]);
      const std::string_view name = operator_name(chain[at]);
      left = chain[at]["lexpr"] ? operator_type(name, left, right) : sign_type(name, right);
    }
    return left;
  }

  // A function that the catalogue knows under a name of pg_catalog's may be meant instead of it.
  std::string call_type(Node node) const {
    const auto words = node.names("funcname");
    if (words.empty()) return {};
    const std::string_view schema = words.size() > 1 ? words[words.size() - 2] : "";
    const bool built_in = schema.empty() || schema == "pg_catalog";
    const auto known = schema == "pg_catalog" ? std::vector<const CatalogFunction*>{}
                                              : names_.catalog->functions(schema, words.back());
    if (built_in && is_usual_function(words.back())) {
      return known.empty() ? function_type(words.back(), types_of(node)) : std::string{};
    }
    return known.size() == 1 ? known.front()->returns : std::string{};
  }

  std::string sublink_type(Node node) const {
    const std::string_view kind = node.text("subLinkType");
    if (kind != "EXPR_SUBLINK" && kind != "ARRAY_SUBLINK") return "boolean";
    const BuiltScope* query = names_.scope_at(node["subselect"]);
    if (query == nullptr || query->statement != node["subselect"]) return {};
    if (!query->output_known || query->output.size() != 1) return {};
    std::string type = query->output.front().type;
    if (kind == "ARRAY_SUBLINK" && !type.empty() && !type.ends_with("[]")) type += "[]";
    return type;
  }

  std::string case_type(Node node) const {
    Types types;
    for (const Node when : node.list("args")) types.push_back(type_of(when["result"]));
    if (node["defresult"]) types.push_back(type_of(node["defresult"]));
    return common_type(types);
  }

  std::string array_type(Node node) const {
    std::string type = common_type(types_of(node, "elements"));
    if (!type.empty() && !type.ends_with("[]")) type += "[]";
    return type;
  }

  std::string indirection_type(Node node) const {
    std::string type = type_of(node["arg"]);
    const NodeList steps = node.list("indirection");
    if (!std::ranges::all_of(steps, [](Node step) { return step.is("A_Indices"); })) return {};
    const bool slice = std::ranges::any_of(steps, [](Node s) { return s.flag("is_slice"); });
    if (type == "jsonb") return type;
    if (!type.ends_with("[]")) return {};
    if (!slice) type.resize(type.size() - 2);
    return type;
  }

  const ResolvedNames& names_;
};

class NotNull {
 public:
  explicit NotNull(const ResolvedNames& names) : names_(names) {}

  bool check(Node node) const {
    if (node.is("A_Const")) return !node.flag("isnull");
    if (node.is("ColumnRef")) return column(node);
    if (node.is("A_Expr")) return expression(node);
    if (node.is("FuncCall")) return call(node);
    if (node.is("BoolExpr")) return all(node.list("args"));
    if (node.is("TypeCast")) return is_built_in(type_of(node["typeName"])) && check(node["arg"]);
    if (node.is("CollateClause")) return check(node["arg"]);
    if (node.is("CoalesceExpr") || node.is("MinMaxExpr")) return any(node.list("args"));
    if (node.is("CaseExpr")) return case_of(node);
    if (node.is("SubLink")) return sublink(node);
    if (node.is("SQLValueFunction")) return node.text("op") != "SVFOP_CURRENT_SCHEMA";
    return node.is("NullTest") || node.is("BooleanTest") || node.is("A_ArrayExpr") ||
           node.is("RowExpr") || node.is("GroupingFunc");
  }

 private:
  bool all(const NodeList& nodes) const {
    return std::ranges::all_of(nodes, [this](Node node) { return check(node); });
  }
  bool any(const NodeList& nodes) const {
    return std::ranges::any_of(nodes, [this](Node node) { return check(node); });
  }

  // GROUPING SETS, ROLLUP and CUBE give NULLs for columns that are left out.
  bool column(Node node) const {
    const ColumnUse use = names_.resolve(node);
    if (use.column == nullptr || !use.column->not_null || use.entry->nullable) return false;
    for (const BuiltScope* scope = names_.scope_at(node); scope != nullptr;
         scope = static_cast<const BuiltScope*>(scope->outer)) {
      for (const Node group : scope->statement.list("groupClause")) {
        if (group.is("GroupingSet")) return false;
      }
    }
    return true;
  }

  bool expression(Node node) const {
    const std::string_view kind = node.text("kind");
    if (kind == "AEXPR_DISTINCT" || kind == "AEXPR_NOT_DISTINCT") return true;
    if (kind == "AEXPR_IN" || kind.starts_with("AEXPR_BETWEEN") ||
        kind.starts_with("AEXPR_NOT_BETWEEN")) {
      return operand(node["lexpr"]) && all(node["rexpr"].list("items"));
    }
    if (kind == "AEXPR_LIKE" || kind == "AEXPR_ILIKE") {
      return operand(node["lexpr"]) && operand(node["rexpr"]);
    }
    if (kind != "AEXPR_OP") return false;
    const NodeList chain = left_chain(node);
    const Node innermost = chain.back()["lexpr"];
    if (innermost && !operand(innermost)) return false;
    return std::ranges::all_of(chain, [this](Node link) {
      return keeps_not_null(operator_name(link)) && operand(link["rexpr"]);
    });
  }

  // Operators of other types than PostgreSQL's own may give NULL for anything.
  bool operand(Node node) const {
    if (!check(node)) return false;
    if (!node.is("ColumnRef")) return true;
    return is_built_in(names_.resolve(node).column->type);
  }

  bool call(Node node) const {
    const auto words = node.names("funcname");
    if (words.empty() || (words.size() > 1 && words[words.size() - 2] != "pg_catalog"))
      return false;
    if (words.size() == 1 && !names_.catalog->functions({}, words.back()).empty()) return false;
    if (never_gives_null(words.back())) return true;
    return gives_null_for_null_only(words.back()) && all(node.list("args"));
  }

  bool case_of(Node node) const {
    if (!node["defresult"] || !check(node["defresult"])) return false;
    return std::ranges::all_of(node.list("args"),
                               [this](Node when) { return check(when["result"]); });
  }

  // A query for one value gives NULL where it has no row; an aggregate over all always has one.
  bool sublink(Node node) const {
    const std::string_view kind = node.text("subLinkType");
    if (kind == "EXISTS_SUBLINK" || kind == "ARRAY_SUBLINK") return true;
    const Node query = node["subselect"];
    const BuiltScope* scope = names_.scope_at(query);
    if (scope == nullptr || scope->statement != query || !scope->output_known ||
        scope->output.size() != 1 || !scope->output.front().not_null) {
      return false;
    }
    if (kind == "ANY_SUBLINK" || kind == "ALL_SUBLINK") return check(node["testexpr"]);
    const bool one_row = !query["groupClause"] && !query["havingClause"] && !query["limitCount"] &&
                         !query["limitOffset"] && !query["larg"];
    return kind == "EXPR_SUBLINK" && one_row && has_aggregate(query["targetList"]["val"]);
  }

  const ResolvedNames& names_;
};

}  // namespace

std::string ResolvedNames::type_of(Node expression) const {
  return Typing(*this).type_of(expression);
}

bool ResolvedNames::is_not_null(Node expression) const {
  return NotNull(*this).check(expression);
}

}  // namespace pgcounsel
