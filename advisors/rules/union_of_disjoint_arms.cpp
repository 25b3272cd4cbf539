// UNION of queries that can have no row in common.
#include <algorithm>
#include <array>
#include <set>

#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/types.h"
#include "advisors/sql/query_parts.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "union_of_disjoint_arms",
    .level = Level::kMedium,
    .remedy = "Write UNION ALL: no row comes twice, in one arm or in two.",
    .verify =
        "`EXPLAIN ANALYZE` of both forms: the HashAggregate, or the Sort and Unique, over the "
        "Append is gone.",
    .rollback = "Take the word ALL out again.",
    .because = "a key of each arm is shown, and the arms ask for different rows"};

constexpr std::size_t kMostArms = 20, kMostConditions = 50;

struct Arm {
  Node query;
  std::vector<ShownColumn> shown;  // without an entry: an expression
  NodeList values;
};

// Of a chain of UNIONs without ALL; empty where something else stands in it.
bool collect(Node query, NodeList& arms) {
  if (!query["larg"]) {
    arms.push_back(query);
    return arms.size() <= kMostArms && is_plain_select(query, {});
  }
  constexpr std::array<std::string_view, 5> kOthers = {"sortClause", "limitCount", "limitOffset",
                                                       "lockingClause", "withClause"};
  const bool plain = query.text("op") == "SETOP_UNION" && !query.flag("all") &&
                     (query.field() != "larg" && query.field() != "rarg"
                          ? !query.has("limitCount") && !query.has("limitOffset")
                          : std::ranges::none_of(kOthers, [&](auto x) { return query.has(x); }));
  return plain && collect(query["larg"], arms) && collect(query["rarg"], arms);
}

std::optional<Arm> read_arm(const SqlContext& context, Node query) {
  Arm arm{query, {}, {}};
  for (const Node target : query.list("targetList")) {
    const Node value = target["val"];
    const ColumnUse use = context.names().resolve(value);
    const bool column = is_column(value) && use.entry != nullptr && use.column != nullptr &&
                        !use.outer && equal_is_same(*use.column);
    if (!column && !value.all("FuncCall").empty()) return std::nullopt;
    arm.shown.push_back(column ? ShownColumn{use.entry, use.column, {}} : ShownColumn{});
    arm.values.push_back(value);
  }
  return arm;
}

// Columns that are the same type in all arms, so that UNION does not make equal what differs.
void keep_same_types(std::vector<Arm>& arms) {
  for (std::size_t at = 0; at < arms.front().shown.size(); ++at) {
    const OutputColumn* const first = arms.front().shown[at].column;
    const bool same = first != nullptr && std::ranges::all_of(arms, [&](const Arm& arm) {
                        const OutputColumn* const other = arm.shown[at].column;
                        return other != nullptr && other->type == first->type;
                      });
    if (same) continue;
    for (Arm& arm : arms) arm.shown[at] = {};
  }
}

bool is_keyed(const SqlContext& context, const Arm& arm) {
  std::vector<ShownColumn> columns;
  for (const ShownColumn& column : arm.shown) {
    if (column.entry != nullptr) columns.push_back(column);
  }
  return !columns.empty() && tells_rows_apart(context, arm.query, columns);
}

// All arms show a literal of one kind in this place, and these two do not show the same.
bool shows_other_constant(const std::vector<Arm>& arms, const Arm& a, const Arm& b,
                          std::size_t at) {
  const auto all_have = [&](std::string_view kind) {
    return std::ranges::all_of(arms, [&](const Arm& arm) {
      return arm.values[at].is("A_Const") && arm.values[at].has(kind);
    });
  };
  return (all_have("ival") || all_have("sval")) &&
         constant_text(a.values[at]) != constant_text(b.values[at]);
}

// What a condition leaves of a column's values.
struct Choice {
  const RangeEntry* entry = nullptr;
  const OutputColumn* column = nullptr;
  std::string_view comparison;   // = <> < <= > >=
  std::string_view value;        // its text
  std::set<std::string> values;  // of = and IN with literals of which different ones differ
};

// Literals of the column's type that differ where their texts do.
std::optional<std::string> plain_value(const OutputColumn& column, Node value) {
  if (is_integer_type(column.type)) {
    const auto number = value.is("A_Const") ? integer_constant(value) : std::nullopt;
    return number ? std::optional(std::to_string(*number)) : std::nullopt;
  }
  const bool text = is_text_type(column.type) && value.is("A_Const") && value.has("sval");
  return text ? constant_text(value) : std::nullopt;
}

std::optional<Choice> read_choice(const SqlContext& context, Node condition) {
  const bool in = condition.text("kind") == "AEXPR_IN" && operator_name(condition) == "=";
  if (!is_column(condition["lexpr"]) || (!in && !is_comparison(condition))) return std::nullopt;
  const ColumnUse use = context.names().resolve(condition["lexpr"]);
  if (use.column == nullptr || use.entry == nullptr || use.outer) return std::nullopt;
  if (!equal_is_same(*use.column)) return std::nullopt;
  Choice choice{use.entry, use.column, in ? "in" : operator_name(condition), {}, {}};
  const Node right = condition["rexpr"];
  if (!in && (is_constant(right) || is_parameter(right))) {
    choice.value = text_of(*context.statement.tree, right);
  }
  if (!in && choice.comparison != "=") return choice;
  for (const Node value : in ? right.list("items") : NodeList{right}) {
    const auto plain = plain_value(*use.column, value);
    if (!plain) return in ? std::nullopt : std::optional(choice);
    choice.values.insert(*plain);
  }
  return choice;
}

