// `JOIN b ON a.x = b.y OR a.z = b.w`.
#include <algorithm>
#include <vector>

#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/union_of_arms.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "join_on_or",
    .level = Level::kMedium,
    .remedy =
        "Join twice and take the UNION: each join can be done by hashing, merging or an index. A "
        "join whose only condition is an OR is a nested loop over all pairs.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the Nested Loop with a Join Filter becomes two joins "
        "with a condition each.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "keys of both tables are shown, so that UNION takes away only what both joins give",
    .caveat = "Tables of a few hundred rows are joined as fast by the OR."};

constexpr std::size_t kMostArms = 4;

struct Pair {
  const RangeEntry* a = nullptr;
  const RangeEntry* b = nullptr;
  bool operator==(const Pair&) const = default;
};

// The two items of FROM that an equality of their columns ties.
Pair pair_of(const SqlContext& context, Node part) {
  if (!is_operator(part, "=") || !is_column(part["lexpr"]) || !is_column(part["rexpr"])) return {};
  const ColumnUse a = context.names().resolve(part["lexpr"]);
  const ColumnUse b = context.names().resolve(part["rexpr"]);
  if (a.outer || b.outer || a.entry == nullptr || b.entry == nullptr || a.entry == b.entry) {
    return {};
  }
  return a.entry < b.entry ? Pair{a.entry, b.entry} : Pair{b.entry, a.entry};
}

Pair tied_by(const SqlContext& context, Node condition) {
  for (const Node part : conjuncts(condition)) {
    const Pair pair = pair_of(context, part);
    if (pair.a != nullptr) return pair;
  }
  return {};
}

void check_either(const SqlContext& context, Findings& findings, Node query, Node either) {
  const NodeList parts = disjuncts(either);
  const Pair pair = tied_by(context, parts.front());
  if (pair.a == nullptr || parts.size() > kMostArms) return;
  std::vector<std::string> arms;
  for (const Node part : parts) {
    if (tied_by(context, part) != pair || !part.all("SubLink").empty()) return;
    arms.push_back(as_operand(*context.statement.tree, part));
  }
  const bool tied = std::ranges::any_of(filters_of(query),
                                        [&](Node part) { return pair_of(context, part) == pair; });
  auto edits = tied ? std::nullopt : union_of_arms(context, query, either, arms);
  if (!edits) return;
  add_rewrite(findings, context, kWords, either,
              join({pair.a->name, " and ", pair.b->name, " are joined by an OR, pair by pair"}),
              pair.b->name, std::move(*edits),
              {{Proof::kHolds,
                "columns that tell the rows apart are shown, of types that UNION compares",
                {}},
               nothing_volatile(context, query)});
}

void check(const SqlContext& context, Findings& findings) {
  if (!context.root.is("SelectStmt")) return;
  for (const Node either : alternatives_of(context.root)) {
    check_either(context, findings, context.root, either);
  }
}

}  // namespace

Findings join_on_or(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
