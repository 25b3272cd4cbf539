// FROM items that nothing ties.
#include <algorithm>
#include <vector>

#include "advisors/sql/join_graph.h"
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{.rule = "implicit_cross_join",
                          .level = Level::kMedium,
                          .remedy =
                              "Add the condition that ties the two, as `JOIN … ON`. Where all "
                              "pairs are wanted, write `CROSS JOIN`.",
                          .verify = "`EXPLAIN`: no Nested Loop without a condition on either side.",
                          .rollback = "Take the condition away.",
                          .confidence = Confidence::kMedium,
                          .because = "no condition of WHERE or ON names columns of both"};

bool is_key_name(const std::string& name) {
  return name == "id" || name.ends_with("_id") || name == "uuid" || name == "code" ||
         name == "key" || name.ends_with("name") || name == "slug" || name == "oid";
}

// One row, or few that were chosen: nothing is multiplied in earnest.
bool is_small(const JoinGraph& graph, std::size_t at, const std::vector<bool>& settled) {
  const JoinItem& item = graph.items[at];
  if (item.gives_one_row || item.is_lateral || settled[at]) return true;
  if (item.keys_known && item.table != nullptr) return false;
  return std::ranges::any_of(graph.pinned, [&](const JoinColumn& column) {
    return column.item == at && is_key_name(column.name);
  });
}

// For each part, whether one of its items is small, which makes the part small.
std::vector<bool> small_parts(const JoinGraph& graph, const std::vector<std::size_t>& parts) {
  const std::vector<bool> settled = graph.determined_by(std::vector<bool>(graph.items.size()));
  std::vector<bool> small(graph.items.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (is_small(graph, i, settled)) small[parts[i]] = true;
  }
  return small;
}

void check_query(const SqlContext& context, Node query, Findings& findings) {
  const bool writes = !query.is("SelectStmt");
  if (!query.has(query.is("DeleteStmt") ? "usingClause" : "fromClause")) return;
  const JoinGraph graph = join_graph(context, query);
  if (graph.uncertain || graph.items.size() < 2) return;
  const std::vector<std::size_t> parts = graph.parts();
  const std::vector<bool> small = small_parts(graph, parts);
  std::size_t first = parts.size();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (small[parts[i]]) continue;
    if (first == parts.size()) first = i;
    if (parts[i] == parts[first]) continue;
    const JoinItem& item = graph.items[i];
    Finding& finding = add_finding(
        findings, context, kWords, item.node,
        join({"Cross join: no join condition ties ", item.words, " to ", graph.items[first].words}),
        item.words);
    if (writes) finding.level = Level::kHigh;
    return;
  }
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : queries_of(context.root)) {
    if (is_plain_select(query) || query.is("UpdateStmt") || query.is("DeleteStmt"))
      check_query(context, query, findings);
  }
}

}  // namespace

Findings implicit_cross_join(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
