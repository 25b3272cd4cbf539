#include "advisors/rewrite/matched_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "parser/sql/expressions.h"
#include "parser/sql/output_name.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostItems = 200;  // longer lists are not looked through

bool is_plain_item(Node item, const NodeList& targets) {
  if (const auto place = integer_constant(item)) {
    const auto at = static_cast<std::size_t>(*place - 1);
    return at < targets.size() && is_column(targets[at]["val"]);
  }
  if (!is_column(item)) return false;
  if (!column_table(item).empty()) return true;
  return std::ranges::all_of(targets, [&](Node target) {
    return target.text("name") != column_name(item) || is_column(target["val"]);
  });
}

// GROUP BY of columns: any expression of them may stand in the list.
bool groups_by_columns(Node query) {
  const NodeList groups = query.list("groupClause"), targets = query.list("targetList");
  return groups.size() <= kMostItems && targets.size() <= kMostItems &&
         std::ranges::all_of(groups, [&](Node group) { return is_plain_item(group, targets); });
}

bool sorts_by_columns(Node query) {
  return std::ranges::all_of(query.list("sortClause"), [](Node sort) {
    return is_column(sort["node"]) || sort["node"].is("A_Const");
  });
}

// DISTINCT alone has one list item that is no node.
bool has_distinct_on(Node query) {
  return std::ranges::any_of(query.list("distinctClause"),
                             [](Node item) { return !item.kind().empty(); });
}

bool is_one_of(std::string_view field, std::initializer_list<std::string_view> fields) {
  return std::ranges::find(fields, field) != fields.end();
}

bool is_matched(Node query, std::string_view field, bool in_aggregate) {
  const bool shown = is_one_of(field, {"targetList", "sortClause", "distinctClause"});
  const bool grouped = shown || is_one_of(field, {"havingClause", "groupClause", "windowClause"});
  if (grouped && !in_aggregate && !groups_by_columns(query)) return true;
  if (!shown || !query.has("distinctClause")) return false;
  return !sorts_by_columns(query) || has_distinct_on(query);
}

// What the column is called when the edits are made; empty where that cannot be said.
std::string name_after(const SyntaxTree& tree, Node target, const std::vector<TextEdit>& edits) {
  const TextSpan span = span_of(tree, target);
  std::string text(std::string_view(tree.text()).substr(span.begin, span.end - span.begin));
  std::vector<TextEdit> inside;
  for (const TextEdit& edit : edits) {
    if (edit.span.begin >= span.begin && edit.span.end <= span.end) inside.push_back(edit);
  }
  std::ranges::stable_sort(
      inside, [](const TextEdit& a, const TextEdit& b) { return a.span.begin > b.span.begin; });
  for (const TextEdit& edit : inside) {
    text.replace(edit.span.begin - span.begin, edit.span.end - edit.span.begin, edit.text);
  }
  const auto alone = SyntaxTree::parse("SELECT " + text);
  if (!alone) return {};
  const NodeList targets = alone->root().list("targetList");
  if (targets.size() != 1) return {};
  const Node shown = targets.front();
  return std::string(shown.has("name") ? shown.text("name") : output_name(shown["val"]));
}

bool keeps_name(const SyntaxTree& tree, Node target, const std::vector<TextEdit>& edits) {
  const bool named =
      target.has("name") || !target.is("ResTarget") || target.parent().parent().is("SubLink");
  return named || name_after(tree, target, edits) == output_name(target["val"]);
}

}  // namespace

bool keeps_matched_text(const SyntaxTree& tree, Node at, const std::vector<TextEdit>& edits) {
  bool in_aggregate = false;
  for (Node node = at; node.parent(); node = node.parent()) {
    const Node around = node.parent();
    const std::string_view field = node.field();
    if (around.is("InferClause")) return false;
    if (is_aggregate(node)) in_aggregate = true;
    if (is_one_of(field, {"targetList", "returningList"}) && !keeps_name(tree, node, edits)) {
      return false;
    }
    if (!around.is("SelectStmt")) continue;
    if (is_matched(around, field, in_aggregate)) return false;
    in_aggregate = false;
  }
  return true;
}

bool stands_alone(Node expression) {
  const Node around = expression.parent();
  return around.is("BoolExpr") || around.is("ResTarget") || around.is("CaseWhen") ||
         is_one_of(expression.field(), {"whereClause", "havingClause", "quals"});
}

}  // namespace pgcounsel
