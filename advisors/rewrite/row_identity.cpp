#include "advisors/rewrite/row_identity.h"

#include <algorithm>
#include <set>
#include <utility>

#include "advisors/plans/plan_words.h"
#include "advisors/rewrite/types.h"

namespace pgcounsel {
namespace {

// A column of an entry of the query, by the entry's place.
struct Member {
  std::size_t entry = 0;
  std::string column;
  const OutputColumn* type = nullptr;
};

std::optional<Member> member_of(const SqlContext& context, const QueryScope& scope, Node column) {
  if (!is_column(column)) return std::nullopt;
  const ColumnUse use = context.names().resolve(column);
  if (use.outer || use.scope != &scope || use.entry == nullptr || use.column == nullptr) {
    return std::nullopt;
  }
  return Member{static_cast<std::size_t>(use.entry - scope.entries.data()), use.column->name,
                use.column};
}

// Inner and left joins of tables, so that entries come from left to right.
bool is_plain_from(Node item) {
  if (item.is("RangeVar")) return true;
  const std::string_view type = item.text("jointype");
  return item.is("JoinExpr") && (type == "JOIN_INNER" || type == "JOIN_LEFT") &&
         !item.flag("isNatural") && !item.has("usingClause") && !item["alias"] &&
         is_plain_from(item["larg"]) && item["rarg"].is("RangeVar");
}

bool is_exact_number(std::string_view type) {
  return is_integer_type(type) || type == "numeric";
}

// Whether one value at most of the column is equal to a value of that type: not so of a bigint and
// a double, of texts by another's collation, and of an hour that a change of the clock leaves out.
bool is_one_value(const OutputColumn& column, std::string_view type, std::string_view collation) {
  if (column.type.empty() || column.column == nullptr) return false;
  if (is_exact_number(column.type)) return is_exact_number(type);
  if (!is_text_type(column.type))
    return column.type == type && column.column->collation == collation;
  return is_text_type(type) && column.column->collation == collation;
}

// A column that is equal to a constant, or to a column of another entry.
struct Tie {
  Member of;
  std::optional<std::size_t> by;  // that entry; nothing: a constant
};

class Ties {
 public:
  Ties(const SqlContext& context, const QueryScope& scope) : context_(context), scope_(scope) {}

  // `chosen`: the right side of a left join, whose ON chooses among its rows and no others; no node
  // for conditions that choose among all.
  void add(Node condition, Node chosen) {
    if (!is_operator(condition, "=")) return;
    add_side(condition["lexpr"], condition["rexpr"], chosen);
    add_side(condition["rexpr"], condition["lexpr"], chosen);
  }

  const std::vector<Tie>& all() const { return ties_; }

 private:
  void add_side(Node side, Node other, Node chosen) {
    const auto member = member_of(context_, scope_, side);
    if (!member || (chosen && scope_.entries[member->entry].node != chosen)) return;
    const auto by = member_of(context_, scope_, other);
    if (!by && !is_constant(other) && !is_parameter(other)) return;
    if (by && by->entry == member->entry) return;
    if (by && (by->type->column == nullptr ||
               !is_one_value(*member->type, by->type->type, by->type->column->collation))) {
      return;
    }
    if (!by && other.is("TypeCast") &&
        !is_one_value(*member->type, context_.names().type_of(other),
                      member->type->column == nullptr ? "" : member->type->column->collation)) {
      return;
    }
    ties_.push_back({*member, by ? std::optional(by->entry) : std::nullopt});
  }

