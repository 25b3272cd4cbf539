// JOIN parent ON parent.id = child.parent_id, of which nothing else is used.
#include <algorithm>

#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/row_identity.h"
#include "advisors/rewrite/select_parts.h"
#include "advisors/rewrite/tokens.h"
#include "advisors/rewrite/types.h"
#include "advisors/sql/query_parts.h"

namespace pgcounsel {
namespace {

constexpr SqlWords kWords{
    .rule = "join_to_unused_parent",
    .level = Level::kMedium,
    .remedy =
        "Leave the join out: by its foreign key each row has exactly one partner, and nothing of "
        "the partner is used.",
    .verify = "`EXPLAIN ANALYZE` of both forms: the scan of the parent and its join are gone.",
    .rollback = "Put the join back; nothing but the statement changes.",
    .because = "the foreign key is validated, and checked at the end of each statement",
    .caveat =
        "A restore with `--disable-triggers`, or `session_replication_role = replica`, can leave "
        "rows without a partner, which the join hides."};

constexpr std::size_t kMostConditions = 20;

// child.column = parent.referenced, of the join.
struct Pair {
  Node child;
  std::string column, referenced;
};

struct Link {
  const RangeEntry* child = nullptr;
  std::vector<Pair> pairs;
};

std::optional<Link> read_link(const SqlContext& context, Node on, const RangeEntry& parent) {
  Link link;
  const NodeList parts = conjuncts(on);
  if (parts.size() > kMostConditions) return std::nullopt;
  for (const Node part : parts) {
    if (!is_operator(part, "=") || !is_column(part["lexpr"]) || !is_column(part["rexpr"])) {
      return std::nullopt;
    }
    const bool left = context.names().resolve(part["lexpr"]).entry == &parent;
    const Node of_child = part[left ? "rexpr" : "lexpr"],
               of_parent = part[left ? "lexpr" : "rexpr"];
    const ColumnUse child = context.names().resolve(of_child);
    const ColumnUse other = context.names().resolve(of_parent);
    if (other.entry != &parent || child.entry == nullptr || child.entry == &parent || child.outer ||
        child.column == nullptr || other.column == nullptr ||
        (link.child != nullptr && link.child != child.entry)) {
      return std::nullopt;
    }
    if (!equal_is_same(*child.column) || !equal_is_same(*other.column)) return std::nullopt;
    link.child = child.entry;
    link.pairs.push_back({of_child, child.column->name, other.column->name});
  }
  return link;
}

// Whether the foreign key is about exactly the columns of the join.
bool is_about(const ForeignKey& key, const Link& link, const CatalogTable& parent) {
  std::vector<std::string> referenced = key.referenced_columns;
  if (referenced.empty() && parent.primary_key() != nullptr) {
    for (const IndexKey& part : parent.primary_key()->keys) referenced.push_back(part.column);
  }
  if (key.referenced_table != parent.name || key.columns.size() != referenced.size() ||
      key.columns.size() != link.pairs.size() || !parent.is_unique(referenced)) {
    return false;
  }
  if (!key.referenced_schema.empty() && key.referenced_schema != parent.schema) return false;
  for (std::size_t at = 0; at < referenced.size(); ++at) {
    const bool joined = std::ranges::any_of(link.pairs, [&](const Pair& pair) {
      return pair.column == key.columns[at] && pair.referenced == referenced[at];
    });
    if (!joined) return false;
  }
  return key.validated && !key.deferrable;
}

bool is_plain_table(const SqlContext& context, const RangeEntry& entry) {
  return is_whole_table(context, entry) && entry.node.flag("inh") && !entry.table->temporary &&
         (entry.table->kind == RelationKind::kTable ||
          entry.table->kind == RelationKind::kPartitioned);
}

bool has_foreign_key(const SqlContext& context, const Link& link, const RangeEntry& parent) {
  if (link.child == nullptr || !is_plain_table(context, *link.child) ||
      !is_plain_table(context, parent) || parent.table->row_security) {
    return false;
  }
  return std::ranges::any_of(link.child->table->foreign_keys, [&](const ForeignKey& key) {
    return is_about(key, link, *parent.table);
  });
}

// Takes one side of `left JOIN right ON ...` and the ON away.
std::vector<TextEdit> without_side(const SyntaxTree& tree, Node join, bool left) {
  const TextSpan on = with_brackets(tree, span_of(tree, join["quals"]));
  const std::size_t right = span_of(tree, join["rarg"]).begin;
  const auto word = word_before(tree, on.begin, "on");
  if (!word || *word == 0) return {};
  const std::size_t end = place_of_token(tree, *word - 1).end;
  const TextSpan parent = span_of(tree, join["larg"]);
  if (left) return {{{parent.begin, right}, {}}, {{end, on.end}, {}}};
  std::size_t at = tree.token_at(right);
  while (at > 0 && !is_word(tree.tokens()[at], "join")) --at;
  if (at > 0 && is_word(tree.tokens()[at - 1], "inner")) --at;
  return {{{place_of_token(tree, at - 1).end, on.end}, {}}};
}

// Of child columns that may be NULL, which had no partner.
std::string null_tests(const SqlContext& context, const Link& link) {
  std::string text;
  for (const Pair& pair : link.pairs) {
    if (context.names().is_not_null(pair.child)) continue;
    const std::string name = qualified(context, pair.child);
    text += join({text.empty() ? "" : " AND ", name, " IS NOT NULL"});
  }
  return text;
}

void check_side(const SqlContext& context, Findings& findings, Node query, Node join_node,
                bool left) {
  const Node side = join_node[left ? "larg" : "rarg"], other = join_node[left ? "rarg" : "larg"];
  const RangeEntry* const parent = entry_at(context, query, side);
  if (!side.is("RangeVar") || parent == nullptr || (left && !other.is("RangeVar"))) return;
  if (parent->table == nullptr) return;
  const std::string title = join({parent->table->name, " is joined, and nothing of it is used"});
  if (is_told(findings, title)) return;
  const auto link = read_link(context, join_node["quals"], *parent);
  if (!link || !has_foreign_key(context, *link, *parent)) return;
  if (use_of(context, query, *parent, {join_node["quals"]}) != Use::kNone) return;
  const SyntaxTree& tree = *context.statement.tree;
  std::vector<TextEdit> edits = without_side(tree, join_node, left);
  const std::string tests = null_tests(context, *link);
  if (edits.empty()) return;
  if (!tests.empty()) {
    const std::vector<TextEdit> more = add_condition(tree, query, tests);
    edits.insert(edits.end(), more.begin(), more.end());
  }
  add_rewrite(findings, context, kWords, side, title, parent->table->name, std::move(edits),
              {{Proof::kHolds,
                join({"a foreign key of ", link->child->table->name,
                      ", validated and not deferrable, "
                      "refers to ",
                      parent->table->name}),
                {}},
               {Proof::kHolds, join({"no policy hides rows of ", parent->table->name}), {}}});
}

bool is_read_only(const SqlContext& context) {
  return context.root.is("SelectStmt") && context.root.all("InsertStmt").empty() &&
         context.root.all("UpdateStmt").empty() && context.root.all("DeleteStmt").empty() &&
         context.root.all("LockingClause").empty();
}

void check(const SqlContext& context, Findings& findings) {
  if (!is_read_only(context)) return;
  for (const Node query : selects_of(context.root)) {
    if (query.has("lockingClause") || query.has("intoClause")) continue;
    const NodeList joins = own_nodes(query, "JoinExpr");
    if (joins.empty() || joins.size() > kMostConditions || !is_free_of_row_order(context, query)) {
      continue;
    }
    for (const Node join_node : joins) {
      if (!is_filtering_join(join_node) || !join_node["quals"]) continue;
      check_side(context, findings, query, join_node, false);
      check_side(context, findings, query, join_node, true);
    }
  }
}

}  // namespace

Findings join_to_unused_parent(const Brief& brief) {
  return review_statements(brief, check);
}

}  // namespace pgcounsel
