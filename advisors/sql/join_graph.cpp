#include "advisors/sql/join_graph.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <set>
#include <string_view>

#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

// The columns of a subquery's output by their names.
std::string output_name(Node target) {
  if (!target.text("name").empty()) return std::string(target.text("name"));
  return std::string(column_name(target["val"]));
}

// What a subquery's GROUP BY or DISTINCT makes unique in its output.
std::optional<std::vector<std::string>> key_of_subquery(Node select) {
  if (!is_plain_select(select)) return std::nullopt;
  std::vector<std::string> key;
  const NodeList targets = select.list("targetList"), groups = select.list("groupClause");
  if (!groups.empty()) {
    for (const Node group : groups) {
      const auto place = integer_constant(group);
      std::string found;
      for (std::size_t i = 0; i < targets.size(); ++i) {
        const bool same = place ? *place == static_cast<long>(i + 1)
                                : is_same_column(targets[i]["val"], group) ||
                                      targets[i].text("name") == column_words(group);
        if (same) found = output_name(targets[i]);
      }
      if (found.empty()) return std::nullopt;
      key.push_back(found);
    }
    return key;
  }
  const NodeList distinct = select.list("distinctClause");
  if (distinct.empty()) return std::nullopt;
  const bool all = has_plain_distinct(select);
  for (const Node target : targets) {
    const auto same = [&](Node on) { return is_same_column(on, target["val"]); };
    if (all || std::ranges::any_of(distinct, same)) key.push_back(output_name(target));
  }
  const bool complete = all || key.size() == distinct.size();
  return complete && std::ranges::find(key, "") == key.end() ? std::optional(key) : std::nullopt;
}

void describe_query(Node select, JoinItem& item) {
  item.gives_one_row = gives_one_row(select);
  item.keys_known = item.gives_one_row;
  if (const auto key = key_of_subquery(select)) {
    item.keys.push_back(*key);
    item.keys_known = true;
  }
}

void describe_table(const CatalogTable& table, JoinItem& item) {
  item.table = &table;
  item.keys_known = table.columns_known && (table.kind == RelationKind::kTable ||
                                            table.kind == RelationKind::kPartitioned);
  for (const CatalogIndex& index : table.indexes) {
    if (!index.unique || index.deferrable || !index.predicate.empty()) continue;
    std::vector<std::string> key;
    for (const IndexKey& part : index.keys) key.push_back(part.column);
    // An expression is unique, too, but no condition here is about one.
    if (std::ranges::find(key, "") == key.end()) item.keys.push_back(std::move(key));
  }
}

JoinItem item_of_node(const SqlContext& context, Node node) {
  JoinItem item;
  item.node = node;
  item.name = alias_of(node);
  item.words = node.is("RangeVar") ? relation_words(node) : item.name;
  if (node.is("RangeVar")) {
    if (const Node query = cte_query(node)) {
      describe_query(query, item);
    } else if (const CatalogTable* const table =
                   context.catalog().table(node.text("schemaname"), node.text("relname"))) {
      describe_table(*table, item);
    }
  } else if (node.is("RangeSubselect")) {
    describe_query(node["subquery"], item);
    item.is_lateral = node.flag("lateral");
  } else {
    item.is_lateral = !node.is("RangeTableSample");
  }
  return item;
}

class Builder {
 public:
  Builder(const SqlContext& context, Node query) : context_(context) {
    graph_.query = query;
    if (!query.is("SelectStmt")) {
      add_leaf(query["relation"], false);
      graph_.items.back().is_target = true;
    }
    for (const std::string_view field : {"fromClause", "usingClause"}) {
      for (const Node item : query.list(field)) add_item(item, false);
    }
    for (const auto& [left, right] : crossed_) graph_.tied.emplace_back(left, right);
    graph_.loose.resize(graph_.items.size());
    const NodeList conditions = conditions_of(query);
    graph_.uncertain = graph_.items.size() > kMostItems || conditions.size() > kMostConditions;
    if (graph_.uncertain) return;
    for (std::size_t i = 0; i < graph_.items.size(); ++i) add_pins_below(i);
    for (const Node condition : conditions) add_condition(condition);
  }
  JoinGraph take() { return std::move(graph_); }

