// INSERT of max(id) + 1.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "max_plus_one",
    .level = Level::kMedium,
    .remedy =
        "Let an identity column or a sequence give the key (`GENERATED ALWAYS AS IDENTITY`, "
        "`nextval()`).",
    .verify = "Two sessions that insert at the same time both succeed without waiting.",
    .rollback = "`ALTER TABLE … ALTER COLUMN … DROP IDENTITY`; the keys that were given stay.",
    .because = "the new key is computed from the rows that other sessions see, too"};

// `max(x)` below coalesce, in `max(x) + 1`.
Node maximum_of(Node sum) {
  if (!is_operator(sum, "+") || !is_constant(sum["rexpr"])) return {};
  Node left = without_casts(sum["lexpr"]);
  if (left.is("CoalesceExpr")) left = without_casts(left.list("args").front());
  return function_name(left) == "max" && !left["over"] ? left : Node{};
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node insert : context.root.all("InsertStmt")) {
    const Node table = insert["relation"];
    for (const Node sum : insert["selectStmt"].all("A_Expr")) {
      const Node maximum = maximum_of(sum);
      const NodeList columns = maximum.list("args");
      if (!maximum || columns.size() != 1 || !is_column(columns.front())) continue;
      const Node query = query_around(sum);
      const NodeList read = own_nodes(query, "RangeVar");
      const auto same = [&](Node other) { return other.text("relname") == table.text("relname"); };
      if (std::ranges::none_of(read, same)) continue;
      const std::string_view column = column_name(columns.front());
      const std::string name = relation_words(table);
      add_finding(
          findings, context, kWords, sum,
          join({"Key of ", name, " from max(", column, ") + 1: two sessions get the same one"}),
          join({name, ".", column}));
    }
  }
}

}  // namespace

Findings max_plus_one(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
