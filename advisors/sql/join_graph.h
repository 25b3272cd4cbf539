// Which items of a query's FROM are tied to which, and by what: the conditions of WHERE and ON as a
// graph. It answers whether a query multiplies rows: an item of which every key is equal to columns
// of others adds no row, one that nothing ties multiplies all.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "advisors/sql/sql_rule.h"
#include "parser/schema/catalog.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

struct JoinItem {
  Node node;          // RangeVar, RangeSubselect, RangeFunction, ...
  std::string name;   // by which columns refer to it
  std::string words;  // for titles: its table, else its alias
  const CatalogTable* table = nullptr;
  bool gives_one_row = false;  // whatever the tables hold
  bool is_lateral = false;     // a function, or LATERAL: it may use items before it
  bool is_target = false;      // of UPDATE or DELETE
  bool nullable = false;       // an outer join may put NULLs
  // Sets of columns that tell its rows apart; not known for a table without a catalogue.
  std::vector<std::vector<std::string>> keys;
  bool keys_known = false;
};

struct JoinColumn {
  std::size_t item = 0;
  std::string name;
  bool operator==(const JoinColumn&) const = default;
};

struct JoinGraph {
  Node query;
  std::vector<JoinItem> items;
  std::vector<std::pair<JoinColumn, JoinColumn>> equal;  // a.x = b.y, of inner and outer joins
  std::vector<JoinColumn> pinned;                        // equal to something without columns
  // By any condition, or meant to be crossed.
  std::vector<std::pair<std::size_t, std::size_t>> tied;
  // Named with another item in a condition that is no equality of columns (OR, a range, a
  // function), so that how many rows go with it is not known.
  std::vector<bool> loose;
  bool uncertain = false;  // a condition may tie items, which is not known

  // Whose column it is; nothing where that is not known or it is of an outer query.
  std::optional<std::size_t> item_of(const SqlContext& context, Node column_ref) const;
  // The part of FROM that holds each item, counted by ties: equal numbers are tied.
  std::vector<std::size_t> parts() const;
  // The items of which one row at most goes with each row of those given, by equal columns and
  // keys; `fixed`: further columns that have one value (GROUP BY).
  std::vector<bool> determined_by(std::vector<bool> given,
                                  const std::vector<JoinColumn>& fixed = {}) const;
};

// Of a plain SELECT, an UPDATE or a DELETE.
JoinGraph join_graph(const SqlContext& context, Node query);

}  // namespace pgcounsel
