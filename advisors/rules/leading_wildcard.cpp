// LIKE '%x'.
#include <algorithm>

#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{.rule = "leading_wildcard",
                          .level = Level::kLow,
                          .remedy_kind = "sql",
                          .remedy = {},  // with the names of the table and the column
                          .verify =
                              "`EXPLAIN (ANALYZE, BUFFERS)`: a Bitmap Index Scan on the trigram "
                              "index in place of the filter.",
                          .rollback = "`DROP INDEX CONCURRENTLY` of the new index.",
                          .confidence = Confidence::kMedium,
                          .because =
                              "the pattern begins with a wildcard; how large the table is, and how "
                              "many rows the other conditions leave, decides what it costs",
                          .caveat =
                              "A trigram index makes writes to the column slower and is often "
                              "larger than the column itself."};

// The literal that a pattern begins with.
Node beginning_of(Node pattern) {
  while (is_operator(without_casts(pattern), "||")) pattern = without_casts(pattern)["lexpr"];
  return pattern;
}

bool is_wild_like(Node node) {
  const bool like = node.text("kind") == "AEXPR_LIKE" || node.text("kind") == "AEXPR_ILIKE";
  if (!like || operator_name(node).starts_with("!")) return false;
  const auto text = constant_text(beginning_of(node["rexpr"]));
  return text && !text->empty() && (text->front() == '%' || text->front() == '_');
}

bool is_open_expression(Node node) {
  if (!is_operator(node, "~") && !is_operator(node, "~*")) return false;
  const auto text = constant_text(node["rexpr"]);
  return text && !text->empty() && text->front() != '^' && !text->starts_with("(?") &&
         !text->starts_with("***") && !text->starts_with("\\A") && !text->starts_with("(^");
}

bool has_trigrams(const CatalogTable& table, std::string_view column) {
  return std::ranges::any_of(table.indexes, [&](const CatalogIndex& index) {
    return std::ranges::any_of(index.keys, [&](const IndexKey& key) {
      const bool about = key.column == column || key.expression.find(column) != std::string::npos;
      return about && key.opclass.find("trgm") != std::string::npos;
    });
  });
}

void report(const SqlContext& context, Node node, Findings& findings) {
  constexpr double kManyRows = 10'000;
  const NodeList columns = node["lexpr"].all("ColumnRef");
  if (columns.empty()) return;
  const Node column = columns.front();
  const ColumnHome home = home_of(context, column);
  if (home.table != nullptr && has_trigrams(*home.table, column_name(column))) return;
  const Node relation = relation_of(column);
  if (!relation || cte_query(relation) || is_known_small(context, relation)) return;
  const std::string name = column_title(context, column);
  const std::string_view what = is_wild_like(node)
                                    ? "Leading wildcard in a LIKE pattern on "
                                    : "Regular expression without a fixed beginning on ";
  Finding& finding =
      add_finding(findings, context, kWords, node,
                  join({what, name, ": no btree index helps, a trigram index does"}), name);
  if (known_rows(context, relation).value_or(0) >= kManyRows) finding.level = Level::kMedium;
  finding.remedy.text =
      join({"CREATE EXTENSION IF NOT EXISTS pg_trgm;\nCREATE INDEX CONCURRENTLY ON ",
            relation_words(relation), " USING gin (", column_name(column), " gin_trgm_ops);"});
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    for (const Node filter : conditions_of(query)) {
      for (const Node part : disjuncts(filter)) {
        if (is_wild_like(part) || is_open_expression(part)) report(context, part, findings);
      }
    }
  }
}

}  // namespace

Findings leading_wildcard(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