  const SqlContext& context_;
  const QueryScope& scope_;
  std::vector<Tie> ties_;
};

bool is_star(Node value) {
  const NodeList fields = value.list("fields");
  return value.is("ColumnRef") && !fields.empty() && fields.back().is("A_Star");
}

// `*` of all, or of the one that is named. False where not all of it is known.
bool add_star(const QueryScope& scope, Node star, std::vector<ShownColumn>& shown) {
  const std::string_view table = column_table(star);
  std::size_t found = 0;
  for (const RangeEntry& entry : scope.entries) {
    if (!table.empty() && entry.name != table) continue;
    if (!entry.columns_known || !entry.node.is("RangeVar") || entry.is_cte) return false;
    for (const OutputColumn& column : entry.columns)
      shown.push_back({&entry, &column, column.name});
    ++found;
  }
  return star.count("fields") <= 2 && (table.empty() ? found > 0 : found == 1);
}

bool has_key(const RangeEntry& entry, const std::set<std::string>& columns) {
  return entry.table->is_unique({columns.begin(), columns.end()});
}

}  // namespace

bool is_whole_table(const SqlContext& context, const RangeEntry& entry) {
  if (entry.table == nullptr || entry.is_cte || entry.table->kind == RelationKind::kView)
    return false;
  if (entry.node["alias"].has("colnames")) return false;  // other names than the keys have
  const std::string name = entry.table->schema + "." + entry.table->name;
  return std::ranges::none_of(context.catalog().tables(), [&](const auto& item) {
    const auto& parents = item.second.inherits;
    return std::ranges::find(parents, name) != parents.end() ||
           std::ranges::find(parents, entry.table->name) != parents.end();
  });
}

std::optional<std::vector<ShownColumn>> shown_columns(const SqlContext& context, Node query) {
  const QueryScope* const scope = context.names().scope_of(query);
  std::vector<ShownColumn> shown;
  if (scope == nullptr) return std::nullopt;
  for (const Node target : query.list("targetList")) {
    const Node value = target["val"];
    if (const auto member = member_of(context, *scope, value)) {
      const RangeEntry& entry = scope->entries[member->entry];
      const std::string_view name = target.has("name") ? target.text("name") : column_name(value);
      shown.push_back({&entry, context.names().resolve(value).column, std::string(name)});
    } else if (!is_star(value) || !add_star(*scope, value, shown)) {
      return std::nullopt;
    }
  }
  return shown;
}

bool tells_rows_apart(const SqlContext& context, Node query, const NodeList& columns) {
  const QueryScope* const scope = context.names().scope_of(query);
  std::vector<ShownColumn> shown;
  if (scope == nullptr) return false;
  for (const Node column : columns) {
    const auto member = member_of(context, *scope, column);
    if (!member) continue;
    shown.push_back({&scope->entries[member->entry], context.names().resolve(column).column, {}});
  }
  return tells_rows_apart(context, query, shown);
}

bool tells_rows_apart(const SqlContext& context, Node query,
                      const std::vector<ShownColumn>& columns) {
  const QueryScope* const scope = context.names().scope_of(query);
  const NodeList from = query.list("fromClause");
  if (scope == nullptr || from.empty() || !std::ranges::all_of(from, is_plain_from)) return false;
  const auto whole = [&](const RangeEntry& entry) { return is_whole_table(context, entry); };
  if (!std::ranges::all_of(scope->entries, whole)) return false;

  Ties ties(context, *scope);
  for (const Node part : conjuncts(query["whereClause"])) ties.add(part, {});
  for (const Node item : from) {
    for (const Node join : item.all("JoinExpr")) {
      const Node chosen = join.text("jointype") == "JOIN_LEFT" ? join["rarg"] : Node{};
      for (const Node part : conjuncts(join["quals"])) ties.add(part, chosen);
    }
  }

  std::vector<std::set<std::string>> shown(scope->entries.size());
  for (const ShownColumn& column : columns) {
    const auto at = static_cast<std::size_t>(column.entry - scope->entries.data());
    if (at < shown.size()) shown[at].insert(column.column->name);
  }
  std::vector<bool> known(scope->entries.size(), false);
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t at = 0; at < known.size(); ++at) {
      if (known[at]) continue;
      const RangeEntry& entry = scope->entries[at];
      // A row that an outer join filled with NULLs has no key that tells it apart.
      std::set<std::string> fixed = entry.nullable ? std::set<std::string>{} : shown[at];
      for (const Tie& tie : ties.all()) {
        if (tie.of.entry == at && (!tie.by || known[*tie.by])) fixed.insert(tie.of.column);
      }
      if (!has_key(entry, fixed)) continue;
      known[at] = true;
      changed = true;
    }
  }
  return std::ranges::all_of(known, [](bool is) { return is; });
}

std::string qualified(const SqlContext& context, Node column_ref) {
  if (!column_table(column_ref).empty()) {
    return std::string(text_of(*context.statement.tree, column_ref));
  }
  const ColumnUse use = context.names().resolve(column_ref);
  if (use.entry == nullptr || use.entry->name.empty()) return {};
  return identifier(use.entry->name) + "." + identifier(column_name(column_ref));
}

}  // namespace pgcounsel
