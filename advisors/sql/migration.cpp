#include "advisors/sql/migration.h"

#include <algorithm>
#include <utility>

#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

bool is_temporary(Node range_var) {
  return range_var.text("relpersistence") == "t" ||
         range_var.text("schemaname").starts_with("pg_temp");
}

// What a statement makes: a table, a view that has rows, the table of SELECT INTO.
Node made_by(Node root) {
  if (root.is("CreateStmt") || root.is("CreateForeignTableStmt")) {
    const Node base = root["base"];
    return base ? base["relation"] : root["relation"];
  }
  if (root.is("CreateTableAsStmt")) return root["into"]["rel"];
  if (root.is("SelectStmt")) return root["intoClause"]["rel"];
  return {};
}

bool is_rollback(std::string_view kind) {
  return kind == "TRANS_STMT_ROLLBACK" || kind == "TRANS_STMT_ROLLBACK_PREPARED";
}

// It is loaded into an empty database.
bool describes_schema(const ReviewFile& file) {
  return file.tool == "pg_dump" || (file.tool == "Rails" && file.kind == ReviewKind::kQueries);
}

// A file that makes so many tables sets up a database.
bool makes_many_tables(const Review& review, std::size_t first) {
  constexpr int kMany = 20;
  int tables = 0;
  for (std::size_t at = first; at < review.statements.size(); ++at) {
    const ReviewStatement& statement = review.statements[at];
    if (statement.file != review.statements[first].file) break;
    if (statement.tree && statement.tree->root().is("CreateStmt") && ++tables == kMany) return true;
  }
  return false;
}

std::string strongly_altered(Node root) {
  if (!root.is("AlterTableStmt")) return {};
  const NodeList commands = root.list("cmds");
  const bool strong = std::ranges::all_of(commands, [](Node command) {
    return lock_of_command(command) == LockMode::kAccessExclusive;
  });
  return strong ? relation_path(root["relation"]) : std::string();
}

// The database is known and does not have it; another of the checked files makes it.
bool is_of_other_file(const Review& review, std::string_view schema, std::string_view name) {
  return !review.before->tables().empty() && review.before->table(schema, name) == nullptr &&
         std::as_const(*review.catalog).table(schema, name) != nullptr;
}

constexpr double kFewRows = 10'000;

// Zero and DEFAULT are no timeout.
bool sets_something(Node value) {
  const auto text = constant_text(value);
  return !text || (*text != "0" && *text != "0s" && *text != "0ms");
}

}  // namespace

void MigrationState::begin_file(std::size_t first_statement) {
  made_.clear();
  indexes_.clear();
  types_.clear();
  claims_.clear();
  proven_.clear();
  said_.clear();
  held_ = {};
  altered_.clear();
  unchecked_.clear();
  begun_ = false;
  const ReviewFile& file = review_.files[review_.statements[first_statement].file];
  in_transaction_ = file.one_transaction;
  dump_ = describes_schema(file) || makes_many_tables(review_, first_statement);
  lock_timeout_ = Timeout::kNone;
  lock_off_ = statement_off_ = path_off_ = false;
}

bool MigrationState::is_new(std::string_view schema, std::string_view name) const {
  if (is_dump() || schema.starts_with("pg_temp")) return true;
  const auto found = made_.find(name);
  if (found == made_.end()) return is_of_other_file(review_, schema, name);
  const auto& schemas = found->second;
  return schema.empty() || schemas.contains(std::string()) || schemas.contains(std::string(schema));
}

bool MigrationState::is_new(Node range_var) const {
  if (!range_var || is_temporary(range_var)) return true;
  return is_new(relation_schema(range_var), relation_name(range_var));
}

bool MigrationState::is_new_index(std::string_view schema, std::string_view name) const {
  if (is_dump() || schema.starts_with("pg_temp") || indexes_.contains(name)) return true;
  const CatalogTable* const table = review_.before->index(schema, name).first;
  return table != nullptr && is_new(table->schema, table->name);
}

bool MigrationState::first(std::string_view key) {
  return said_.emplace(key).second;
}