 private:
  void add_leaf(Node node, bool nullable) {
    JoinItem item = item_of_node(context_, node.is("RangeTableSample") ? node["relation"] : node);
    item.nullable = nullable;
    if (item.is_lateral && !graph_.items.empty()) {
      crossed_.emplace_back(graph_.items.size() - 1, graph_.items.size());
    }
    graph_.items.push_back(std::move(item));
  }

  void add_item(Node node, bool nullable) {
    if (!node.is("JoinExpr")) return add_leaf(node, nullable);
    const std::string_view type = node.text("jointype");
    const bool full = type == "JOIN_FULL";
    const std::size_t first = graph_.items.size();
    add_item(node["larg"], nullable || full || type == "JOIN_RIGHT");
    const std::size_t second = graph_.items.size();
    add_item(node["rarg"], nullable || full || type == "JOIN_LEFT");
    if (graph_.items.size() == second || second == first) return;
    const Node condition = node["quals"];
    const bool open = !condition && !node.has("usingClause") && !node.flag("isNatural");
    // CROSS JOIN, and ON true, say themselves what they do.
    if (open || (condition && is_free_of_columns(condition))) crossed_.emplace_back(first, second);
    if (node.flag("isNatural")) crossed_.emplace_back(first, second);
    for (const Node column : node.list("usingClause"))
      add_using(column.text("sval"), first, second);
    const std::string_view alias = node["alias"].text("aliasname");
    if (!alias.empty()) graph_.uncertain = true;
  }

  // Of several items on the left that have the column it is the first known to, else the last.
  void add_using(std::string_view column, std::size_t first, std::size_t second) {
    std::size_t left = second - 1;
    for (std::size_t i = first; i < second; ++i) {
      const CatalogTable* const table = graph_.items[i].table;
      if (table != nullptr && table->column(column) != nullptr) left = i;
    }
    graph_.tied.emplace_back(left, second);
    graph_.equal.push_back({{left, std::string(column)}, {second, std::string(column)}});
  }

  std::optional<JoinColumn> column_of(Node node) const {
    if (!is_column(node)) return std::nullopt;
    const auto item = graph_.item_of(context_, node);
    if (!item) return std::nullopt;
    return JoinColumn{*item, std::string(column_name(node))};
  }

  void add_equality(Node left, Node right) {
    const auto one = column_of(without_casts(left)), two = column_of(without_casts(right));
    if (one && two && one->item != two->item) graph_.equal.emplace_back(*one, *two);
    if (one && !two && is_free_of_columns(right)) add_pin(*one, right);
    if (two && !one && is_free_of_columns(left)) add_pin(*two, left);
  }

  void add_condition(Node condition) {
    const std::size_t before = graph_.equal.size();
    if (is_operator(condition, "=")) {
      const NodeList left = condition["lexpr"].list("args"),
                     right = condition["rexpr"].list("args");
      const bool rows = condition["lexpr"].is("RowExpr") && condition["rexpr"].is("RowExpr");
      if (rows && left.size() == right.size()) {
        for (std::size_t i = 0; i < left.size(); ++i) add_equality(left[i], right[i]);
      } else {
        add_equality(condition["lexpr"], condition["rexpr"]);
      }
    }
    tie_all(condition, graph_.equal.size() > before);
  }

  // Two columns of one name, or with one value, that are given from outside tie their items.
  void add_pin(const JoinColumn& column, Node value) {
    const Node plain = without_casts(value);
    const std::string words = plain.is("ParamRef")
                                  ? "$" + std::string(plain.text("number"))
                                  : "=" + constant_text(plain).value_or(function_words(plain));
    for (const auto& [other, other_words] : pins_) {
      const bool same = other.name == column.name || other_words == words;
      if (same && other.item != column.item) graph_.tied.emplace_back(other.item, column.item);
    }
    if (pins_.size() < kMostPins) pins_.emplace_back(column, words);
    graph_.pinned.push_back(column);
  }

  // `(SELECT a, b FROM t WHERE a = 5) s` pins s.a.
  void add_pins_below(std::size_t item) {
    const Node node = graph_.items[item].node;
    const Node below = node.is("RangeSubselect") ? node["subquery"] : cte_query(node);
    for (const Node condition : filters_of(below)) {
      if (!is_operator(condition, "=")) continue;
      const Node left = without_casts(condition["lexpr"]);
      const Node right = without_casts(condition["rexpr"]);
      if (is_column(left) && is_free_of_columns(right)) {
        add_pin({item, std::string(column_name(left))}, right);
      } else if (is_column(right) && is_free_of_columns(left)) {
        add_pin({item, std::string(column_name(right))}, left);
      }
    }
  }

