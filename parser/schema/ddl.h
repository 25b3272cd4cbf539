// Schema dumps and migrations -> catalogue: what each statement changes, one after the other.
#pragma once
#include <string>

#include "parser/schema/catalog.h"
#include "parser/sql/syntax_tree.h"

namespace pgcounsel {

// What the statement makes of the catalogue; nothing for statements that are no DDL. SET
// search_path and pg_dump's set_config('search_path', ...) count. What changes something that is
// not known (ALTER TABLE, CREATE INDEX on a table that is not there) is left out.
void apply_ddl(Catalog& catalog, const SyntaxTree& statement);

// `bigint` of `{"names":["pg_catalog","int8"]}`, with `[]`; a type that is no built-in one by its
// name, its schema before it unless that is empty. The modifier without blanks: "(10,2)".
std::string type_of(Node type_name);
std::string type_modifier_of(Node type_name);
bool is_serial(Node type_name);  // serial, bigserial, smallserial: `type_of` tells the integer

}  // namespace pgcounsel
