// What the rules about DDL share: a walk over the statements of the checked files that knows, at
// each statement, what its file has done before: which tables it made (they have no rows that
// anyone uses), whether a transaction is open and what is locked in it, which timeouts are set, and
// what the schema was just before. DDL on an existing table meets its rows and its users.
#pragma once
#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "advisors/sql/sql_rule.h"

namespace pgcounsel {

// A lock that was taken earlier in the transaction that is open, and keeps others waiting.
struct HeldLock {
  std::string table;     // as it was written; empty: none
  std::size_t line = 0;  // of the statement that took it
};

class MigrationState {
 public:
  explicit MigrationState(const Review& review) : review_(review) {}

  // The file made it, or it is temporary, or the file is a dump that is loaded into nothing.
  bool is_new(std::string_view schema, std::string_view name) const;
  bool is_new(Node range_var) const;
  // The same of an index: of this file, or of a table that is new.
  bool is_new_index(std::string_view schema, std::string_view name) const;

  bool is_new_type(std::string_view name) const { return types_.contains(name); }

  bool in_transaction() const { return in_transaction_; }
  // The transaction is that of the file's tool, not one that the file begins itself.
  bool in_transaction_of_tool() const { return in_transaction_ && !begun_; }
  // Added NOT VALID earlier in the transaction that is open.
  bool is_unchecked_here(Node table, std::string_view constraint) const;
  // The file validated a CHECK that the column is not NULL.
  bool is_proven_here(Node table, std::string_view column) const;
  bool has_lock_timeout() const { return lock_timeout_ != Timeout::kNone; }
  bool is_dump() const { return dump_ || (lock_off_ && statement_off_ && path_off_); }
  const HeldLock& held() const { return held_; }
  // The table that the statement before in the file altered, under a strong lock; empty: none.
  const std::string& altered_before() const { return altered_; }
  // Whether it is asked for this key the first time in the file: for rules that speak once.
  bool first(std::string_view key);

  // Of the ALTER TABLE that is looked at. The span is empty where it is not found.
  bool has_several_commands(const SyntaxTree& tree);
  TextSpan span_of_command(const SyntaxTree& tree, Node command);

  // The schema before the statement that is looked at.
  const Catalog& schema_before();

  // For the walk alone.
  void begin_file(std::size_t first_statement);
  void look_at(std::size_t statement);
  void after(const SqlContext& context);

 private:
  enum class Timeout : unsigned char { kNone, kTransaction, kSession };

  void find_commands(const SyntaxTree& tree);
  void add_relation(Node range_var);
  void note_relations(Node root);
  void note_rename(Node root);
  void note_transaction(Node root);
  void end_transaction();
  void note_setting(std::string_view name, bool on, bool local);
  void note_settings(Node root);
  void note_locks(const SqlContext& context);
  void note_constraints(Node root);
  void note_proofs(Node root);

  const Review& review_;
  std::size_t at_ = 0;               // of the statement
  std::size_t applied_ = 0;          // statements that are in schema_
  std::unique_ptr<Catalog> schema_;  // made when it is asked for
  std::map<std::string, std::set<std::string>, std::less<>> made_;  // name -> schemas
  std::set<std::string, std::less<>> indexes_;
  std::set<std::string, std::less<>> types_;
  std::map<std::string, std::string, std::less<>> claims_;  // "table/constraint" -> column
  std::set<std::string, std::less<>> proven_;               // "table/column"
  std::set<std::string, std::less<>> said_;
  std::set<std::string, std::less<>> unchecked_;  // "table/constraint" of the transaction
  bool in_transaction_ = false, begun_ = false;
  Timeout lock_timeout_ = Timeout::kNone;
  bool dump_ = false, lock_off_ = false, statement_off_ = false, path_off_ = false;
  HeldLock held_;
  std::string altered_;
  std::vector<TextSpan> spans_;  // of the commands of the statement, made when asked for
  NodeList commands_;
};

// One statement of a checked file, and what stood before it.
struct DdlContext : SqlContext {
  MigrationState& state;
};

// It is known to have so few rows that reading all of them takes some milliseconds.
bool is_small(const CatalogTable& table);

// The commands of an ALTER TABLE of a table that is there already; none of any other statement.
NodeList commands_on_existing(const DdlContext& context);

// Adds a finding about a table that is there already, at the command of ALTER TABLE where there are
// several, else at the statement. Where the table is known to be small the level is low.
Finding& add_ddl_finding(Findings& findings, const DdlContext& context, const SqlWords& words,
                         Node table, Node command, std::string title, std::string_view object = {});

// Calls `check` for every statement that could be parsed, in their order, as review_statements().
Findings review_ddl(const Brief& brief, void (*check)(const DdlContext&, Findings&));

}  // namespace pgcounsel
