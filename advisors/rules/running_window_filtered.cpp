// `SELECT * FROM (SELECT id, sum(x) OVER (ORDER BY id) FROM t) s WHERE s.id <= 40`.
#include <algorithm>

#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/rewrite/windows.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "running_window_filtered",
    .level = Level::kMedium,
    .remedy =
        "Say the bound in the subquery, too: a running window over rows up to the bound gives the "
        "same values, and an index stops the scan there.",
    .verify = "`EXPLAIN ANALYZE` of both forms: the scan below the WindowAgg has the condition.",
    .rollback = "Take the added condition out again.",
    .because = "every window begins with the first row and ends with the current one"};

// One of the bounds of the outer query's WHERE: `s.id <= 40`.
struct Bound {
  Node column, value;
  std::string comparison;  // the column stands left
  bool upper = false;
};

std::optional<Bound> bound_of(const SqlContext& context, Node part, const RangeEntry& sub) {
  if (!is_comparison(part)) return std::nullopt;
  const bool left = is_column(part["lexpr"]);
  const Node column = left ? part["lexpr"] : part["rexpr"];
  const Node value = left ? part["rexpr"] : part["lexpr"];
  if (!is_column(column) || context.names().resolve(column).entry != &sub) return std::nullopt;
  if (!is_constant(value) && !is_parameter(value)) return std::nullopt;
  std::string name(operator_name(part));
  if (name[0] != '<' && name[0] != '>') return std::nullopt;
  if (name == "<>") return std::nullopt;
  if (!left) name[0] = name[0] == '<' ? '>' : '<';
  return Bound{column, value, name, name[0] == '<'};
}

// The subquery's own column that its list shows by the name.
Node shown_column(Node inner, std::string_view name) {
  Node found;
  for (const Node target : inner.list("targetList")) {
    const Node value = target["val"];
    const std::string_view shown = target.has("name") ? target.text("name") : column_name(value);
    if (shown != name) continue;
    if (found || !is_column(value)) return {};
    found = value;
  }
  return found;
}

// Rows beyond the bound have no part in the window of any row before it.
bool runs_towards(const SqlContext& context, Node call, const RangeEntry& table, Node key,
                  bool upper) {
  constexpr std::string_view kRanks[] = {"rank", "dense_rank", "row_number"};
  const Node over = call["over"];
  const std::string_view name = function_name(call);
  const bool ranks =
      std::ranges::find(kRanks, name) != std::end(kRanks) && call.names("funcname").size() == 1;
  if (!is_plain_window(context, over, table)) return false;
  if (!ranks && !is_order_free_in_frame(context, call)) return false;
  const Frame frame = frame_of(over);
  if (frame == Frame::kOther) return false;
  const bool by_row = name == "row_number" || (!ranks && frame == Frame::kRowsToCurrent);
  if (by_row && !orders_totally(context, over, table)) return false;
  const Node first = over.list("orderClause").front();
  const ColumnUse sorted = context.names().resolve(first["node"]);
  return sorted.column == context.names().resolve(key).column &&
         first.text("sortby_dir") != "SORTBY_USING" && sorts_down(first) != upper &&
         (!puts_nulls_first(first) || context.names().is_not_null(key));
}

bool has_plain_order(const SqlContext& context, Node key) {
  const ColumnUse use = context.names().resolve(key);
  if (use.column == nullptr || !is_plain_type(use.column->type)) return false;
  return !is_text_type(use.column->type) || equal_is_same(*use.column);
}

// The comparison follows the order of the column's own type, whatever a parameter's type is: a
// timestamp compared with a point in time, or a text under another collation, would not.
bool is_in_order_of(const SqlContext& context, Node value, Node key) {
  const std::string type = context.names().type_of(key);
  if (value.is("TypeCast")) return context.names().type_of(value) == type;
  if (value.is("ParamRef")) {
    return is_integer_type(type) || type == "numeric" || type == "date" || type == "uuid";
  }
  return value.is("A_Const") || (value.is("A_Expr") && value.all("CollateClause").empty());
}

// The same bound, or one on that column, is there already.
bool is_bounded(const SqlContext& context, Node inner, Node key) {
  return std::ranges::any_of(conjuncts(inner["whereClause"]), [&](Node part) {
    const NodeList columns = part.all("ColumnRef");
    return columns.size() == 1 && is_comparison(part) &&
           context.names().resolve(columns.front()).column == context.names().resolve(key).column;
  });
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const QueryScope* const outer = context.names().scope_of(query);
  const Node item = query.list("fromClause").front(), inner = item["subquery"];
  if (outer == nullptr || outer->entries.size() != 1 || item["alias"].has("colnames")) return;
  if (!has_only(inner, {}) || !is_blind_to_order(context, query)) return;
  const QueryScope* const scope = context.names().scope_of(inner);
  if (scope == nullptr || scope->entries.size() != 1 || inner.count("fromClause") != 1) return;
  const RangeEntry &sub = outer->entries.front(), &table = scope->entries.front();
  const NodeList calls = own_nodes(inner, "FuncCall");
  if (sub.node != item || !is_plain_table(table) || calls.empty()) return;
  for (const Node part : conjuncts(query["whereClause"])) {
    const auto bound = bound_of(context, part, sub);
    if (!bound) continue;
    const Node key = shown_column(inner, column_name(bound->column));
    if (!key || !is_in_order_of(context, bound->value, key)) continue;
    if (!has_plain_order(context, key) || is_bounded(context, inner, key)) continue;
    const auto runs = [&](Node call) {
      return runs_towards(context, call, table, key, bound->upper);
    };
    const std::string name = qualified(context, key);
    if (name.empty() || !std::ranges::all_of(calls, runs)) continue;
    const SyntaxTree& tree = *context.statement.tree;
    const std::string condition =
        join({name, " ", bound->comparison, " ", text_of(tree, bound->value)});
    const std::string title = column_title(context, key);
    add_rewrite(findings, context, kWords, part,
                join({"A running window over all of ", table.table->name, " is cut by ", title,
                      " afterwards"}),
                title, with_condition(tree, inner, condition),
                {{Proof::kHolds, join({"every window runs along ", title, " up to its row"}), {}},
                 nothing_volatile(context, query)});
    return;
  }
}

void check(const SqlContext& context, Findings& findings) {
  for (const Node query : selects_of(context.root)) {
    if (findings.size() >= kMostRewrites) return;
    const NodeList from = query.list("fromClause");
    if (from.size() == 1 && from[0].is("RangeSubselect") && query["whereClause"]) {
      check_query(context, findings, query);
    }
  }
}

}  // namespace

Findings running_window_filtered(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
