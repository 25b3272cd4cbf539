// What the parts of apply_ddl() share: a statement with the catalogue that it changes, and how
// names of objects are read and made.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "parser/schema/catalog.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

struct DdlStep {
  Catalog& catalog;
  const SyntaxTree& tree;
  Node statement;
  std::string_view schema = {};  // of CREATE SCHEMA, for its elements
};

struct ObjectName {
  std::string schema, name;
};
ObjectName name_of(const DdlStep& step, Node range_var);
ObjectName name_of(const DdlStep& step, const std::vector<std::string_view>& parts);
CatalogTable* table_of(const DdlStep& step, Node range_var);  // nullptr: not known
std::string full_name(const CatalogTable& table);             // schema.name
std::string expression_text(const DdlStep& step, Node expression);
std::vector<std::string> strings(const std::vector<std::string_view>& texts);

// `orders_note_idx` of ("orders", {"note"}, "idx"), cut to 63 bytes as PostgreSQL cuts it, with a
// number behind it where the table has an index or a constraint of that name.
std::string made_name(const CatalogTable& table, const std::vector<std::string>& parts,
                      std::string_view label);
// The same for an index over these columns and expressions.
std::string made_index_name(const CatalogTable& table, const std::vector<std::string>& parts);

// Tables whose parent is this one, by PARTITION OF or INHERITS.
std::vector<CatalogTable*> children_of(Catalog& catalog, const CatalogTable& parent);

// The columns that a query gives, under these names as far as they go.
void take_columns(const DdlStep& step, CatalogTable& table, Node query,
                  const std::vector<std::string_view>& names);

// Tables
void create_table(const DdlStep& step);
void create_table_as(const DdlStep& step);
void select_into(const DdlStep& step);
void alter_table(const DdlStep& step);
void add_column(const DdlStep& step, CatalogTable& table, Node column_def);
// Of the table, or of the column that carries it.
void add_constraint(const DdlStep& step, CatalogTable& table, Node constraint,
                    std::string_view column = {});
void add_constraints_of(const DdlStep& step, CatalogTable& table, Node column_def);
// The column as its definition says; the constraints that it carries are not in it.
CatalogColumn column_of(const DdlStep& step, const CatalogTable& table, Node column_def);
void inherit_from(CatalogTable& child, const CatalogTable& parent);
void take_indexes(CatalogTable& partition, const CatalogTable& parent);

// Indexes
void create_index(const DdlStep& step);
IndexKey index_key(const DdlStep& step, Node index_elem);
std::string name_part(Node index_elem);  // what it adds to the name of an index

// Other objects
void create_view(const DdlStep& step);
void create_function(const DdlStep& step);
void create_enum(const DdlStep& step);
void create_composite(const DdlStep& step);
void create_range(const DdlStep& step);
void create_domain(const DdlStep& step);
void alter_domain(const DdlStep& step);
void create_extension(const DdlStep& step);
void create_policy(const DdlStep& step);
void create_trigger(const DdlStep& step);
void set_variable(const DdlStep& step);
void drop_objects(const DdlStep& step);
void rename_object(const DdlStep& step);
void move_object(const DdlStep& step);  // SET SCHEMA

}  // namespace pgcounsel
