// What Names holds: the scopes of a statement and what of them only resolving needs.
#pragma once
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "parser/sql/names.h"

namespace pgcounsel {

inline constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

// A JOIN and the entries that stand in it.
struct JoinRange {
  Node join;
  std::size_t begin = 0, middle = 0, end = 0;  // entries; the right side's begin at `middle`
  std::vector<std::string> merged;             // columns of USING and NATURAL
};

struct BuiltScope : QueryScope {
  std::vector<JoinRange> joins;        // inner ones before outer ones
  std::vector<std::size_t> hidden_by;  // for each entry, the aliased join that hides it
};

struct OpenedView;

struct ResolvedNames {
  const Catalog* catalog = nullptr;
  Node statement;
  bool closed = true;  // no names but those of its queries can be meant
  int depth = 0;       // of views in views
  std::deque<BuiltScope> scopes;
  std::unordered_map<std::size_t, BuiltScope*> scope_of_id;
  std::deque<OpenedView> views;

  // The names of the view, or of the statement itself, in whose tree the node stands.
  const ResolvedNames* owner_of(Node node) const;
  const BuiltScope* scope_at(Node node) const;  // of the innermost query around the node
  ColumnUse resolve(Node column_ref) const;
  std::string type_of(Node expression) const;
  bool is_not_null(Node expression) const;
};

struct OpenedView {
  SyntaxTree tree;
  std::unique_ptr<ResolvedNames> names;
};

struct Names::State : ResolvedNames {};

// Fills the scopes of `names`, whose statement, catalogue and depth are set.
void build_scopes(ResolvedNames& names);

// The output column that a bare name in ORDER BY or GROUP BY means, where it means one: its
// ResTarget.
Node output_alias_of(const QueryScope& scope, Node column_ref);

// The entry of `scope` that this FROM item is; nullptr where it has none.
const RangeEntry* entry_of(const QueryScope& scope, Node from_item);

}  // namespace pgcounsel