  static std::string function_words(Node node) { return std::string(function_name(node)); }

  // All items that a condition names are tied, whatever it says of them.
  void tie_all(Node condition, bool is_equality) {
    std::optional<std::size_t> first;
    std::size_t unknown = 0;
    std::set<std::string> unknown_names;
    for (const Node column : condition.all("ColumnRef")) {
      const auto item = graph_.item_of(context_, column);
      if (item && first && *item != *first) {
        graph_.tied.emplace_back(*first, *item);
        if (!is_equality) graph_.loose[*first] = graph_.loose[*item] = true;
      }
      if (item && !first) first = item;
      if (!item && column_table(column).empty() && !is_known_elsewhere(column)) {
        ++unknown;
        unknown_names.insert(column_words(column));
      }
    }
    if (unknown > 0 && (first || unknown_names.size() > 1)) graph_.uncertain = true;
  }

  // Of a query around or inside.
  bool is_known_elsewhere(Node column) const {
    return context_.names().resolve(column).entry != nullptr;
  }

  // More are generated, and would take too long.
  static constexpr std::size_t kMostItems = 60, kMostConditions = 500, kMostPins = 100;

  const SqlContext& context_;
  JoinGraph graph_;
  std::vector<std::pair<JoinColumn, std::string>> pins_;
  std::vector<std::pair<std::size_t, std::size_t>> crossed_;
};

// Whether an inner query has an item of that name, which hides the outer one.
bool is_hidden(std::string_view name, Node column, Node query) {
  for (Node at = query_around(column); at && at != query; at = query_around(at)) {
    for (const std::string_view kind : {"RangeVar", "RangeSubselect", "RangeFunction"}) {
      const NodeList inner = own_nodes(at, kind);
      if (std::ranges::find(inner, name, alias_of) != inner.end()) return true;
    }
  }
  return false;
}

}  // namespace

std::optional<std::size_t> JoinGraph::item_of(const SqlContext& context, Node column_ref) const {
  const std::string_view table = column_table(column_ref);
  if (!table.empty()) {
    const auto found = std::ranges::find(items, table, &JoinItem::name);
    if (found == items.end() || is_hidden(table, column_ref, query)) return std::nullopt;
    return found - items.begin();
  }
  const bool here = query_around(column_ref) == query;
  if (items.size() == 1 && here) return 0;
  const ColumnUse use = context.names().resolve(column_ref);
  if (use.entry == nullptr) return std::nullopt;
  const auto found = std::ranges::find(items, use.entry->node, &JoinItem::node);
  if (found == items.end()) return std::nullopt;
  return found - items.begin();
}

std::vector<std::size_t> JoinGraph::parts() const {
  std::vector<std::size_t> part(items.size());
  std::iota(part.begin(), part.end(), 0);
  const auto root = [&](std::size_t at) {
    while (part[at] != at) at = part[at] = part[part[at]];
    return at;
  };
  for (const auto& [left, right] : tied) part[root(left)] = root(right);
  for (std::size_t i = 0; i < part.size(); ++i) part[i] = root(i);
  return part;
}

std::vector<bool> JoinGraph::determined_by(std::vector<bool> given,
                                           const std::vector<JoinColumn>& fixed) const {
  // Columns that have one value for a row of the items that are given.
  std::vector<JoinColumn> known = pinned;
  known.insert(known.end(), fixed.begin(), fixed.end());
  const auto is_known = [&](const JoinColumn& column) {
    return given[column.item] || std::ranges::find(known, column) != known.end();
  };
  const auto is_settled = [&](std::size_t i) {
    return items[i].gives_one_row ||
           std::ranges::any_of(items[i].keys, [&](const std::vector<std::string>& key) {
             return std::ranges::all_of(key, [&](const std::string& name) {
               return is_known({i, name});
             });
           });
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [left, right] : equal) {
      for (const auto& [from, to] : {std::pair(left, right), std::pair(right, left)}) {
        if (!is_known(from) || is_known(to)) continue;
        known.push_back(to);
        changed = true;
      }
    }
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (given[i] || !is_settled(i)) continue;
      given[i] = true;
      changed = true;
    }
  }
  return given;
}

JoinGraph join_graph(const SqlContext& context, Node query) {
  return Builder(context, query).take();
}

}  // namespace pgcounsel
