#include "parser/schema/ddl.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "parser/schema/ddl_step.h"
#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

void apply(const DdlStep& step);

void create_schema(const DdlStep& step) {
  std::string_view schema = step.statement.text("schemaname");
  if (schema.empty()) schema = step.statement["authrole"].text("rolename");
  for (const Node element : step.statement.list("schemaElts")) {
    apply({step.catalog, step.tree, element, schema});
  }
}

void create_foreign_table(const DdlStep& step) {
  const Node base = step.statement["base"];
  create_table({step.catalog, step.tree, base, step.schema});
  if (CatalogTable* table = table_of(step, base["relation"])) {
    table->kind = RelationKind::kForeignTable;
  }
}

void select_of_dump(const DdlStep& step) {
  if (step.statement["intoClause"]) return select_into(step);
  const NodeList targets = step.statement.list("targetList");
  if (targets.size() != 1 || function_name(targets.front()["val"]) != "set_config") return;
  set_variable(step);
}

struct DdlKind {
  std::string_view statement;
  void (*apply)(const DdlStep&);
};
constexpr std::array kKinds = {
    DdlKind{"AlterDomainStmt", alter_domain},
    DdlKind{"AlterObjectSchemaStmt", move_object},
    DdlKind{"AlterTableStmt", alter_table},
    DdlKind{"CompositeTypeStmt", create_composite},
    DdlKind{"CreateDomainStmt", create_domain},
    DdlKind{"CreateEnumStmt", create_enum},
    DdlKind{"CreateExtensionStmt", create_extension},
    DdlKind{"CreateForeignTableStmt", create_foreign_table},
    DdlKind{"CreateFunctionStmt", create_function},
    DdlKind{"CreatePolicyStmt", create_policy},
    DdlKind{"CreateRangeStmt", create_range},
    DdlKind{"CreateSchemaStmt", create_schema},
    DdlKind{"CreateStmt", create_table},
    DdlKind{"CreateTableAsStmt", create_table_as},
    DdlKind{"CreateTrigStmt", create_trigger},
    DdlKind{"DropStmt", drop_objects},
    DdlKind{"IndexStmt", create_index},
    DdlKind{"RenameStmt", rename_object},
    DdlKind{"SelectStmt", select_of_dump},
    DdlKind{"VariableSetStmt", set_variable},
    DdlKind{"ViewStmt", create_view},
};

void apply(const DdlStep& step) {
  const auto* kind = std::ranges::find(kKinds, step.statement.kind(), &DdlKind::statement);
  if (kind != kKinds.end()) kind->apply(step);
}

}  // namespace

void apply_ddl(Catalog& catalog, const SyntaxTree& statement) {
  apply({catalog, statement, statement.root()});
}

}  // namespace pgcounsel