bool exclude(std::string_view a, std::string_view b) {
  constexpr std::array<std::array<std::string_view, 2>, 7> kPairs = {
      {{"<", "="}, {"<", ">"}, {"<", ">="}, {"<=", ">"}, {"=", ">"}, {"=", "<>"}, {"=", "!="}}};
  return std::ranges::any_of(kPairs, [&](const auto& pair) {
    return (pair[0] == a && pair[1] == b) || (pair[0] == b && pair[1] == a);
  });
}

bool exclude(const Choice& a, const Choice& b) {
  if (a.column->name != b.column->name) return false;
  if (!a.value.empty() && a.value == b.value && exclude(a.comparison, b.comparison)) return true;
  return !a.values.empty() && !b.values.empty() &&
         std::ranges::none_of(a.values, [&](auto& x) { return b.values.contains(x); });
}

// The entries show a key of their table in the same places, so that one row of both arms would be
// one row of the table.
bool share_key(const Arm& a, const RangeEntry& of_a, const Arm& b, const RangeEntry& of_b) {
  std::vector<std::string> columns;
  for (std::size_t at = 0; at < a.shown.size(); ++at) {
    const bool same = a.shown[at].entry == &of_a && b.shown[at].entry == &of_b &&
                      a.shown[at].column->name == b.shown[at].column->name;
    if (same) columns.push_back(a.shown[at].column->name);
  }
  return of_a.table != nullptr && of_a.table == of_b.table && !of_a.nullable && !of_b.nullable &&
         of_a.table->is_unique(columns);
}

std::vector<Choice> choices_of(const SqlContext& context, const Arm& arm) {
  std::vector<Choice> choices;
  for (const Node condition : filters_of(arm.query)) {
    if (const auto choice = read_choice(context, condition)) choices.push_back(*choice);
    if (choices.size() == kMostConditions) break;
  }
  return choices;
}

bool are_disjoint(const SqlContext& context, const std::vector<Arm>& arms, const Arm& a,
                  const Arm& b) {
  for (std::size_t at = 0; at < a.values.size(); ++at) {
    if (shows_other_constant(arms, a, b, at)) return true;
  }
  const std::vector<Choice> right = choices_of(context, b);
  return std::ranges::any_of(choices_of(context, a), [&](const Choice& one) {
    return std::ranges::any_of(right, [&](const Choice& other) {
      return exclude(one, other) && share_key(a, *one.entry, b, *other.entry);
    });
  });
}

std::vector<Arm> read_arms(const SqlContext& context, Node query) {
  NodeList queries;
  std::vector<Arm> arms;
  if (!collect(query, queries)) return {};
  for (const Node one : queries) {
    auto arm = read_arm(context, one);
    if (!arm || arm->values.size() != queries.front().count("targetList")) return {};
    arms.push_back(std::move(*arm));
  }
  keep_same_types(arms);
  for (std::size_t a = 0; a < arms.size(); ++a) {
    if (!is_keyed(context, arms[a])) return {};
    for (std::size_t b = a + 1; b < arms.size(); ++b) {
      if (!are_disjoint(context, arms, arms[a], arms[b])) return {};
    }
  }
  return arms;
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const std::vector<Arm> arms = read_arms(context, query);
  if (arms.empty()) return;
  const NodeList relations = relations_of(arms.front().query.list("fromClause").front());
  const std::string table = relations.empty() ? std::string() : relation_words(relations.front());
  const std::string title =
      join({"UNION looks for rows of ", table, " that come twice, and there are none"});
  if (is_told(findings, title)) return;
  const SyntaxTree& tree = *context.statement.tree;
  std::vector<TextEdit> edits;
  for (std::size_t at = 1; at < arms.size(); ++at) {
    const auto word = word_before(tree, span_of(tree, arms[at].query).begin, "union");
    if (!word) return;
    const std::size_t end = place_of_token(tree, *word).end;
    edits.push_back({{end, end}, " ALL"});
  }
  add_rewrite(findings, context, kWords, query, title, table, std::move(edits),
              {{Proof::kHolds, "each arm shows a key of its rows", {}},
               {Proof::kHolds, "no row fulfils the conditions of two arms", {}}});
}

bool is_arm_of_union(Node query) {
  const Node parent = query.parent();
  return (query.field() == "larg" || query.field() == "rarg") &&
         parent.text("op") == "SETOP_UNION" && !parent.flag("all");
}

void check(const SqlContext& context, Findings& findings) {
  if (!is_query(context.root)) return;
  for (const Node query : context.root.all("SelectStmt")) {
    if (query["larg"] && !is_arm_of_union(query)) check_query(context, findings, query);
  }
}

}  // namespace

Findings union_of_disjoint_arms(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
