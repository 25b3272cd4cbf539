#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/schema/ddl.h"
#include "parser/schema/ddl_step.h"
#include "parser/sql/expressions.h"
#include "parser/sql/node_span.h"

namespace pgcounsel {
namespace {

std::string schema_or_first(const DdlStep& step, const std::string& schema) {
  return schema.empty() ? std::string(step.catalog.first_schema()) : schema;
}

Volatility volatility_of(std::string_view word) {
  if (word == "immutable") return Volatility::kImmutable;
  return word == "stable" ? Volatility::kStable : Volatility::kVolatile;
}

void take_option(CatalogFunction& function, Node option) {
  const std::string_view name = option.text("defname");
  const Node value = option["arg"];
  if (name == "language") function.language = value.text("sval");
  if (name == "volatility") function.volatility = volatility_of(value.text("sval"));
  if (name == "strict") function.strict = value.flag("boolval");
}

// OUT parameters are no arguments; where there is no RETURNS they are what is returned.
void take_parameters(CatalogFunction& function, Node statement) {
  std::vector<std::string> out;
  for (const Node parameter : statement.list("parameters")) {
    const std::string_view mode = parameter.text("mode");
    const bool is_out = mode == "FUNC_PARAM_OUT" || mode == "FUNC_PARAM_TABLE";
    if (!is_out) ++function.arguments;
    if (is_out || mode == "FUNC_PARAM_INOUT") out.push_back(type_of(parameter["argType"]));
  }
  const Node returns = statement["returnType"];
  function.returns_set = returns.flag("setof");
  if (returns) {
    function.returns = type_of(returns);
  } else if (!out.empty()) {
    function.returns = out.size() == 1 ? out.front() : "record";
  }
}

using Kind = CatalogType::Kind;

CatalogType type_of_kind(Kind kind) {
  CatalogType type;
  type.kind = kind;
  return type;
}

void add_type(const DdlStep& step, const ObjectName& name, CatalogType type) {
  type.schema = schema_or_first(step, name.schema);
  type.name = name.name;
  std::erase_if(step.catalog.type_list, [&](const CatalogType& known) {
    return known.schema == type.schema && known.name == type.name;
  });
  step.catalog.type_list.push_back(std::move(type));
}

}  // namespace

// CREATE VIEW, and CREATE MATERIALIZED VIEW, which is a CreateTableAsStmt.
void create_view(const DdlStep& step) {
  const bool plain = step.statement.is("ViewStmt");
  const Node into = step.statement["into"], query = step.statement["query"];
  const ObjectName name = name_of(step, plain ? step.statement["view"] : into["rel"]);
  if (step.statement.flag("if_not_exists") && step.catalog.table(name.schema, name.name)) return;
  CatalogTable made;
  take_columns(step, made, query, plain ? step.statement.names("aliases") : into.names("colNames"));
  CatalogTable& view = step.catalog.add_table(name.schema, name.name);
  view.kind = plain ? RelationKind::kView : RelationKind::kMaterializedView;
  view.columns = std::move(made.columns);
  view.columns_known = made.columns_known;
  view.view_text = text_of(step.tree, query);
}

void create_function(const DdlStep& step) {
  const ObjectName name = name_of(step, step.statement.names("funcname"));
  CatalogFunction function;
  function.schema = schema_or_first(step, name.schema);
  function.name = name.name;
  take_parameters(function, step.statement);
  for (const Node option : step.statement.list("options")) take_option(function, option);
  if (step.statement["sql_body"] && function.language.empty()) function.language = "sql";
  if (step.statement.flag("replace")) {
    const auto known =
        std::ranges::find_if(step.catalog.function_list, [&](const CatalogFunction& other) {
          return other.name == function.name && other.schema == function.schema &&
                 other.arguments == function.arguments;
        });
    if (known != step.catalog.function_list.end()) {
      *known = std::move(function);
      return;
    }
  }
  step.catalog.function_list.push_back(std::move(function));
}

void create_enum(const DdlStep& step) {
  add_type(step, name_of(step, step.statement.names("typeName")), {});
}

void create_composite(const DdlStep& step) {
  add_type(step, name_of(step, step.statement["typevar"]), type_of_kind(Kind::kComposite));
}

void create_range(const DdlStep& step) {
  add_type(step, name_of(step, step.statement.names("typeName")), type_of_kind(Kind::kRange));
}

void create_domain(const DdlStep& step) {
  CatalogType type = type_of_kind(Kind::kDomain);
  type.base = type_of(step.statement["typeName"]);
  for (const Node constraint : step.statement.list("constraints")) {
    if (constraint.text("contype") == "CONSTR_NOTNULL") type.not_null = true;
  }
  add_type(step, name_of(step, step.statement.names("domainname")), std::move(type));
}

void alter_domain(const DdlStep& step) {
  const ObjectName name = name_of(step, step.statement.names("typeName"));
  const std::string_view subtype = step.statement.text("subtype");  // O: SET, N: DROP NOT NULL
  for (CatalogType& type : step.catalog.type_list) {
    if (type.name != name.name || (!name.schema.empty() && type.schema != name.schema)) continue;
    if (subtype == "O" || subtype == "N") type.not_null = subtype == "O";
  }
}

void create_extension(const DdlStep& step) {
  std::string name(step.statement.text("extname"));
  auto& known = step.catalog.extensions;
  if (std::ranges::find(known, name) == known.end()) known.push_back(std::move(name));
}

void create_policy(const DdlStep& step) {
  CatalogTable* table = table_of(step, step.statement["table"]);
  if (table == nullptr) return;
  Policy policy;
  policy.name = step.statement.text("policy_name");
  policy.command = step.statement.text("cmd_name");
  policy.permissive = step.statement.flag("permissive");
  for (const Node role : step.statement.list("roles")) {
    const std::string_view type = role.text("roletype");
    policy.roles.emplace_back(type == "ROLESPEC_CSTRING"  ? role.text("rolename")
                              : type == "ROLESPEC_PUBLIC" ? "public"
                                                          : "current_user");
  }
  policy.using_text = expression_text(step, step.statement["qual"]);
  policy.check_text = expression_text(step, step.statement["with_check"]);
  table->policies.push_back(std::move(policy));
}

void create_trigger(const DdlStep& step) {
  CatalogTable* table = table_of(step, step.statement["relation"]);
  if (table == nullptr) return;
  std::string name(step.statement.text("trigname"));
  if (std::ranges::find(table->triggers, name) == table->triggers.end()) {
    table->triggers.push_back(std::move(name));
  }
}

}  // namespace pgcounsel
