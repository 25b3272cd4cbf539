#include "advisors/sql/query_parts.h"

#include <algorithm>
#include <array>
#include <vector>

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 5> kQueryKinds = {"SelectStmt", "InsertStmt", "UpdateStmt",
                                                         "DeleteStmt", "MergeStmt"};

void add_joins(Node item, bool outer_too, NodeList& out) {
  NodeList open{item};
  while (!open.empty()) {
    const Node join = open.back();
    open.pop_back();
    if (!join.is("JoinExpr")) continue;
    if (outer_too || join.text("jointype") == "JOIN_INNER") {
      const NodeList parts = conjuncts(join["quals"]);
      out.insert(out.end(), parts.begin(), parts.end());
    }
    open.push_back(join["rarg"]);
    open.push_back(join["larg"]);
  }
}

NodeList collected_conditions(Node query, bool outer_too) {
  NodeList out;
  for (const std::string_view field : {"fromClause", "usingClause"}) {
    for (const Node item : query.list(field)) add_joins(item, outer_too, out);
  }
  const NodeList where = conjuncts(query["whereClause"]);
  out.insert(out.end(), where.begin(), where.end());
  return out;
}

// What is below the node, except for queries.
void add_own(Node top, NodeList& out) {
  std::vector<bool> hidden;
  const auto at = [&](Node node) { return node.id() - top.id(); };
  for (const Node node : top.all()) {
    if (at(node) >= hidden.size()) hidden.resize(at(node) + 1);
    if (node == top) continue;
    hidden[at(node)] = is_query(node) || hidden[at(node.parent())];
    if (!hidden[at(node)]) out.push_back(node);
  }
}

// Of the WITH clauses around it, the nearest first.
Node cte_named(std::string_view name, Node inside) {
  constexpr std::size_t kMost = 500;  // more are generated, and would take too long
  for (Node query = query_around(inside); query; query = query_around(query)) {
    const Node with = query["withClause"];
    if (with.count("ctes") > kMost) return with;
    for (const Node cte : query["withClause"].list("ctes")) {
      if (cte.text("ctename") == name &&
          !(inside.is_inside(cte) && !query["withClause"].flag("recursive"))) {
        return cte["ctequery"];
      }
    }
  }
  return {};
}

// The leaves of FROM, the target of what writes first.
NodeList from_items(Node query) {
  NodeList out, open;
  for (const std::string_view field : {"usingClause", "fromClause"}) {
    const NodeList items = query.list(field);
    open.insert(open.end(), items.rbegin(), items.rend());
  }
  if (query["relation"]) out.push_back(query["relation"]);
  while (!open.empty()) {
    const Node item = open.back();
    open.pop_back();
    if (item.is("JoinExpr")) {
      open.push_back(item["rarg"]);
      open.push_back(item["larg"]);
    } else {
      out.push_back(item.is("RangeTableSample") ? item["relation"] : item);
    }
  }
  return out;
}

}  // namespace

bool is_query(Node node) {
  return std::ranges::find(kQueryKinds, node.kind()) != kQueryKinds.end();
}

bool is_plain_select(Node node) {
  return node.is("SelectStmt") && !node.has("valuesLists") && !node["larg"];
}

bool has_plain_distinct(Node select) {
  const NodeList keys = select.list("distinctClause");
  return !keys.empty() && keys.front().kind().empty();
}

bool has_ordered_subquery(Node select) {
  return std::ranges::any_of(select.list("fromClause"),
                             [](Node item) { return item["subquery"].has("sortClause"); });
}

NodeList queries_of(Node root) {
  NodeList out;
  for (const Node node : root.all()) {
    if (is_query(node)) out.push_back(node);
  }
  return out;
}

NodeList selects_of(Node root) {
  NodeList out;
  for (const Node node : root.all("SelectStmt")) {
    if (is_plain_select(node)) out.push_back(node);
  }
  return out;
}

NodeList own_nodes(Node query) {
  NodeList out;
  if (!query) return out;
  out.push_back(query);
  if (!query["larg"]) {
    add_own(query, out);
    return out;
  }
  // The arms of a long UNION are one below the other: they are not walked for each of them.
  for (const std::string_view field :
       {"withClause", "sortClause", "limitOffset", "limitCount", "lockingClause"}) {
    for (const Node node : query.list(field)) {
      if (is_query(node)) continue;
      out.push_back(node);
      add_own(node, out);
    }
  }
  return out;
}

