#include "advisors/sql/ddl_locks.h"

#include <algorithm>
#include <array>

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 9> kNames = {
    "no lock", "ACCESS SHARE",        "ROW SHARE", "ROW EXCLUSIVE",   "SHARE UPDATE EXCLUSIVE",
    "SHARE",   "SHARE ROW EXCLUSIVE", "EXCLUSIVE", "ACCESS EXCLUSIVE"};

struct CommandLock {
  std::string_view command;
  LockMode mode;
};

// Commands of ALTER TABLE that take less than ACCESS EXCLUSIVE.
constexpr std::array kCommandLocks = {
    CommandLock{"AT_ValidateConstraint", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_SetStatistics", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_SetOptions", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_ResetOptions", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_SetRelOptions", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_ResetRelOptions", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_ClusterOn", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_DropCluster", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_AttachPartition", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_DetachPartitionFinalize", LockMode::kShareUpdateExclusive},
    CommandLock{"AT_EnableTrig", LockMode::kShareRowExclusive},
    CommandLock{"AT_EnableAlwaysTrig", LockMode::kShareRowExclusive},
    CommandLock{"AT_EnableReplicaTrig", LockMode::kShareRowExclusive},
    CommandLock{"AT_EnableTrigAll", LockMode::kShareRowExclusive},
    CommandLock{"AT_EnableTrigUser", LockMode::kShareRowExclusive},
    CommandLock{"AT_DisableTrig", LockMode::kShareRowExclusive},
    CommandLock{"AT_DisableTrigAll", LockMode::kShareRowExclusive},
    CommandLock{"AT_DisableTrigUser", LockMode::kShareRowExclusive},
};

// Commands that read or write every row while they hold their lock.
constexpr std::array<std::string_view, 6> kSlowCommands = {
    "AT_ValidateConstraint", "AT_AlterColumnType", "AT_SetNotNull",
    "AT_SetLogged",          "AT_SetUnLogged",     "AT_SetTableSpace"};

bool has_option(Node statement, std::string_view field, std::string_view name) {
  return std::ranges::any_of(statement.list(field), [&](Node option) {
    return option.text("defname") == name && option["arg"].text("sval") != "false" &&
           option["arg"].text("sval") != "off";
  });
}

using Locks = std::vector<TableLock>;

void locks_of_constraints(Node parent, Locks& locks) {
  for (const Node constraint : parent.all("Constraint")) {
    if (constraint["pktable"])
      locks.push_back({constraint["pktable"], LockMode::kShareRowExclusive});
  }
}

void locks_of_partition(Node command, Locks& locks) {
  const Node partition = command["def"]["name"];
  if (!partition) return;
  const bool gentle = command["def"].flag("concurrent");
  locks.push_back(
      {partition, gentle ? LockMode::kShareUpdateExclusive : LockMode::kAccessExclusive});
}

void alter_table(Node root, Locks& locks) {
  const std::string_view type = root.text("objtype");
  if (type != "OBJECT_TABLE" && type != "OBJECT_MATVIEW") return;
  LockMode own = LockMode::kNone;
  for (const Node command : root.list("cmds")) own = std::max(own, lock_of_command(command));
  locks.push_back({root["relation"], own});
  for (const Node command : root.list("cmds")) {
    locks_of_constraints(command, locks);
    if (command["def"].is("PartitionCmd")) locks_of_partition(command, locks);
  }
}

void create_table(Node root, Locks& locks) {
  locks_of_constraints(root, locks);
  const LockMode mode =
      root.has("partbound") ? LockMode::kAccessExclusive : LockMode::kShareUpdateExclusive;
  for (const Node parent : root.list("inhRelations")) locks.push_back({parent, mode});
}

void create_index(Node root, Locks& locks) {
  const bool gentle = root.flag("concurrent");
  locks.push_back({root["relation"], gentle ? LockMode::kShareUpdateExclusive : LockMode::kShare});
}

void drop(Node root, Locks& locks) {
  const std::string_view type = root.text("removeType");
  if (type != "OBJECT_TABLE" && type != "OBJECT_MATVIEW") return;
  for (const Node table : root.list("objects"))
    locks.push_back({table, LockMode::kAccessExclusive});
}

void rename(Node root, Locks& locks) {
  const std::string_view type = root.text("renameType");
  const bool of_table = type == "OBJECT_TABLE" || type == "OBJECT_TABCONSTRAINT" ||
                        (type == "OBJECT_COLUMN" && root.text("relationType") == "OBJECT_TABLE");
  if (of_table) locks.push_back({root["relation"], LockMode::kAccessExclusive});
}

void reindex(Node root, Locks& locks) {
  if (root.text("kind") != "REINDEX_OBJECT_TABLE") return;
  const bool gentle = has_option(root, "params", "concurrently");
  locks.push_back({root["relation"], gentle ? LockMode::kShareUpdateExclusive : LockMode::kShare});
}

void vacuum(Node root, Locks& locks) {
  if (!has_option(root, "options", "full")) return;
  for (const Node item : root.list("rels")) {
    locks.push_back({item["relation"], LockMode::kAccessExclusive});
  }
}

void refresh(Node root, Locks& locks) {
  locks.push_back({root["relation"],
                   root.flag("concurrent") ? LockMode::kExclusive : LockMode::kAccessExclusive});
}

void lock_table(Node root, Locks& locks) {
  const long mode = std::clamp(root.number("mode"), 0L, 8L);
  for (const Node table : root.list("relations")) {
    locks.push_back({table, static_cast<LockMode>(mode)});
  }
}

void all_of_relations(Node root, Locks& locks) {
  for (const Node table : root.list("relations")) {
    locks.push_back({table, LockMode::kAccessExclusive});
  }
}

void relation_in_full(Node root, Locks& locks) {
  if (root["relation"]) locks.push_back({root["relation"], LockMode::kAccessExclusive});
}

void table_in_full(Node root, Locks& locks) {
  locks.push_back({root["table"], LockMode::kAccessExclusive});
}

void trigger(Node root, Locks& locks) {
  locks.push_back({root["relation"], LockMode::kShareRowExclusive});
}

void set_schema(Node root, Locks& locks) {
  if (root.text("objectType") == "OBJECT_TABLE") relation_in_full(root, locks);
}

struct StatementLocks {
  std::string_view kind;
  void (*locks)(Node, Locks&);
};

constexpr std::array kStatements = {
    StatementLocks{"AlterTableStmt", alter_table},
    StatementLocks{"AlterObjectSchemaStmt", set_schema},
    StatementLocks{"AlterPolicyStmt", table_in_full},
    StatementLocks{"ClusterStmt", relation_in_full},
    StatementLocks{"CreatePolicyStmt", table_in_full},
    StatementLocks{"CreateStmt", create_table},
    StatementLocks{"CreateTrigStmt", trigger},
    StatementLocks{"DropStmt", drop},
    StatementLocks{"IndexStmt", create_index},
    StatementLocks{"LockStmt", lock_table},
    StatementLocks{"RefreshMatViewStmt", refresh},
    StatementLocks{"ReindexStmt", reindex},
    StatementLocks{"RenameStmt", rename},
    StatementLocks{"RuleStmt", relation_in_full},
    StatementLocks{"TruncateStmt", all_of_relations},
    StatementLocks{"VacuumStmt", vacuum},
};

bool is_slow_constraint(Node constraint) {
  return !constraint.flag("skip_validation") && constraint.text("indexname").empty() &&
         constraint.text("contype") != "CONSTR_ATTR_DEFERRABLE";
}

bool is_slow_command(Node command) {
  const std::string_view type = command.text("subtype");
  if (type == "AT_AddConstraint") return is_slow_constraint(command["def"]);
  return std::ranges::find(kSlowCommands, type) != kSlowCommands.end();
}

}  // namespace

