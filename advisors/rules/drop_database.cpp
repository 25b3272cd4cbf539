// DROP DATABASE, or DROP SCHEMA with all that is in it.
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "drop_database",
    .level = Level::kMedium,
    .remedy =
        "Rename it first (`ALTER DATABASE ... RENAME TO ...`, `ALTER SCHEMA ... RENAME TO ...`), "
        "and "
        "drop it by hand when nobody has missed it.",
    .verify = "`pg_stat_database` shows no connections and no transactions of it for days.",
    .rollback = "Only a backup has the data.",
    .because = "everything in it is gone, whatever it is"};

constexpr SqlWords kSchema = [] {
  SqlWords words = kWords;
  words.level = Level::kLow;
  words.confidence = Confidence::kMedium;
  return words;
}();

void check(const SqlContext& context, Findings& findings) {
  const Node root = context.root;
  if (context.file.kind == ReviewKind::kLog) return;
  if (root.is("DropdbStmt")) {
    const std::string name(root.text("dbname"));
    add_finding(findings, context, kWords, {}, "DROP DATABASE " + name, name);
  }
  const bool schema = root.is("DropStmt") && root.text("removeType") == "OBJECT_SCHEMA";
  if (!schema || root.text("behavior") != "DROP_CASCADE") return;
  for (const std::string_view name : root.names("objects")) {
    add_finding(findings, context, kSchema, {},
                join({"DROP SCHEMA ", name, " CASCADE drops all that is in it"}), name);
  }
}

}  // namespace

Findings drop_database(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
