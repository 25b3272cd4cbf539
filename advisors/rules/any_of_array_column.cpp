// `'red' = ANY(tags)`.
#include <algorithm>
#include <array>

#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/types.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "any_of_array_column",
    .level = Level::kMedium,
    .remedy =
        "Ask whether the array contains the value (`@>`): the GIN index on the column serves "
        "that, and never `= ANY(column)`.",
    .verify = "`EXPLAIN` of both forms: the filter becomes a Bitmap Index Scan on the GIN index.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "NULLs in the array make the old condition NULL, which keeps no row either",
    .caveat =
        "Where most rows have the value, a GIN index gains nothing; the planner then reads "
        "the table, as before."};

constexpr std::array<std::string_view, 4> kTypes = {"text[]", "integer[]", "bigint[]",
                                                    "smallint[]"};

bool has_extension(const Catalog& catalog, std::string_view name) {
  return std::ranges::find(catalog.extensions, name) != catalog.extensions.end();
}

bool has_gin_index(const CatalogTable& table, std::string_view column) {
  return std::ranges::any_of(table.indexes, [&](const CatalogIndex& index) {
    return index.valid && index.method == "gin" && index.predicate.empty() &&
           std::ranges::any_of(index.keys, [&](const IndexKey& key) {
             return key.column == column && (key.opclass.empty() || key.opclass == "array_ops");
           });
  });
}

// A value that cannot be NULL and is of the element's type.
bool is_element(Node value, std::string_view array) {
  const std::string_view type = array.substr(0, array.size() - 2);
  if (!value.is("A_Const") || is_null_constant(value)) return false;
  if (is_text_type(type)) return value.has("sval");
  const auto range = range_of(type);
  if (!range || !value.has("ival")) return false;
  const long number = integer_constant(value).value_or(0);
  return number >= range->least && number <= range->most;
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  const SyntaxTree& tree = *context.statement.tree;
  for (const Node any : context.root.all("A_Expr")) {
    const Node value = any["lexpr"], column = any["rexpr"];
    if (any.text("kind") != "AEXPR_OP_ANY" || operator_name(any) != "=") continue;
    if (!is_column(column) || !only_true_counts(any)) continue;
    const ColumnUse use = context.names().resolve(column);
    if (use.column == nullptr || use.column->table == nullptr || use.column->column == nullptr ||
        !use.column->column->collation.empty()) {
      continue;
    }
    const std::string& type = use.column->type;
    if (std::ranges::find(kTypes, type) == kTypes.end() || !is_element(value, type)) continue;
    // This extension has an operator of the same name that refuses NULLs.
    if (type == "integer[]" && has_extension(context.catalog(), "intarray")) continue;
    if (!has_gin_index(*use.column->table, use.column->column->name)) continue;
    const std::string name = column_words(column);
    add_rewrite(
        findings, context, kWords, any,
        join({"= ANY over ", name, " is served by no index, though there is a GIN index"}), name,
        {{span_of(tree, any),
          join({text_of(tree, column), " @> ARRAY[", text_of(tree, value), "]::", type})}},
        {{Proof::kHolds, join({name, " is of type ", type, ", and the value is not NULL"}), {}}});
  }
}

}  // namespace

Findings any_of_array_column(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
