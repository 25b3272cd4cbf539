#include "advisors/rewrite/aggregates.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

using Words = std::string_view;

bool is_one_of(Words word, std::initializer_list<Words> words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_sum_type(Words type) {
  return is_integer_type(type) || type == "numeric";
}

// Literals, parameters and now(), each with one cast at most.
bool is_leaf(Node node) {
  if (node.is("TypeCast")) return node["arg"].is("A_Const") || node["arg"].is("ParamRef");
  if (node.is("FuncCall")) return function_name(node) == "now" && !node.has("args");
  return node.is("ParamRef") || node.is("SQLValueFunction") || is_constant(node);
}

// `now() - interval '1 day'`: computed before any row is read.
bool is_moment(Node node) {
  if (!is_operator(node, "-") && !is_operator(node, "+")) return false;
  return node.all("ParamRef").empty() && is_leaf(node["lexpr"]) && is_leaf(node["rexpr"]);
}

bool is_quiet_value(Node node) {
  return is_column(node) || is_leaf(node) || is_moment(node);
}

bool is_quiet_test(Node node) {
  const Words kind = node.text("kind");
  const bool listed = is_one_of(kind, {"AEXPR_IN", "AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN"});
  const bool plain =
      is_comparison(node) || is_one_of(kind, {"AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT"});
  if (!node.is("A_Expr") || (!listed && !plain) || !is_quiet_value(node["lexpr"])) return false;
  if (plain) return is_quiet_value(node["rexpr"]);
  const Node right = node["rexpr"];
  NodeList values = right.is("List") ? right.list("items") : node.list("rexpr");
  return std::ranges::all_of(values, is_quiet_value);
}

}  // namespace

bool is_order_free(const SqlContext& context, Node call) {
  return !call["over"] && is_order_free_in_frame(context, call);
}

bool is_order_free_in_frame(const SqlContext& context, Node call) {
  const Words name = function_name(call);
  const bool plain = call.names("funcname").size() == 1 && !call.has("agg_order") &&
                     !call.flag("func_variadic") && !call.flag("agg_within_group") &&
                     context.catalog().functions("", name).empty();
  if (!plain || (call["agg_filter"] && !never_raises(call["agg_filter"]))) return false;
  if (call.flag("agg_star")) return name == "count";
  const NodeList args = call.list("args");
  if (args.size() != 1) return false;
  if (name == "count") return true;
  if (call.flag("agg_distinct")) return false;
  const std::string type = context.names().type_of(args[0]);
  if (is_one_of(name, {"sum", "avg"})) return is_sum_type(type);
  if (is_one_of(name, {"bool_and", "bool_or", "every"})) return type == "boolean";
  if (!is_one_of(name, {"min", "max"}) || !is_column(args[0])) return false;
  const ColumnUse use = context.names().resolve(args[0]);
  return use.column != nullptr && type != "boolean" && type != "uuid" && equal_is_same(*use.column);
}

bool is_blind_to_order(const SqlContext& context, Node query) {
  if (query.has("limitCount") || query.has("limitOffset") || query.has("lockingClause"))
    return false;
  if (query.has("distinctClause") && !has_plain_distinct(query)) return false;
  return std::ranges::all_of(own_nodes(query, "FuncCall"), [&](Node call) {
    return !call["over"] && (!is_aggregate(call) || is_order_free(context, call));
  });
}

bool never_raises(Node condition) {
  constexpr std::size_t kMostNodes = 500;
  NodeList open{condition};
  for (std::size_t seen = 0; !open.empty(); ++seen) {
    const Node node = open.back();
    open.pop_back();
    if (seen > kMostNodes) return false;
    if (node.is("BoolExpr")) {
      const NodeList parts = node.list("args");
      open.insert(open.end(), parts.begin(), parts.end());
    } else if (node.is("NullTest")) {
      if (!is_quiet_value(node["arg"])) return false;
    } else if (node.is("BooleanTest")) {
      open.push_back(node["arg"]);
    } else if (!is_quiet_test(node) && !is_column(node) && !is_leaf(node)) {
      return false;
    }
  }
  return true;
}

bool is_plain_type(Words type) {
  return is_integer_type(type) || is_text_type(type) ||
         is_one_of(type, {"numeric", "boolean", "date", "uuid", "timestamp without time zone",
                          "timestamp with time zone"});
}