const Catalog& MigrationState::schema_before() {
  if (!schema_) schema_ = std::make_unique<Catalog>(*review_.before);
  for (; applied_ < at_; ++applied_) {
    const ReviewStatement& statement = review_.statements[applied_];
    if (statement.tree) apply_ddl(*schema_, *statement.tree);
  }
  return *schema_;
}

void MigrationState::after(const SqlContext& context) {
  const Node root = context.root;
  altered_ = strongly_altered(root);
  note_relations(root);
  note_proofs(root);
  note_rename(root);
  if (context.file.kind != ReviewKind::kLog) note_transaction(root);
  note_settings(root);
  if (!in_transaction_) return;
  note_constraints(root);
  if (held_.table.empty()) note_locks(context);
}

void MigrationState::look_at(std::size_t statement) {
  at_ = statement;
  spans_.clear();
  commands_.clear();
}

void MigrationState::find_commands(const SyntaxTree& tree) {
  if (!commands_.empty()) return;
  commands_ = tree.root().list("cmds");
  spans_ = command_spans(tree);
}

bool MigrationState::has_several_commands(const SyntaxTree& tree) {
  find_commands(tree);
  return commands_.size() > 1;
}

TextSpan MigrationState::span_of_command(const SyntaxTree& tree, Node command) {
  find_commands(tree);
  const auto behind = std::ranges::upper_bound(commands_, command.id(), {}, &Node::id);
  const auto at = static_cast<std::size_t>(behind - commands_.begin());
  return at == 0 || at > spans_.size() ? TextSpan{} : spans_[at - 1];
}

void MigrationState::add_relation(Node range_var) {
  if (range_var) {
    made_[std::string(relation_name(range_var))].emplace(relation_schema(range_var));
  }
}

void MigrationState::note_relations(Node root) {
  add_relation(made_by(root));
  if (root.is("CreateSchemaStmt")) {
    for (const Node table : root.all("CreateStmt")) add_relation(table["relation"]);
  }
  if (root.is("CreateEnumStmt")) types_.emplace(root.last_name("typeName"));
  if (root.is("IndexStmt") && !root.text("idxname").empty() && is_new(root["relation"])) {
    indexes_.emplace(root.text("idxname"));
  }
}

void MigrationState::note_rename(Node root) {
  if (!root.is("RenameStmt") || root.text("renameType") != "OBJECT_TABLE") return;
  const Node table = root["relation"];
  if (!is_new(table)) return;
  made_[std::string(root.text("newname"))].emplace(relation_schema(table));
}

void MigrationState::note_transaction(Node root) {
  if (!root.is("TransactionStmt")) return;
  const std::string_view kind = root.text("kind");
  if (kind == "TRANS_STMT_BEGIN" || kind == "TRANS_STMT_START") {
    in_transaction_ = begun_ = true;
  } else if (kind == "TRANS_STMT_COMMIT" || kind == "TRANS_STMT_PREPARE" || is_rollback(kind)) {
    end_transaction();
    in_transaction_ = begun_ = root.flag("chain");
  }
}

void MigrationState::end_transaction() {
  held_ = {};
  unchecked_.clear();
  if (lock_timeout_ == Timeout::kTransaction) lock_timeout_ = Timeout::kNone;
}

void MigrationState::note_setting(std::string_view name, bool on, bool local) {
  if (name == "lock_timeout") {
    lock_timeout_ = !on ? Timeout::kNone : local ? Timeout::kTransaction : Timeout::kSession;
    lock_off_ = lock_off_ || !on;
  }
  if (name == "statement_timeout") statement_off_ = statement_off_ || !on;
}

void MigrationState::note_settings(Node root) {
  if (root.is("VariableSetStmt")) {
    if (root.text("kind") == "VAR_RESET_ALL") lock_timeout_ = Timeout::kNone;
    const NodeList values = root.list("args");
    const bool on = !values.empty() && sets_something(values.front());
    note_setting(root.text("name"), on, root.flag("is_local"));
    return;
  }
  if (!root.is("SelectStmt")) return;
  for (const Node target : root.list("targetList")) {
    const Node call = target["val"];
    const NodeList args = call.list("args");
    if (function_name(call) != "set_config" || args.size() < 3) continue;
    const std::string name = constant_text(args[0]).value_or("");
    if (name == "search_path") path_off_ = true;
    note_setting(name, sets_something(args[1]), constant_text(args[2]) == "true");
  }
}