std::string_view name_of(LockMode mode) {
  return kNames[static_cast<std::size_t>(mode)];
}

LockMode lock_of_command(Node alter_table_cmd) {
  const std::string_view type = alter_table_cmd.text("subtype");
  if (type == "AT_AddConstraint" && alter_table_cmd["def"].text("contype") == "CONSTR_FOREIGN") {
    return LockMode::kShareRowExclusive;
  }
  if (type == "AT_DetachPartition" && alter_table_cmd["def"].flag("concurrent")) {
    return LockMode::kShareUpdateExclusive;
  }
  const auto* found = std::ranges::find(kCommandLocks, type, &CommandLock::command);
  return found == kCommandLocks.end() ? LockMode::kAccessExclusive : found->mode;
}

std::vector<TableLock> locks_of(Node statement) {
  Locks locks;
  const auto* found = std::ranges::find(kStatements, statement.kind(), &StatementLocks::kind);
  if (found != kStatements.end()) found->locks(statement, locks);
  std::erase_if(locks, [](const TableLock& lock) {
    return !lock.table || lock.table.text("relpersistence") == "t" || lock.mode == LockMode::kNone;
  });
  return locks;
}

bool takes_time(Node statement) {
  if (statement.is("AlterTableStmt")) {
    return std::ranges::any_of(statement.list("cmds"), is_slow_command);
  }
  if (statement.is("InsertStmt")) return !statement["selectStmt"].list("fromClause").empty();
  if (statement.is("SelectStmt")) return !statement.list("fromClause").empty();
  if (statement.is("VacuumStmt")) return statement.flag("is_vacuumcmd");
  constexpr std::array<std::string_view, 8> kSlow = {
      "IndexStmt",   "UpdateStmt",  "DeleteStmt",         "MergeStmt",
      "ReindexStmt", "ClusterStmt", "RefreshMatViewStmt", "CreateTableAsStmt"};
  return std::ranges::find(kSlow, statement.kind()) != kSlow.end();
}

std::string_view relation_name(Node table) {
  return table.is("List") ? table.last_name("items") : table.text("relname");
}

std::string_view relation_schema(Node table) {
  if (!table.is("List")) return table.text("schemaname");
  const auto names = table.names("items");
  return names.size() < 2 ? std::string_view{} : names[names.size() - 2];
}

std::string relation_path(Node table) {
  std::string path(relation_schema(table));
  if (!path.empty()) path += '.';
  return path += relation_name(table);
}

}  // namespace pgcounsel
