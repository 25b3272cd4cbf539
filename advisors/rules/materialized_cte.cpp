// `WITH x AS MATERIALIZED (...)`, used once and filtered outside.
#include <algorithm>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/volatility.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "materialized_cte",
    .level = Level::kMedium,
    .remedy =
        "Leave out MATERIALIZED: a CTE that is used once is then planned with the query "
        "around it, whose conditions reach its tables.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the CTE Scan is gone, and the condition stands at "
        "the table's scan.",
    .rollback = "Put the word back.",
    .because = "the CTE is used once and computes nothing that changes from call to call"};

std::size_t uses_of(Node root, std::string_view name) {
  std::size_t uses = 0;
  for (const Node relation : root.all("RangeVar")) {
    if (relation.text("relname") == name && relation.text("schemaname").empty()) ++uses;
  }
  return uses;
}

// Whether a query that reads the CTE has a condition of its own.
bool is_filtered(Node root, std::string_view name) {
  return std::ranges::any_of(root.all("RangeVar"), [&](Node relation) {
    if (relation.text("relname") != name) return false;
    Node query = relation.parent();
    while (query && !query.is("SelectStmt")) query = query.parent();
    return static_cast<bool>(query["whereClause"]);
  });
}

TextSpan word_of(const SyntaxTree& tree, Node cte) {
  const TextSpan span = span_of(tree, cte);
  Lexer lexer(std::string_view(tree.text()).substr(span.begin));
  Token token = lexer.next();
  while (token.kind != TokenKind::kEnd && !is_word(token, "materialized")) token = lexer.next();
  if (token.kind == TokenKind::kEnd) return {};
  const auto begin = static_cast<std::size_t>(token.text.data() - tree.text().data());
  const Token next = lexer.next();
  return {begin, static_cast<std::size_t>(next.text.data() - tree.text().data())};
}

void check(const SqlContext& context, Findings& findings) {
  if (context.review.server_version < 120000) return;
  for (const Node with : context.root.all("WithClause")) {
    if (with.flag("recursive")) continue;
    for (const Node cte : with.list("ctes")) {
      const std::string name(cte.text("ctename"));
      if (cte.text("ctematerialized") != "CTEMaterializeAlways") continue;
      if (uses_of(context.root, name) != 1 || !is_filtered(context.root, name)) continue;
      const TextSpan word = word_of(*context.statement.tree, cte);
      if (word.begin == word.end || !cte["ctequery"].is("SelectStmt") ||
          !cte["ctequery"].has("fromClause"))
        continue;
      add_rewrite(findings, context, kWords, cte,
                  join({"MATERIALIZED keeps conditions out of the CTE ", name}), name, {{word, {}}},
                  {nothing_volatile(context, cte["ctequery"]),
                   {Proof::kHolds, join({name, " is used once"}), {}}});
    }
  }
}

}  // namespace

Findings materialized_cte(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