bool are_matched_alike(const SqlContext& context, Node left, Node right) {
  const ColumnUse one = context.names().resolve(left), other = context.names().resolve(right);
  if (one.column == nullptr || other.column == nullptr) return false;
  const std::string& type = one.column->type;
  if (is_integer_type(type)) return is_integer_type(other.column->type);
  if (is_text_type(type)) {
    return is_text_type(other.column->type) && equal_is_same(*one.column) &&
           equal_is_same(*other.column);
  }
  return is_plain_type(type) && type == other.column->type;
}

bool is_plain_table(const RangeEntry& entry) {
  const CatalogTable* const table = entry.table;
  return table != nullptr && !entry.is_cte && entry.query == nullptr && entry.columns_known &&
         entry.node.is("RangeVar") && entry.node.flag("inh") && !table->row_security &&
         table->kind != RelationKind::kView && table->kind != RelationKind::kForeignTable &&
         !entry.node["alias"].has("colnames");
}

bool is_all_of(const SqlContext& context, Node node, const RangeEntry& entry) {
  return std::ranges::all_of(node.all("ColumnRef"), [&](Node column) {
    const ColumnUse use = context.names().resolve(column);
    return is_column(column) && use.entry == &entry && use.column != nullptr;
  });
}

std::string fresh_name(const SqlContext& context, Words wanted) {
  constexpr std::size_t kLongest = 55;
  std::set<std::string, std::less<>> taken;
  for (const Node node : context.root.all()) {
    for (const Words field : {"sval", "relname", "aliasname", "name", "ctename"}) {
      if (const Words text = node.text(field); !text.empty()) taken.emplace(text);
    }
  }
  for (const QueryScope* const scope : context.names().scopes()) {
    for (const RangeEntry& entry : scope->entries) {
      for (const OutputColumn& column : entry.columns) taken.insert(column.name);
    }
  }
  const std::string base(wanted.size() > kLongest ? Words{"grouped"} : wanted);
  std::string name = base;
  for (std::size_t number = 2; taken.contains(name); ++number) {
    name = base + "_" + std::to_string(number);
  }
  return name;
}

bool has_known_end(const SqlContext& context, Node query) {
  const Node around = query.parent();
  return query == context.root || around.is("SubLink") || around.is("RangeSubselect") ||
         around.is("CommonTableExpr");
}

std::size_t end_of_from(const SyntaxTree& tree, Node query) {
  const TextSpan whole = span_of(tree, query);
  const std::size_t from = span_of(tree, query.list("fromClause").front()).begin;
  constexpr std::array<std::pair<Words, Words>, 4> kNext = {{{"whereClause", "where"},
                                                             {"groupClause", "group"},
                                                             {"havingClause", "having"},
                                                             {"sortClause", "order"}}};
  for (const auto& [clause, word] : kNext) {
    if (!query.has(clause)) continue;
    const auto at = find_word(tree, {from, whole.end}, word);
    return at ? end_before(tree, at->begin) : 0;
  }
  return whole.end;
}

std::vector<TextEdit> with_condition(const SyntaxTree& tree, Node query, std::string condition) {
  const Node where = query["whereClause"];
  if (!where) {
    const std::size_t end = end_of_from(tree, query);
    return {{{end, end}, " WHERE " + condition}};
  }
  const TextSpan bare = span_of(tree, where), full = with_brackets(tree, bare);
  const bool either = where.text("boolop") == "OR_EXPR" && full == bare;
  std::vector<TextEdit> edits;
  if (either) edits.push_back({{full.begin, full.begin}, "("});
  edits.push_back({{full.end, full.end}, join({either ? ")" : "", " AND ", condition})});
  return edits;
}

bool is_pinned_by_key(const SqlContext& context, Node query) {
  std::map<const RangeEntry*, std::vector<std::string>> pinned;
  for (const Node part : conjuncts(query["whereClause"])) {
    if (!is_operator(part, "=")) continue;
    const bool left = is_column(part["lexpr"]);
    const Node column = left ? part["lexpr"] : part["rexpr"];
    if (!is_column(column) || !is_free_of_columns(left ? part["rexpr"] : part["lexpr"])) continue;
    const ColumnUse use = context.names().resolve(column);
    if (use.entry != nullptr && use.column != nullptr && use.entry->table != nullptr) {
      pinned[use.entry].push_back(use.column->name);
    }
  }
  return std::ranges::any_of(
      pinned, [](const auto& item) { return item.first->table->is_unique(item.second); });
}

}  // namespace pgcounsel
