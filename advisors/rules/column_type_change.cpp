// ALTER COLUMN ... TYPE that writes the whole table anew.
#include <algorithm>

#include "advisors/sql/ddl_locks.h"
#include "advisors/sql/ddl_text.h"
#include "advisors/sql/migration.h"
#include "advisors/sql/type_change.h"
#include "parser/schema/ddl.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "column_type_change",
    .level = Level::kHigh,
    .remedy_kind = "sql",
    .remedy = "ALTER TABLE ... ADD COLUMN ...;",
    .verify =
        "`SELECT pg_relation_filenode('TABLE')` before and after, on a copy: the same number means "
        "that nothing was rewritten.",
    .rollback = "Until the names are changed: `ALTER TABLE ... DROP COLUMN` of the new column.",
    .because = "the schema tells the column's present type"};

struct Change {
  Node table, command;
  std::string from, to, using_text;  // `from` is empty where it is not known
  TypeChange kind = TypeChange::kNothing;
};

std::string full_type(std::string_view type, std::string_view modifier) {
  const std::size_t brackets = type.ends_with("[]") ? type.size() - 2 : type.size();
  return join({type.substr(0, brackets), modifier, type.substr(brackets)});
}

// USING with the column itself, or that cast to the new type, says nothing new.
bool is_plain_using(Node expression, std::string_view column, std::string_view type) {
  if (!expression) return true;
  if (expression.is("TypeCast")) {
    return type_of(expression["typeName"]) == type && column_name(expression["arg"]) == column;
  }
  return column_name(expression) == column;
}

Change change_in(const DdlContext& context, Node command) {
  const Node table = context.root["relation"], column = command["def"];
  const std::string_view name = command.text("name");
  const CatalogTable* const known =
      context.state.schema_before().table(relation_schema(table), relation_name(table));
  const CatalogColumn* const old = known == nullptr ? nullptr : known->column(name);
  const std::string to = type_of(column["typeName"]);
  const std::string modifier = type_modifier_of(column["typeName"]);
  Change change{table, command, {}, full_type(to, modifier), {}, {}};
  ColumnType from;
  if (old != nullptr) from = {old->type, old->type_modifier};
  if (old != nullptr) change.from = full_type(old->type, old->type_modifier);
  const bool plain = is_plain_using(column["raw_default"], name, to);
  change.kind =
      plain ? change_of(from, {to, modifier}, context.review.server_version) : TypeChange::kRewrite;
  return change;
}

std::string words_of(const Change& change) {
  const std::string column = join({relation_path(change.table), ".", change.command.text("name")});
  const std::string types = change.from.empty() ? join({" to ", change.to})
                                                : join({" from ", change.from, " to ", change.to});
  if (change.kind == TypeChange::kRewrite) {
    return join({"ALTER TYPE of ", column, types, " writes the whole table anew"});
  }
  if (change.kind == TypeChange::kTimeZone) {
    return join(
        {"ALTER TYPE of ", column, types, " writes the whole table anew unless TimeZone is UTC"});
  }
  return join({"ALTER TYPE of ", column, types, " may write the whole table anew"});
}

std::string remedy(const Change& change) {
  const std::string_view name = change.command.text("name");
  const std::string on = "ALTER TABLE " + quoted_relation(change.table) + " ";
  const std::string made = quoted(join({name, "_new"})), old = quoted(join({name, "_old"}));
  return join({on, "ADD COLUMN ", made, " ", change.to,
               ";\n-- let a trigger write both; fill the old rows in batches; build the indexes "
               "CONCURRENTLY; then:\nBEGIN;\n",
               on, "RENAME COLUMN ", quoted(name), " TO ", old, ";\n", on, "RENAME COLUMN ", made,
               " TO ", quoted(name), ";\nCOMMIT;"});
}

// The old type is guessed, or the time zone is.
void doubt(const Change& change, Finding& finding) {
  if (!change.from.empty() && change.kind == TypeChange::kRewrite) return;
  if (change.kind == TypeChange::kRewrite) {
    finding.level = std::min(finding.level, Level::kMedium);
    finding.confidence = Confidence::kMedium;
    finding.confidence_because =
        "the column's present type is not known; few types become this one without a rewrite";
    return;
  }
  finding.level = Level::kLow;
  finding.confidence = Confidence::kLow;
  finding.confidence_because = change.kind == TypeChange::kTimeZone
                                   ? "the TimeZone of the session that runs it is not known"
                                   : "the column's present type is not known";
  if (change.kind == TypeChange::kTimeZone) {
    finding.remedy.text =
        "SET TimeZone = 'UTC';  -- before the ALTER TABLE, where the values mean UTC";
  }
}

void check(const DdlContext& context, Findings& findings) {
  for (const Node command : commands_on_existing(context)) {
    if (command.text("subtype") != "AT_AlterColumnType") continue;
    const Change change = change_in(context, command);
    if (change.kind == TypeChange::kNothing || change.to.empty()) continue;
    Finding& finding =
        add_ddl_finding(findings, context, kWords, change.table, command, words_of(change),
                        join({relation_path(change.table), ".", command.text("name")}));
    finding.remedy.text = remedy(change);
    finding.evidence.push_back(
        {"lock", "ACCESS EXCLUSIVE, while all rows and indexes are written", ""});
    doubt(change, finding);
  }
}

}  // namespace

Findings column_type_change(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
