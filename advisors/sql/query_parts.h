// The queries of a statement and what stands in each of them, without what stands in the queries
// inside it. Needs the text only: what a name means beyond that, `Names` knows.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "advisors/sql/sql_rule.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// SELECT (also VALUES, and each arm of a set operation), INSERT, UPDATE, DELETE or MERGE.
bool is_query(Node node);
bool is_plain_select(Node node);         // neither VALUES nor a set operation
bool has_plain_distinct(Node select);    // DISTINCT without ON
bool has_ordered_subquery(Node select);  // in FROM
// All of a statement, outer ones first.
NodeList queries_of(Node root);
NodeList selects_of(Node root);  // plain ones
// The node and what is below it, except for the queries inside; in the order of the text.
NodeList own_nodes(Node query);
NodeList own_nodes(Node query, std::string_view kind);
// The innermost query that holds the node, not the node itself.
Node query_around(Node node);

// The conjuncts of WHERE and of the ON of inner joins: what every row of the result fulfils.
NodeList filters_of(Node query);
// The same with the ON of outer joins.
NodeList conditions_of(Node query);

// A statement of an application that reads or writes rows; not one of a migration, no DDL.
bool is_application_query(const SqlContext& context);
// The table is made by the checked files themselves, so that it has few rows or none, or it is a
// temporary one.
bool is_new_table(const SqlContext& context, Node range_var);

// What statistics in the catalogue say of its rows; nothing where there are none.
std::optional<double> known_rows(const SqlContext& context, Node range_var);
bool is_known_small(const SqlContext& context, Node range_var);  // under 1,000 rows

// A SELECT, or the RETURNING of an INSERT, that gives one row at most, whatever the tables hold.
bool gives_one_row(Node select);
// The query of the CTE that the RangeVar names; nothing where it is a table. Under a WITH of more
// than 500 any name is taken for one of them.
Node cte_query(Node range_var);
// The RangeVar whose column it is, as far as the text alone tells.
Node relation_of(Node column_ref);
// What columns of a FROM item are called by: its alias, else the table's name.
std::string_view alias_of(Node from_item);
// `orders.user_id` where the table is known, else as it is written.
std::string column_title(const SqlContext& context, Node column_ref);
// The table of the catalogue whose column it is, and the column; null pointers where not known.
struct ColumnHome {
  const CatalogTable* table = nullptr;
  const CatalogColumn* column = nullptr;
};
ColumnHome home_of(const SqlContext& context, Node column_ref);
// Its words do not depend on the row: literals, parameters, and calls and operators of these.
bool is_free_of_columns(Node node);
// Both name the same column by the same words.
bool is_same_column(Node left, Node right);

}  // namespace pgcounsel
