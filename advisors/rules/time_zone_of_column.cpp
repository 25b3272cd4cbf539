// `created_at AT TIME ZONE 'UTC' >= '2026-03-01'`.
#include <algorithm>
#include <array>

#include "advisors/rewrite/calendar.h"
#include "advisors/rewrite/time_column.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "time_zone_of_column",
    .level = Level::kMedium,
    .remedy = "Bring the constant to the column's type instead of the column to the constant's.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the condition as an Index Cond where an "
        "index begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the zone never changes its clock"};

constexpr std::array<std::string_view, 4> kFixedZones = {"UTC", "Etc/UTC", "GMT", "Etc/GMT"};

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node node : context.root.all("A_Expr")) {
    if (!is_comparison(node)) continue;
    const Sides sides = sides_of(node);
    const NodeList args = sides.expression.list("args");
    if (function_name(sides.expression) != "timezone" || args.size() != 2) continue;
    const std::string zone = constant_text(args[0]).value_or("");
    if (std::ranges::find(kFixedZones, zone) == kFixedZones.end()) continue;
    if (!is_column(args[1]) || !day_constant(sides.constant, true)) continue;
    const ColumnUse use = context.names().resolve(args[1]);
    if (use.column == nullptr || use.column->type != "timestamp with time zone") continue;
    const Node literal = without_casts(sides.constant);
    const std::string name = column_words(args[1]);
    add_rewrite(findings, context, kWords, node,
                join({name, " is brought to a time zone before it is compared"}), name,
                {{span_of(tree, node),
                  join({text_of(tree, args[1]), " ", sides.comparison, " TIMESTAMP ",
                        text_of(tree, literal), " AT TIME ZONE ", text_of(tree, args[0])})}},
                {{Proof::kHolds, join({name, " is a timestamp with time zone"}), {}},
                 {Proof::kHolds, "the zone has one offset at all times", {}}});
  }
}

}  // namespace

Findings time_zone_of_column(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
