#include "advisors/sql/indexed_columns.h"

#include <algorithm>
#include <array>
#include <optional>

#include "advisors/sql/sql_rule.h"

namespace pgcounsel {
namespace {

bool is_text_type(std::string_view name) {
  constexpr std::array<std::string_view, 4> kTexts = {"text", "varchar", "bpchar", "name"};
  return std::ranges::find(kTexts, name) != kTexts.end();
}

std::string form_of_list(const NodeList& nodes) {
  std::string form;
  for (const Node node : nodes) form += join({form.empty() ? "" : ",", plain_form(node)});
  return form;
}

std::string form_of_cast(Node cast) {
  const std::string argument = plain_form(cast["arg"]);
  const std::string_view type = cast["typeName"].last_name("names");
  if (is_text_type(type) || cast["arg"].is("A_Const")) return argument;
  return join({type, "(", argument, ")"});
}

// What stands for everything else: its kind and the forms of what it holds.
std::string form_of_any(Node node) {
  std::string form(node.kind());
  const NodeList all = node.all();
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].parent() == node) form += join({";", all[i].field(), ":", plain_form(all[i])});
  }
  return form;
}

}  // namespace

const CatalogIndex* index_beginning_with(const CatalogTable& table, std::string_view column) {
  const CatalogIndex* found = nullptr;
  for (const CatalogIndex& index : table.indexes) {
    const bool fits = index.valid && (index.method == "btree" || index.method == "hash") &&
                      !index.keys.empty() && index.keys.front().column == column;
    if (fits && (found == nullptr || !found->predicate.empty())) found = &index;
  }
  return found;
}

bool has_index_on(const CatalogTable& table, Node expression) {
  constexpr std::size_t kMostNodes = 100;
  if (expression.all().size() > kMostNodes) return false;
  std::optional<std::string> wanted;
  for (const CatalogIndex& index : table.indexes) {
    for (std::size_t i = 0; i < index.keys.size(); ++i) {
      const bool leads = i == 0 || (index.method != "btree" && index.method != "hash");
      if (!leads || index.keys[i].expression.empty()) continue;
      const auto tree = SyntaxTree::parse(join({"SELECT ", index.keys[i].expression}));
      if (!tree) continue;
      const NodeList targets = tree->root().list("targetList");
      if (!wanted) wanted = plain_form(expression);
      if (!targets.empty() && plain_form(targets.front()["val"]) == *wanted) return true;
    }
  }
  return false;
}

std::string plain_form(Node node) {
  if (node.is("ColumnRef")) return join({"\"", column_name(node), "\""});
  if (node.is("TypeCast")) return form_of_cast(node);
  if (node.is("A_Const")) return join({"'", constant_text(node).value_or("NULL"), "'"});
  if (node.is("ParamRef")) return join({"$", node.text("number")});
  if (node.is("FuncCall")) {
    std::string_view name = function_name(node);
    if (name == "date_part") name = "extract";
    return join({name, "(", form_of_list(node.list("args")), ")"});
  }
  if (node.is("A_Expr")) {
    return join(
        {"(", plain_form(node["lexpr"]), operator_name(node), plain_form(node["rexpr"]), ")"});
  }
  return node ? form_of_any(node) : std::string();
}

}  // namespace pgcounsel
