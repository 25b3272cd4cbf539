#include "parser/sql/names.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "parser/sql/expressions.h"
#include "parser/sql/names_state.h"
#include "parser/sql/output_name.h"

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 6> kSystemColumns = {"ctid", "xmin", "xmax",
                                                            "cmin", "cmax", "tableoid"};

bool is_system_column(const RangeEntry& entry, std::string_view name) {
  return entry.node.is("RangeVar") && entry.query == nullptr && !entry.is_cte &&
         std::ranges::find(kSystemColumns, name) != kSystemColumns.end();
}

// The entries of a scope that a place in its query can see.
struct Sight {
  const BuiltScope* scope = nullptr;
  std::size_t begin = 0, end = 0;

  bool sees(std::size_t at) const {
    const std::size_t hiding = scope->hidden_by[at];
    if (at < begin || at >= end) return false;
    if (hiding == kNowhere) return true;
    const JoinRange& join = scope->joins[hiding];
    return join.begin <= begin && end <= join.end;
  }
};

// A condition of a JOIN sees what stands in it, a function and a LATERAL subquery what stands left
// of them, all else everything.
Sight sight_of(const BuiltScope& scope, Node from) {
  Sight sight{&scope, 0, scope.entries.size()};
  for (Node node = from; node && node != scope.statement; node = node.parent()) {
    if (node.field() == "quals" && node.parent().is("JoinExpr")) {
      const auto join = std::ranges::find(scope.joins, node.parent(), &JoinRange::join);
      if (join != scope.joins.end()) return {&scope, join->begin, join->end};
    }
    if (!node.is("RangeFunction") && !node.is("RangeSubselect") && !node.is("RangeTableFunc")) {
      continue;
    }
    const auto entry = std::ranges::find(scope.entries, node, &RangeEntry::node);
    if (entry != scope.entries.end()) {
      sight.end = static_cast<std::size_t>(entry - scope.entries.begin());
      return sight;
    }
  }
  return sight;
}

const OutputColumn* column_in(const RangeEntry& entry, std::string_view name) {
  const auto found = std::ranges::find(entry.columns, name, &OutputColumn::name);
  return found == entry.columns.end() ? nullptr : &*found;
}

// Of entries with a column of this name, those that a USING makes one are one: the left one's, or
// the right one's of a RIGHT JOIN. Of a FULL JOIN it is neither.
bool merge(const BuiltScope& scope, std::string_view name, std::vector<std::size_t>& found) {
  for (const JoinRange& join : scope.joins) {
    if (found.size() < 2) break;
    if (std::ranges::find(join.merged, name) == join.merged.end()) continue;
    const bool from_right = join.join.text("jointype") == "JOIN_RIGHT";
    const std::size_t before = found.size();
    std::erase_if(found, [&](std::size_t at) {
      return from_right ? at >= join.begin && at < join.middle : at >= join.middle && at < join.end;
    });
    if (found.size() < before && join.join.text("jointype") == "JOIN_FULL") return false;
  }
  return true;
}

ColumnUse use_of(const Sight& sight, std::size_t at, std::string_view name, bool outer) {
  const RangeEntry& entry = sight.scope->entries[at];
  return {sight.scope, &entry, column_in(entry, name), outer};
}

// What a scope says to a name without a table; nothing: ask the next outer one.
struct Looked {
  std::optional<ColumnUse> use;
  std::size_t unknown = kNowhere;  // the entry that may have it
  bool many_unknown = false;
};

bool is_excluded(const Sight& sight, std::size_t at) {
  return sight.scope->entries[at].node.is("OnConflictClause");
}

Looked look_for_column(const Sight& sight, std::string_view name, bool outer) {
  Looked looked;
  std::vector<std::size_t> found;
  for (std::size_t at = sight.begin; at < sight.end; ++at) {
    if (!sight.sees(at) || is_excluded(sight, at)) continue;
    const RangeEntry& entry = sight.scope->entries[at];
    if (column_in(entry, name) != nullptr || is_system_column(entry, name)) {
      found.push_back(at);
    } else if (!entry.columns_known) {
      looked.many_unknown = looked.unknown != kNowhere;
      looked.unknown = at;
    }
  }
  const bool certain = merge(*sight.scope, name, found);
  if (found.size() == 1 && certain) looked.use = use_of(sight, found.front(), name, outer);
  if (found.size() > 1 || !certain) looked.use = ColumnUse{};
  return looked;
}

// What stands in sight under a table's name, with the schema where it is written.
std::size_t entry_named(const Sight& sight, std::string_view schema, std::string_view name) {
  for (std::size_t at = sight.begin; at < sight.end; ++at) {
    const RangeEntry& entry = sight.scope->entries[at];
    if (entry.name != name || !sight.sees(at)) continue;
    if (schema.empty()) return at;
    const std::string_view written = entry.node.text("schemaname");
    const bool same = written.empty() ? entry.table != nullptr && entry.table->schema == schema
                                      : written == schema;
    if (entry.node.is("RangeVar") && !entry.node["alias"] && same) return at;
  }
  return kNowhere;
}

const BuiltScope* outer_of(const BuiltScope& scope) {
  return static_cast<const BuiltScope*>(scope.outer);
}

ColumnUse qualified(const BuiltScope& innermost, Node from, std::string_view schema,
                    std::string_view table, std::string_view column) {
  for (const BuiltScope* scope = &innermost; scope != nullptr; scope = outer_of(*scope)) {
    const Sight sight = sight_of(*scope, from);
    const std::size_t at = entry_named(sight, schema, table);
    if (at != kNowhere) return use_of(sight, at, column, scope != &innermost);
    from = scope->statement;
  }
  return {};
}

