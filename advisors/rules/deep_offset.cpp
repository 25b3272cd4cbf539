// OFFSET that grows.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "deep_offset",
    .level = Level::kInfo,
    .remedy =
        "Page by key: `WHERE (sort_column, id) > ($1, $2) ORDER BY sort_column, id LIMIT n`, with "
        "the values of the last row of the page before, and an index on the same columns.",
    .verify = "`EXPLAIN (ANALYZE, BUFFERS)` of the first and of a late page: equal blocks.",
    .rollback = "Put the OFFSET back; the callers must send a page number again.",
    .confidence = Confidence::kMedium,
    .because = "OFFSET always reads what it skips; how many rows that are depends on the caller",
    .caveat = "Paging by key cannot jump to a page by its number: the interface changes."};

void check(const SqlContext& context, Findings& findings) {
  constexpr long kSome = 100, kDeep = 1000;
  for (const Node select : context.root.all("SelectStmt")) {
    const Node offset = select["limitOffset"];
    if (!offset || is_null_constant(offset)) continue;
    const auto rows = integer_constant(offset);
    const NodeList tables = select.all("RangeVar");
    if ((rows && *rows < kSome) || tables.empty()) continue;
    const std::string name = relation_words(tables.front());
    const bool deep = rows && *rows >= kDeep;
    const std::string title =
        !rows ? join({"Pages of ", name, " by OFFSET: each page costs what all before it do"})
        : deep
            ? join({"Deep OFFSET into ", name,
                    ": all rows before the page are read and thrown away"})
            : join({"OFFSET into ", name, ": the rows before the page are read and thrown away"});
    Finding& finding = add_finding(findings, context, kWords, offset, title, name);
    if (rows) finding.level = deep ? Level::kMedium : Level::kLow;
    if (deep) finding.confidence = Confidence::kHigh;
  }
}

}  // namespace

Findings deep_offset(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