void MigrationState::note_locks(const SqlContext& context) {
  for (const TableLock& lock : locks_of(context.root)) {
    if (lock.mode != LockMode::kAccessExclusive) continue;
    if (is_new(relation_schema(lock.table), relation_name(lock.table))) continue;
    held_ = {relation_path(lock.table), context.statement.line};
    return;
  }
}

void MigrationState::note_constraints(Node root) {
  if (!root.is("AlterTableStmt")) return;
  for (const Node command : root.list("cmds")) {
    const Node constraint = command["def"];
    if (!constraint.is("Constraint") || !constraint.flag("skip_validation")) continue;
    unchecked_.insert(join({relation_name(root["relation"]), "/", constraint.text("conname")}));
  }
}

// `CHECK (c IS NOT NULL)`: the column; else nothing.
std::string_view not_null_column(Node constraint) {
  const Node test = constraint["raw_expr"];
  const bool fits = test.is("NullTest") && test.text("nulltesttype") == "IS_NOT_NULL";
  return fits ? column_name(test["arg"]) : std::string_view{};
}

void MigrationState::note_proofs(Node root) {
  if (!root.is("AlterTableStmt")) return;
  const std::string table = join({relation_name(root["relation"]), "/"});
  for (const Node command : root.list("cmds")) {
    const Node constraint = command["def"];
    const std::string_view column = not_null_column(constraint);
    if (!column.empty()) {
      claims_[join({table, constraint.text("conname")})] = column;
      if (!constraint.flag("skip_validation")) proven_.insert(join({table, column}));
    }
    if (command.text("subtype") != "AT_ValidateConstraint") continue;
    const auto claim = claims_.find(join({table, command.text("name")}));
    if (claim != claims_.end()) proven_.insert(join({table, claim->second}));
  }
}

bool MigrationState::is_proven_here(Node table, std::string_view column) const {
  return proven_.contains(join({relation_name(table), "/", column}));
}

bool MigrationState::is_unchecked_here(Node table, std::string_view constraint) const {
  return unchecked_.contains(join({relation_name(table), "/", constraint}));
}

bool is_small(const CatalogTable& table) {
  return table.rows && *table.rows <= kFewRows;
}

NodeList commands_on_existing(const DdlContext& context) {
  const Node root = context.root;
  const bool of_table = root.is("AlterTableStmt") && root.text("objtype") == "OBJECT_TABLE";
  if (!of_table || context.state.is_new(root["relation"])) return {};
  return root.list("cmds");
}

Finding& add_ddl_finding(Findings& findings, const DdlContext& context, const SqlWords& words,
                         Node table, Node command, std::string title, std::string_view object) {
  const std::string path = relation_path(table);
  Finding& finding = add_finding(findings, context, words, {}, std::move(title),
                                 object.empty() ? std::string_view(path) : object);
  if (command && context.state.has_several_commands(*context.statement.tree)) {
    finding.place =
        place_of(context, context.state.span_of_command(*context.statement.tree, command));
  }
  const CatalogTable* const known =
      context.review.before->table(relation_schema(table), relation_name(table));
  if (known != nullptr && is_small(*known)) {
    finding.level = std::min(finding.level, Level::kLow);
    finding.evidence.push_back({"rows", "few", "catalogue"});
  }
  return finding;
}

Findings review_ddl(const Brief& brief, void (*check)(const DdlContext&, Findings&)) {
  Findings all;
  if (brief.review == nullptr) return all;
  const Review& review = *brief.review;
  MigrationState state(review);
  for (std::size_t at = 0; at < review.statements.size(); ++at) {
    const ReviewStatement& statement = review.statements[at];
    if (at == 0 || review.statements[at - 1].file != statement.file) state.begin_file(at);
    if (!statement.tree) continue;
    const SqlContext sql{brief, review, review.files[statement.file], statement,
                         statement.tree->root()};
    Findings found;
    state.look_at(at);
    check({sql, state}, found);
    append_distinct(all, std::move(found));
    state.after(sql);
  }
  return all;
}

}  // namespace pgcounsel
