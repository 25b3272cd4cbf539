// SELECT key FROM a EXCEPT SELECT column FROM b.
#include <algorithm>

#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/rewrite/volatility.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "except_of_key",
    .level = Level::kMedium,
    .remedy =
        "Ask with NOT EXISTS: an anti-join can use an index and need not look for copies, which a "
        "key has none of.",
    .verify = "`EXPLAIN ANALYZE` of both forms: the SetOp over both results becomes an Anti Join.",
    .rollback = "Put the old text back; nothing but the statement changes.",
    .because = "the left side shows a key, and none of its columns can be NULL"};

constexpr std::size_t kMostColumns = 16;

// Names of both sides in the same place, as they can be written inside of the other query.
struct Pair {
  std::string left, right;
};

bool is_same_type(const OutputColumn& a, const OutputColumn& b) {
  return !a.type.empty() && a.type == b.type && a.column != nullptr && b.column != nullptr &&
         a.column->type_modifier == b.column->type_modifier && equal_is_same(a) && equal_is_same(b);
}

std::vector<Pair> pairs_of(const SqlContext& context, Node left, Node right) {
  const NodeList kept = left.list("targetList"), asked = right.list("targetList");
  std::vector<Pair> pairs;
  if (kept.size() != asked.size() || kept.size() > kMostColumns) return {};
  for (std::size_t at = 0; at < kept.size(); ++at) {
    const Node a = kept[at]["val"], b = asked[at]["val"];
    const ColumnUse of_a = context.names().resolve(a), of_b = context.names().resolve(b);
    const bool known = is_column(a) && is_column(b) && of_a.column != nullptr &&
                       of_b.column != nullptr && !of_a.outer && !of_b.outer;
    if (!known || !is_same_type(*of_a.column, *of_b.column)) return {};
    if (!context.names().is_not_null(a)) return {};
    pairs.push_back({qualified(context, a), qualified(context, b)});
    if (pairs.back().left.empty() || pairs.back().right.empty()) return {};
  }
  return pairs;
}

// Whether the right query has an item of the name of one of the left one.
bool hides_names(const SqlContext& context, Node left, Node right) {
  const QueryScope* const outer = context.names().scope_of(left);
  const QueryScope* const inner = context.names().scope_of(right);
  if (outer == nullptr || inner == nullptr) return true;
  return std::ranges::any_of(inner->entries, [&](const RangeEntry& entry) {
    return std::ranges::any_of(outer->entries,
                               [&](const RangeEntry& other) { return other.name == entry.name; });
  });
}

std::vector<TextEdit> edits_of(const SyntaxTree& tree, Node left, Node right,
                               const std::vector<Pair>& pairs) {
  const auto word = word_before(tree, span_of(tree, right).begin, "except");
  const std::size_t list = span_of(tree, right.list("targetList").front()).begin;
  const std::size_t select = end_before(tree, list), begin = span_of(tree, right).begin;
  if (!word || tree.token_at(begin) != *word + 1) return {};
  std::string condition;
  for (const Pair& pair : pairs) {
    condition += join({condition.empty() ? "" : " AND ", pair.right, " = ", pair.left});
  }
  std::vector<TextEdit> edits = add_condition(tree, right, condition);
  edits.back().text += ")";
  const std::size_t from = place_of_token(tree, *word).begin;
  const Node where = left["whereClause"];
  const bool loose = where.text("boolop") == "OR_EXPR" &&
                     span_of(tree, where) == with_brackets(tree, span_of(tree, where));
  if (loose) {
    const std::size_t place = span_of(tree, where).begin, end = end_of_body(tree, left);
    edits.push_back({{place, place}, "("});
    edits.push_back({{end, end}, ")"});
  }
  edits.push_back({{from, select}, where ? "AND NOT EXISTS (SELECT" : "WHERE NOT EXISTS (SELECT"});
  const Node last = right.list("targetList").back();
  edits.push_back({{list, span_of(tree, last).end}, "1"});
  return edits;
}

void check_query(const SqlContext& context, Findings& findings, Node query) {
  const Node left = query["larg"], right = query["rarg"];
  if (query.has("limitCount") || query.has("limitOffset") || query.has("lockingClause")) return;
  if (!is_plain_select(left, {}) || !is_plain_select(right, {}) || hides_names(context, left, right)) return;
  const auto shown = shown_columns(context, left);
  if (!shown || !tells_rows_apart(context, left, *shown)) return;
  const std::vector<Pair> pairs = pairs_of(context, left, right);
  if (pairs.empty()) return;
  std::vector<TextEdit> edits = edits_of(*context.statement.tree, left, right, pairs);
  if (edits.empty()) return;
  add_rewrite(findings, context, kWords, query,
              join({"EXCEPT reads both sides whole, to take ", pairs.front().right, " from ",
                    pairs.front().left}),
              pairs.front().left, std::move(edits),
              {{Proof::kHolds, "the left side shows a key, and no column of it can be NULL", {}},
               {Proof::kHolds, "columns of both sides have the same types", {}},
               nothing_volatile(context, right)});
}

void check(const SqlContext& context, Findings& findings) {
  const Node query = context.root;
  if (query.text("op") == "SETOP_EXCEPT" && !query.flag("all")) {
    check_query(context, findings, query);
  }
}

}  // namespace

Findings except_of_key(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
