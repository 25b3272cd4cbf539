// ALTER TYPE ... ADD VALUE inside of a transaction.
#include "advisors/sql/migration.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "enum_value_in_transaction",
    .level = Level::kLow,
    .remedy = "Add the value in a migration of its own; use it in the next one, after COMMIT.",
    .verify = "Run both migrations against an empty database: they succeed.",
    .rollback = "A value cannot be taken from an enum again; leave it unused.",
    .confidence = Confidence::kMedium,
    .because =
        "the statement stands in a transaction; whether the rest of it uses the new value is not "
        "known"};

constexpr int kFirstThatMay = 120000;

void check(const DdlContext& context, Findings& findings) {
  const Node root = context.root;
  const bool adds = root.is("AlterEnumStmt") && root.text("oldVal").empty();
  if (!adds || !context.state.in_transaction()) return;
  const std::string name(root.last_name("typeName"));
  if (context.state.is_new_type(name)) return;
  if (context.review.server_version < kFirstThatMay) {
    Finding& finding =
        add_finding(findings, context, kWords, {},
                    join({"ALTER TYPE ", name, " ADD VALUE inside of a transaction fails"}), name);
    finding.level = Level::kHigh;
    return;
  }
  add_finding(findings, context, kWords, {},
              join({"ALTER TYPE ", name,
                    " ADD VALUE inside of a transaction: the value cannot be used before COMMIT"}),
              name);
}

}  // namespace

Findings enum_value_in_transaction(const Brief& brief) {
  return review_ddl(brief, check);
}

}  // namespace pgcounsel
