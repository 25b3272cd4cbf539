// `max(DISTINCT a)`: the DISTINCT sorts for nothing.
#include <algorithm>
#include <array>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "distinct_in_extreme",
    .level = Level::kMedium,
    .remedy =
        "Leave out DISTINCT: the greatest, the least and the AND or OR of all are the same "
        "with and without repetitions.",
    .verify = "`EXPLAIN ANALYZE` of both forms: the sort below the aggregate is gone.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "equal values of the column are the same value"};

constexpr std::array<std::string_view, 7> kIdempotent = {"max",   "min",     "bool_and", "bool_or",
                                                         "every", "bit_and", "bit_or"};

void check(const SqlContext& context, Findings& findings) {
  for (const Node call : context.root.all("FuncCall")) {
    const NodeList args = call.list("args");
    if (!call.flag("agg_distinct") || call.has("agg_order") || args.size() != 1) continue;
    if (std::ranges::find(kIdempotent, function_name(call)) == kIdempotent.end()) continue;
    if (!context.catalog().functions({}, function_name(call)).empty() || !is_column(args[0]))
      continue;
    const TextSpan distinct = distinct_of_call(*context.statement.tree, call);
    if (distinct.begin == distinct.end) continue;
    const ColumnUse use = context.names().resolve(args[0]);
    if (use.column == nullptr || !equal_is_same(*use.column)) continue;
    const std::string name = join({function_name(call), "(DISTINCT ", column_words(args[0]), ")"});
    add_rewrite(
        findings, context, kWords, call, join({name, " sorts all rows for nothing"}), name,
        {{distinct, {}}},
        {{Proof::kHolds, join({column_words(args[0]), " is of type ", use.column->type}), {}}});
  }
}

}  // namespace

Findings distinct_in_extreme(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