// A name that is no column may be a table's: its whole row.
ColumnUse whole_row(const BuiltScope& innermost, Node from, std::string_view name) {
  return qualified(innermost, from, {}, name, {});
}

// `closed`: an entry of which nothing is known has it where nothing else can.
ColumnUse unqualified(const BuiltScope& innermost, Node from, std::string_view name, bool closed) {
  const Node column_ref = from;
  for (const BuiltScope* scope = &innermost; scope != nullptr; scope = outer_of(*scope)) {
    const Sight sight = sight_of(*scope, from);
    const Looked looked = look_for_column(sight, name, scope != &innermost);
    if (looked.use) return *looked.use;
    if (looked.unknown != kNowhere) {
      const bool certain = closed && !looked.many_unknown && scope->outer == nullptr;
      return certain ? use_of(sight, looked.unknown, name, scope != &innermost) : ColumnUse{};
    }
    from = scope->statement;
  }
  return whole_row(innermost, column_ref, name);
}

bool is_bare_item(Node column_ref, std::string_view clause, Node statement) {
  Node item = column_ref;
  if (item.parent().is("SortBy")) item = item.parent();
  return item.field() == clause && item.parent() == statement;
}

}  // namespace

const RangeEntry* entry_of(const QueryScope& scope, Node from_item) {
  const auto found = std::ranges::find(scope.entries, from_item, &RangeEntry::node);
  return found == scope.entries.end() ? nullptr : &*found;
}

Node output_alias_of(const QueryScope& scope, Node column_ref) {
  const NodeList fields = column_ref.list("fields");
  if (fields.size() != 1) return {};
  const bool sorts = is_bare_item(column_ref, "sortClause", scope.statement);
  if (!sorts && !is_bare_item(column_ref, "groupClause", scope.statement)) return {};
  Node query = scope.statement;
  while (query["larg"]) query = query["larg"];
  for (const Node target : query.list("targetList")) {
    const std::string_view name =
        target.has("name") ? target.text("name") : output_name(target["val"]);
    if (name == column_name(column_ref)) return target;
  }
  return {};
}

const ResolvedNames* ResolvedNames::owner_of(Node node) const {
  if (!node || node.is_of_same_tree(statement)) return node ? this : nullptr;
  for (const OpenedView& view : views) {
    if (const ResolvedNames* owner = view.names->owner_of(node)) return owner;
  }
  return nullptr;
}

const BuiltScope* ResolvedNames::scope_at(Node node) const {
  for (; node; node = node.parent()) {
    const auto found = scope_of_id.find(node.id());
    if (found != scope_of_id.end() && found->second->statement == node) return found->second;
  }
  return nullptr;
}

ColumnUse ResolvedNames::resolve(Node column_ref) const {
  const BuiltScope* scope = scope_at(column_ref);
  const NodeList fields = column_ref.list("fields");
  if (scope == nullptr || fields.empty()) return {};
  const auto part = [&](std::size_t from_end) -> std::string_view {
    return fields.size() < from_end ? std::string_view{}
                                    : fields[fields.size() - from_end].text("sval");
  };
  if (fields.size() > 1) return qualified(*scope, column_ref, part(3), part(2), part(1));
  if (!fields.front().is("String")) return {};
  const Node alias = output_alias_of(*scope, column_ref);
  if (!alias) return unqualified(*scope, column_ref, part(1), closed);
  const bool sorts = is_bare_item(column_ref, "sortClause", scope->statement);
  if (!sorts) {  // GROUP BY prefers columns of FROM
    const ColumnUse use = unqualified(*scope, column_ref, part(1), false);
    if (use.column != nullptr && !use.outer) return use;
  }
  return alias["val"].is("ColumnRef") && alias.parent() == scope->statement ? resolve(alias["val"])
                                                                            : ColumnUse{};
}

Names::Names() = default;
Names::~Names() = default;
Names::Names(Names&&) noexcept = default;
Names& Names::operator=(Names&&) noexcept = default;

Names::Names(Node statement, const Catalog& catalog) : state_(std::make_unique<State>()) {
  state_->catalog = &catalog;
  state_->statement = statement;
  build_scopes(*state_);
}

const QueryScope* Names::scope_of(Node node) const {
  const ResolvedNames* names = state_ == nullptr ? nullptr : state_->owner_of(node);
  return names == nullptr ? nullptr : names->scope_at(node);
}

std::vector<const QueryScope*> Names::scopes() const {
  std::vector<const QueryScope*> scopes;
  if (state_ == nullptr) return scopes;
  for (const BuiltScope& scope : state_->scopes) scopes.push_back(&scope);
  return scopes;
}

ColumnUse Names::resolve(Node column_ref) const {
  const ResolvedNames* names = state_ == nullptr ? nullptr : state_->owner_of(column_ref);
  return names == nullptr ? ColumnUse{} : names->resolve(column_ref);
}

std::string Names::type_of(Node expression) const {
  const ResolvedNames* names = state_ == nullptr ? nullptr : state_->owner_of(expression);
  return names == nullptr ? std::string{} : names->type_of(expression);
}

bool Names::is_not_null(Node expression) const {
  const ResolvedNames* names = state_ == nullptr ? nullptr : state_->owner_of(expression);
  return names != nullptr && names->is_not_null(expression);
}

}  // namespace pgcounsel