NodeList own_nodes(Node query, std::string_view kind) {
  NodeList out = own_nodes(query);
  std::erase_if(out, [&](Node node) { return !node.is(kind); });
  return out;
}

Node query_around(Node node) {
  Node at = node.parent();
  while (at && !is_query(at)) at = at.parent();
  return at;
}

NodeList filters_of(Node query) {
  return collected_conditions(query, false);
}

NodeList conditions_of(Node query) {
  return collected_conditions(query, true);
}

bool is_application_query(const SqlContext& context) {
  return context.file.kind != ReviewKind::kMigration && is_query(context.root);
}

bool is_new_table(const SqlContext& context, Node range_var) {
  const std::string_view schema = range_var.text("schemaname"), name = range_var.text("relname");
  const CatalogTable* const table = context.catalog().table(schema, name);
  if (table == nullptr) return false;
  return table->temporary || context.review.before->table(schema, name) == nullptr;
}

std::optional<double> known_rows(const SqlContext& context, Node range_var) {
  const CatalogTable* const table =
      context.catalog().table(range_var.text("schemaname"), range_var.text("relname"));
  const bool known = table != nullptr && table->rows && *table->rows >= 0;
  return known ? table->rows : std::nullopt;
}

bool is_known_small(const SqlContext& context, Node range_var) {
  constexpr double kFewRows = 1000;
  return known_rows(context, range_var).value_or(kFewRows) < kFewRows;
}

bool gives_one_row(Node select) {
  if (select.is("InsertStmt")) return gives_one_row(select["selectStmt"]);
  if (!select.is("SelectStmt")) return false;
  if (const auto limit = integer_constant(select["limitCount"]); limit && *limit <= 1) return true;
  if (select.has("valuesLists")) return select.list("valuesLists").size() == 1;
  if (!is_plain_select(select) || select.has("groupClause")) return false;
  const NodeList targets = select.list("targetList");
  const auto counts = [](Node target) { return has_aggregate(target["val"]); };
  if (std::ranges::any_of(targets, counts) || select["havingClause"]) return true;
  return !select.has("fromClause") && std::ranges::none_of(own_nodes(select, "FuncCall"), [](Node) {
    return true;  // it may return a set
  });
}

Node cte_query(Node range_var) {
  if (!range_var.is("RangeVar") || !range_var.text("schemaname").empty()) return {};
  return cte_named(range_var.text("relname"), range_var);
}

std::string_view alias_of(Node from_item) {
  const std::string_view alias = from_item["alias"].text("aliasname");
  return !alias.empty() ? alias : from_item.text("relname");
}

Node relation_of(Node column_ref) {
  const std::string_view wanted = column_table(column_ref);
  for (Node query = query_around(column_ref); query; query = query_around(query)) {
    const NodeList items = from_items(query);
    if (wanted.empty()) {
      const bool alone = items.size() == 1 && items.front().is("RangeVar");
      return alone ? items.front() : Node{};
    }
    const auto found = std::ranges::find(items, wanted, alias_of);
    if (found != items.end()) return found->is("RangeVar") ? *found : Node{};
  }
  return {};
}

std::string column_title(const SqlContext& context, Node column_ref) {
  const ColumnHome home = home_of(context, column_ref);
  if (home.table != nullptr) return join({home.table->name, ".", home.column->name});
  const Node relation = relation_of(column_ref);
  if (!relation || column_name(column_ref).empty()) return column_words(column_ref);
  return join({relation.text("relname"), ".", column_name(column_ref)});
}

ColumnHome home_of(const SqlContext& context, Node column_ref) {
  const ColumnUse use = context.names().resolve(column_ref);
  if (use.column == nullptr || use.column->column == nullptr) return {};
  return {use.column->table, use.column->column};
}

bool is_free_of_columns(Node node) {
  if (!node) return false;
  return std::ranges::none_of(node.all(),
                              [](Node part) { return part.is("ColumnRef") || part.is("SubLink"); });
}

bool is_same_column(Node left, Node right) {
  return is_column(left) && is_column(right) && column_words(left) == column_words(right);
}

}  // namespace pgcounsel
