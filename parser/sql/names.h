// Whose columns the names of a statement are: the queries of a statement as scopes with what stands
// in their FROM, resolved against a catalogue by PostgreSQL's own rules (aliases, CTEs, subqueries,
// LATERAL, USING, search_path). Without a catalogue, and where it is silent, the answer is "not
// known", never a guess.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "parser/schema/catalog.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

struct QueryScope;

// A column that a relation or a query gives, as far as it is known.
struct OutputColumn {
  std::string name;
  std::string type;                     // as in the catalogue; empty: not known
  bool not_null = false;                // it is known never to be NULL
  const CatalogTable* table = nullptr;  // whose column it is, unchanged
  const CatalogColumn* column = nullptr;
};

// An item of FROM, or the target of INSERT, UPDATE, DELETE or MERGE, or `excluded`, whose node is
// the OnConflictClause. What stands in a JOIN with an alias is an entry, too, but only its alias is
// seen from outside of it.
struct RangeEntry {
  Node node;         // RangeVar, RangeSubselect, RangeFunction, JoinExpr with an alias, ...
  std::string name;  // by which columns refer to it: its alias, else its own name
  const CatalogTable* table = nullptr;  // of a RangeVar that the catalogue knows
  const QueryScope* query = nullptr;    // of a subquery, a CTE or a view that was opened
  bool is_cte = false;
  bool is_target = false;  // INSERT INTO it, UPDATE it, ...
  bool nullable = false;   // an outer join may put NULLs for its columns
  std::vector<OutputColumn> columns;
  bool columns_known = false;
};

// A SELECT (each arm of a UNION for itself), INSERT, UPDATE, DELETE or MERGE. The whole of a UNION
// is one without entries that gives what its arms have in common, under the names of the left one.
struct QueryScope {
  Node statement;
  const QueryScope* outer = nullptr;  // where it can see names of, too
  std::vector<RangeEntry> entries;    // in the order of FROM; the target comes first
  std::vector<OutputColumn> output;   // of the select list or RETURNING
  bool output_known = false;          // all columns of the output are there
};

// What a ColumnRef names. `entry` is null where that is not known or ambiguous. A name without a
// table belongs to the only entry of which nothing is known where nothing else can have it.
struct ColumnUse {
  const QueryScope* scope = nullptr;  // whose entry it is; not the scope it stands in if `outer`
  const RangeEntry* entry = nullptr;
  const OutputColumn* column = nullptr;  // null: whole row, or a column that is not known
  bool outer = false;                    // it names something outside of the query it stands in
};

class Names {
 public:
  Names();
  ~Names();
  Names(Names&&) noexcept;
  Names& operator=(Names&&) noexcept;
  // Both must live, and the tree's data must stay, as long as the names are used.
  Names(Node statement, const Catalog& catalog);

  // The innermost query that the node stands in, or is; nullptr for statements without queries. As
  // all questions here, it may be asked about nodes of views that were opened, too.
  const QueryScope* scope_of(Node node) const;
  std::vector<const QueryScope*> scopes() const;  // outer ones first
  ColumnUse resolve(Node column_ref) const;
  // The type of an expression as in the catalogue, `unknown` for a string without a type; empty
  // where it is not known.
  std::string type_of(Node expression) const;
  // Whether the expression is known never to be NULL.
  bool is_not_null(Node expression) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pgcounsel
