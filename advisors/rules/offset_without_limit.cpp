// OFFSET without LIMIT.
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{.rule = "offset_without_limit",
                          .level = Level::kInfo,
                          .remedy = "Add a LIMIT.",
                          .verify = "The number of rows that the query gives.",
                          .rollback = "Take the LIMIT away.",
                          .because = "there is an OFFSET and no LIMIT"};

void check(const SqlContext& context, Findings& findings) {
  for (const Node select : context.root.all("SelectStmt")) {
    const Node offset = select["limitOffset"];
    if (!offset || select["limitCount"] || integer_constant(offset) == 0L) continue;
    const NodeList tables = select.all("RangeVar");
    if (tables.empty()) continue;
    const std::string name = relation_words(tables.front());
    add_finding(findings, context, kWords, offset,
                join({"OFFSET without LIMIT on ", name, " gives all the rest"}), name);
  }
}

}  // namespace

Findings offset_without_limit(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
