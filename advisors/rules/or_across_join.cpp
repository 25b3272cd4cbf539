// `a.x = 1 OR b.y = 2` of tables that are joined.
#include <algorithm>
#include <vector>

#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/union_of_arms.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "or_across_join",
    .level = Level::kMedium,
    .remedy =
        "Ask twice and take the UNION: each arm begins with the index of its own table. With the "
        "OR "
        "all pairs are joined first, and filtered afterwards.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the filter over the join becomes an index scan in each "
        "arm.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "a key of the rows is shown, so that UNION takes away only what both arms give",
    .caveat = "Where the arms give most rows of the join, one join with the OR is cheaper."};

constexpr std::size_t kMostArms = 4;

// The conditions of an OR that are about one table each.
struct Group {
  const RangeEntry* entry = nullptr;
  std::string text;
  std::size_t conditions = 0;
};

// The only item of FROM whose columns the condition has.
const RangeEntry* owner_of(const SqlContext& context, Node condition) {
  const RangeEntry* owner = nullptr;
  for (const Node column : condition.all("ColumnRef")) {
    const ColumnUse use = context.names().resolve(column);
    if (use.entry == nullptr || use.outer || (owner != nullptr && owner != use.entry)) {
      return nullptr;
    }
    owner = use.entry;
  }
  return owner;
}

void check_either(const SqlContext& context, Findings& findings, Node query, Node either) {
  const SyntaxTree& tree = *context.statement.tree;
  std::vector<Group> groups;
  bool served = true;
  for (const Node part : disjuncts(either)) {
    const RangeEntry* const owner = owner_of(context, part);
    if (owner == nullptr || !part.all("SubLink").empty()) return;
    served = served && is_served_by_index(context, part);
    auto group = std::ranges::find(groups, owner, &Group::entry);
    if (group == groups.end()) group = groups.insert(groups.end(), Group{owner, {}, 0});
    group->text += join({group->text.empty() ? "" : " OR ", text_of(tree, part)});
    ++group->conditions;
  }
  if (groups.size() < 2 || groups.size() > kMostArms) return;
  std::vector<std::string> arms;
  for (const Group& group : groups) {
    arms.push_back(group.conditions == 1 ? group.text : join({"(", group.text, ")"}));
  }
  auto edits = union_of_arms(context, query, either, arms);
  if (!edits) return;
  const bool added =
      add_rewrite(findings, context, kWords, either,
                  join({"An OR of ", groups[0].entry->name, " and ", groups[1].entry->name,
                        " can be tested only after they are joined"}),
                  groups[0].entry->name, std::move(*edits),
                  {{Proof::kHolds,
                    "columns that tell the rows apart are shown, of types that UNION compares",
                    {}},
                   nothing_volatile(context, query)});
  if (added && !served) leave_to_measure(findings.back());
}

void check(const SqlContext& context, Findings& findings) {
  if (!context.root.is("SelectStmt")) return;
  for (const Node either : alternatives_of(context.root)) {
    check_either(context, findings, context.root, either);
  }
}

}  // namespace

Findings or_across_join(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
