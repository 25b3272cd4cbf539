// Sums over rows that a join multiplied.
#include <algorithm>
#include <optional>
#include <vector>

#include "advisors/sql/join_graph.h"
#include "advisors/sql/query_parts.h"
#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "fan_out_aggregate",
    .level = Level::kHigh,
    .remedy =
        "Aggregate each table in a subquery of its own, grouped by the column that joins it, and "
        "join the results.",
    .verify = "For one parent, compare the figure with `SELECT sum(…)` over its table alone.",
    .rollback = "Put the old query back; no data changes by it.",
    .because =
        "by the keys of the schema, several rows of the other table go with each row that is "
        "summed",
    .caveat = "The mended query gives other figures: this changes the result on purpose."};

struct Sum {
  Node call;
  Node column;                     // the first
  std::vector<std::size_t> items;  // whose columns it is about
};

std::optional<Sum> sum_of(const SqlContext& context, const JoinGraph& graph, Node call) {
  const std::string_view name = function_name(call);
  if ((name != "sum" && name != "count" && name != "avg") || call["over"] ||
      call.flag("agg_distinct"))
    return std::nullopt;
  Sum sum{call, {}, {}};
  for (const Node column : call.all("ColumnRef")) {
    const auto item = graph.item_of(context, column);
    if (!item) return std::nullopt;
    if (!sum.column) sum.column = column;
    sum.items.push_back(*item);
  }
  return sum.column ? std::optional(sum) : std::nullopt;
}

std::vector<JoinColumn> group_columns(const SqlContext& context, const JoinGraph& graph) {
  std::vector<JoinColumn> columns;
  const NodeList targets = graph.query.list("targetList");
  for (Node key : graph.query.list("groupClause")) {
    const auto place = integer_constant(key);
    if (place && *place >= 1 && static_cast<std::size_t>(*place) <= targets.size())
      key = targets[static_cast<std::size_t>(*place) - 1]["val"];
    if (!is_column(key)) continue;
    if (const auto item = graph.item_of(context, key))
      columns.push_back({*item, std::string(column_name(key))});
  }
  return columns;
}

// `sum(CASE WHEN … THEN 1 ELSE 0 END)` counts.
bool sums_constants(Node call) {
  const NodeList args = call.list("args");
  if (args.size() != 1 || !args.front().is("CaseExpr")) return false;
  const Node otherwise = args.front()["defresult"];
  const auto is_fixed = [](Node arm) { return is_free_of_columns(arm["result"]); };
  return std::ranges::all_of(args.front().list("args"), is_fixed) &&
         (!otherwise || is_free_of_columns(otherwise));
}

// Without a schema a column `id` is taken for a key, where others refer to it.
void assume_keys(JoinGraph& graph) {
  for (JoinItem& item : graph.items) {
    if (!item.keys_known && item.node.is("RangeVar")) item.keys = {{"id"}};
  }
}

bool is_known(const JoinGraph& graph) {
  return std::ranges::all_of(
      graph.items, [](const JoinItem& item) { return item.keys_known || item.gives_one_row; });
}

// Refers by a column like `user_id` to the `id` of something.
bool refers_by_name(const JoinGraph& graph, std::size_t child) {
  return std::ranges::any_of(graph.equal, [&](const auto& pair) {
    const auto fits = [&](const JoinColumn& from, const JoinColumn& to) {
      return from.item == child && from.name.ends_with("_id") && to.name == "id";
    };
    return fits(pair.first, pair.second) || fits(pair.second, pair.first);
  });
}

class Judge {
 public:
  Judge(const SqlContext& context, JoinGraph graph)
      : context_(context), known_(is_known(graph)), graph_(std::move(graph)) {
    if (!known_) assume_keys(graph_);
    groups_ = group_columns(context_, graph_);
  }

  void judge(const Sum& sum, Findings& findings) const {
    std::vector<bool> given(graph_.items.size());
    for (const std::size_t item : sum.items) given[item] = true;
    const std::vector<bool> settled = graph_.determined_by(given, groups_);
    for (std::size_t i = 0; i < settled.size(); ++i) {
      if (settled[i] || graph_.items[i].is_lateral || graph_.loose[i]) continue;
      if (!report(sum, i, findings)) continue;
      return;
    }
  }

 private:
  // Such tables are often keyed by rules that the schema does not know.
  bool has_no_key(std::size_t item) const { return graph_.items[item].keys.empty(); }

  // `AND a.kind = 'billing'`
  bool is_narrowed(std::size_t item) const {
    return std::ranges::any_of(graph_.pinned,
                               [&](const JoinColumn& column) { return column.item == item; });
  }

  bool report(const Sum& sum, std::size_t other, Findings& findings) const {
    // Children of the row that is summed tell it, brothers do not.
    std::vector<bool> given(graph_.items.size());
    given[other] = true;
    const std::vector<bool> told = graph_.determined_by(given);
    const bool child = std::ranges::any_of(
        sum.items, [&](std::size_t item) { return static_cast<bool>(told[item]); });
    const std::string_view name = function_name(sum.call);
    // count(parent), avg(parent) and sum(CASE … 1 ELSE 0) are ways to count and weigh children.
    if (child && (name != "sum" || sums_constants(sum.call))) return false;
    if (!child && name == "avg" && !groups_.empty())
      return false;  // all rows of a group count alike
    const bool by_names =
        refers_by_name(graph_, other) && refers_by_name(graph_, sum.items.front());
    if (!known_ && (child || !by_names)) return false;
    const std::string column = column_title(context_, sum.column);
    Finding& finding =
        add_finding(findings, context_, kWords, sum.call,
                    join({"Fan-out: ", name, " of ", column, " counts each row once per row of ",
                          graph_.items[other].words}),
                    join({name, ".", column}));
    if (child || has_no_key(other) || has_no_key(sum.items.front())) finding.level = Level::kMedium;
    if (is_narrowed(other)) {
      finding.level = Level::kMedium;
      finding.confidence = Confidence::kMedium;
      finding.confidence_because =
          "no key of the schema says that one row at most goes with each row that is summed, but a "
          "further condition may leave one";
    }
    if (!known_) {
      finding.level = Level::kLow;
      finding.confidence = Confidence::kLow;
      finding.confidence_because =
          "both tables seem to refer to one row of a third, by the names of the columns; the "
          "schema is not known";
    }
    return true;
  }

  const SqlContext& context_;
  bool known_;
  JoinGraph graph_;
  std::vector<JoinColumn> groups_;
};

void check(const SqlContext& context, Findings& findings) {
  constexpr std::size_t kMostSums = 100;  // more are generated, and would take too long
  for (const Node select : selects_of(context.root)) {
    if (!select.has("fromClause") ||
        std::ranges::none_of(select.list("targetList"),
                             [](Node target) { return has_aggregate(target["val"]); }))
      continue;
    JoinGraph graph = join_graph(context, select);
    const NodeList calls = own_nodes(select, "FuncCall");
    std::vector<Sum> sums;
    for (const Node call : calls) {
      if (sums.size() == kMostSums) break;
      if (auto sum = sum_of(context, graph, call)) sums.push_back(std::move(*sum));
    }
    if (graph.uncertain || graph.items.size() < 2 || sums.empty()) continue;
    const Judge judge(context, std::move(graph));
    for (const Sum& sum : sums) judge.judge(sum, findings);
  }
}

}  // namespace

Findings fan_out_aggregate(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
