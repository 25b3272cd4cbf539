#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "parser/schema/ddl.h"
#include "parser/schema/ddl_step.h"
#include "parser/schema/ddl_words.h"
#include "parser/sql/expressions.h"

namespace pgcounsel {
namespace {

constexpr int kDeepestInheritance = 16;

struct Alter {
  const DdlStep& step;
  CatalogTable& table;
  Node command;

  std::string_view name() const { return command.text("name"); }
  Node def() const { return command["def"]; }
  CatalogColumn* column() const {
    const auto found = std::ranges::find(table.columns, name(), &CatalogColumn::name);
    return found == table.columns.end() ? nullptr : &*found;
  }
};

void add(const Alter& alter) {
  const std::string_view name = alter.def().text("colname");
  if (alter.table.column(name) != nullptr) return;
  alter.table.columns.push_back(column_of(alter.step, alter.table, alter.def()));
  add_constraints_of(alter.step, alter.table, alter.def());
}

void drop(const Alter& alter) {
  std::erase_if(alter.table.columns,
                [&](const CatalogColumn& column) { return column.name == alter.name(); });
  forget_column(alter.table, alter.name());
}

void change_type(const Alter& alter) {
  CatalogColumn* column = alter.column();
  if (column == nullptr) return;
  const Node type = alter.def()["typeName"];
  column->type = type_of(type);
  column->type_modifier = type_modifier_of(type);
  column->collation = alter.def()["collClause"].last_name("collname");
}

void set_not_null(const Alter& alter) {
  if (CatalogColumn* column = alter.column()) column->not_null = true;
}

void drop_not_null(const Alter& alter) {
  if (CatalogColumn* column = alter.column()) column->not_null = false;
}

void set_default(const Alter& alter) {
  CatalogColumn* column = alter.column();
  if (column == nullptr) return;
  column->has_default = alter.def() && !is_null_constant(alter.def());
  column->default_text =
      column->has_default ? expression_text(alter.step, alter.def()) : std::string{};
}

void add_identity(const Alter& alter) {
  if (CatalogColumn* column = alter.column()) column->identity = column->not_null = true;
}

void drop_identity(const Alter& alter) {
  if (CatalogColumn* column = alter.column()) column->identity = false;
}

void drop_expression(const Alter& alter) {
  CatalogColumn* column = alter.column();
  if (column == nullptr) return;
  column->generated = column->has_default = false;
  column->default_text.clear();
}

void add_table_constraint(const Alter& alter) {
  add_constraint(alter.step, alter.table, alter.def());
}

void validate(const Alter& alter) {
  for (ForeignKey& key : alter.table.foreign_keys) {
    if (key.name == alter.name()) key.validated = true;
  }
  for (CheckConstraint& check : alter.table.checks) {
    if (check.name == alter.name()) check.validated = true;
  }
}

void drop_constraint(const Alter& alter) {
  const auto has_name = [&](const auto& object) { return object.name == alter.name(); };
  std::erase_if(alter.table.foreign_keys, has_name);
  std::erase_if(alter.table.checks, has_name);
  std::erase_if(alter.table.indexes,
                [&](const CatalogIndex& index) { return index.of_constraint && has_name(index); });
}

void alter_constraint(const Alter& alter) {
  for (ForeignKey& key : alter.table.foreign_keys) {
    if (key.name == alter.def().text("conname")) key.deferrable = alter.def().flag("deferrable");
  }
}

void attach(const Alter& alter) {
  CatalogTable* partition = table_of(alter.step, alter.def()["name"]);
  if (partition == nullptr || partition == &alter.table) return;
  partition->partition_of = full_name(alter.table);
  take_indexes(*partition, alter.table);
}

void detach(const Alter& alter) {
  CatalogTable* partition = table_of(alter.step, alter.def()["name"]);
  if (partition != nullptr) partition->partition_of.clear();
}

void inherit(const Alter& alter) {
  const CatalogTable* parent = table_of(alter.step, alter.def());
  if (parent != nullptr) alter.table.inherits.push_back(full_name(*parent));
}

void inherit_no_more(const Alter& alter) {
  const CatalogTable* parent = table_of(alter.step, alter.def());
  if (parent != nullptr) std::erase(alter.table.inherits, full_name(*parent));
}

void enable_row_security(const Alter& alter) {
  alter.table.row_security = true;
}

void disable_row_security(const Alter& alter) {
  alter.table.row_security = false;
}

void set_logged(const Alter& alter) {
  alter.table.unlogged = false;
}

void set_unlogged(const Alter& alter) {
  alter.table.unlogged = true;
}

struct Command {
  std::string_view subtype;
  void (*apply)(const Alter&);
  bool inherited = false;  // what it does it does to children, too
};
constexpr std::array kCommands = {
    Command{"AT_AddColumn", add, true},
    Command{"AT_AddConstraint", add_table_constraint},
    Command{"AT_AddIdentity", add_identity},
    Command{"AT_AddInherit", inherit},
    Command{"AT_AlterColumnType", change_type, true},
    Command{"AT_AlterConstraint", alter_constraint},
    Command{"AT_AttachPartition", attach},
    Command{"AT_ColumnDefault", set_default, true},
    Command{"AT_DetachPartition", detach},
    Command{"AT_DisableRowSecurity", disable_row_security},
    Command{"AT_DropColumn", drop, true},
    Command{"AT_DropConstraint", drop_constraint, true},
    Command{"AT_DropExpression", drop_expression, true},
    Command{"AT_DropIdentity", drop_identity},
    Command{"AT_DropInherit", inherit_no_more},
    Command{"AT_DropNotNull", drop_not_null, true},
    Command{"AT_EnableRowSecurity", enable_row_security},
    Command{"AT_SetLogged", set_logged},
    Command{"AT_SetNotNull", set_not_null, true},
    Command{"AT_SetUnLogged", set_unlogged},
    Command{"AT_ValidateConstraint", validate, true},
};

void apply_to_children(const Alter& alter, const Command& command, int depth) {
  if (depth > kDeepestInheritance) return;
  for (CatalogTable* child : children_of(alter.step.catalog, alter.table)) {
    const Alter below{alter.step, *child, alter.command};
    command.apply(below);
    apply_to_children(below, command, depth + 1);
  }
}

// A new key or foreign key of a partitioned table is one of its partitions, too; a check is one of
// all that inherit.
void give_to_children(const Alter& alter, int depth) {
  if (depth > kDeepestInheritance) return;
  for (CatalogTable* child : children_of(alter.step.catalog, alter.table)) {
    inherit_from(*child, alter.table);
    if (!child->partition_of.empty()) take_indexes(*child, alter.table);
    give_to_children({alter.step, *child, alter.command}, depth + 1);
  }
}

// ALTER INDEX ... is an AlterTableStmt as well, of which nothing is kept.
void apply_command(const Alter& alter, bool with_children) {
  const auto* command =
      std::ranges::find(kCommands, alter.command.text("subtype"), &Command::subtype);
  if (command == kCommands.end()) return;
  command->apply(alter);
  if (!with_children) return;
  if (command->inherited) apply_to_children(alter, *command, 0);
  if (command->apply == add_table_constraint) give_to_children(alter, 0);
}

}  // namespace

void alter_table(const DdlStep& step) {
  const Node relation = step.statement["relation"];
  CatalogTable* table = table_of(step, relation);
  if (table == nullptr) return;
  for (const Node command : step.statement.list("cmds")) {
    apply_command({step, *table, command}, relation.flag("inh"));
  }
}

}  // namespace pgcounsel
