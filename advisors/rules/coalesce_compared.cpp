// `coalesce(a, 0) = 7` where only true counts.
#include "advisors/rewrite/rewrite.h"
#include "advisors/rewrite/types.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "coalesce_compared",
    .level = Level::kMedium,
    .remedy =
        "Compare the column itself: the value that stands for NULL is either another one than "
        "what is looked for, or can be asked for with IS NULL.",
    .verify =
        "`EXPLAIN` of both forms: the new one has the condition as an Index Cond where an "
        "index begins with the column.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because =
        "both constants are known, and the condition stands where NULL and false are the "
        "same"};

enum class Same { kYes, kNo, kUnknown };

// Whether two constants are equal as values of the type; unknown where equal values may be written
// differently.
Same compare(Node a, Node b, std::string_view type) {
  if (is_integer_type(type)) {
    const auto left = integer_constant(a), right = integer_constant(b);
    if (!left || !right || a.is("TypeCast") || b.is("TypeCast")) return Same::kUnknown;
    return *left == *right ? Same::kYes : Same::kNo;
  }
  const bool text = (type == "text" || type == "character varying") && a.is("A_Const") &&
                    b.is("A_Const") && a.has("sval") && b.has("sval");
  if (!text) return Same::kUnknown;
  return constant_text(a) == constant_text(b) ? Same::kYes : Same::kNo;
}

void check_comparison(const SqlContext& context, Node comparison, Findings& findings) {
  const SyntaxTree& tree = *context.statement.tree;
  const Node call = comparison["lexpr"], value = comparison["rexpr"];
  const NodeList args = call.list("args");
  if (!call.is("CoalesceExpr") || args.size() != 2 || !is_column(args[0])) return;
  if (!is_constant(args[1]) || !is_constant(value) || is_null_constant(value)) return;
  const ColumnUse use = context.names().resolve(args[0]);
  if (use.column == nullptr) return;
  // Texts that differ may be equal by a collation; that of an expression is not known.
  const CatalogColumn* const known = use.column->column;
  const bool plain_texts = known != nullptr && known->collation.empty();
  if (!is_integer_type(use.column->type) && !plain_texts) return;
  const Same same = compare(args[1], value, use.column->type);
  if (same == Same::kUnknown) return;
  const std::string column(text_of(tree, args[0]));
  std::string plain = join({column, " = ", text_of(tree, value)});
  if (same == Same::kYes) plain = join({"(", plain, " OR ", column, " IS NULL)"});
  const std::string name = column_words(args[0]);
  add_rewrite(findings, context, kWords, comparison,
              join({"coalesce() around ", name, " keeps an index from serving the comparison"}),
              name, {{span_of(tree, comparison), std::move(plain)}},
              {{Proof::kHolds, join({name, " is of type ", use.column->type}), {}}});
}

void check(const SqlContext& context, Findings& findings) {
  if (context.root.is("IndexStmt")) return;
  for (const Node node : context.root.all("A_Expr")) {
    if (is_operator(node, "=") && only_true_counts(node)) check_comparison(context, node, findings);
  }
}

}  // namespace

Findings coalesce_compared(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
