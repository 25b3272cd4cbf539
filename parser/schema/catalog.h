// What is known of a database's schema, and, from a snapshot, of its sizes: tables, columns, keys,
// indexes, views, functions, types. It is filled by the readers of schema dumps, migrations and
// snapshots; whatever asks it must take "not known" for an answer. Names are as the catalogue of a
// server has them (folded, without quotes), types as format_type() writes them without modifiers
// (`bigint`, `character varying`, `timestamp without time zone`, `text[]`).
#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

// Stands for a collation that is not known: of a view's column that is an expression.
inline constexpr std::string_view kSomeCollation = "?";

struct CatalogColumn {
  std::string name;
  std::string type;           // empty: not known
  std::string type_modifier;  // "(20)", "(10,2)"
  std::string collation;
  bool not_null = false;
  bool has_default = false;
  bool identity = false;
  bool generated = false;  // GENERATED ALWAYS AS (...) STORED
  std::string default_text;
};

struct IndexKey {
  std::string column;      // empty: an expression
  std::string expression;  // its text
  std::string opclass, collation;
  bool descending = false;
  bool nulls_first = false;
};

struct CatalogIndex {
  std::string name;
  std::string method = "btree";
  std::vector<IndexKey> keys;
  std::vector<std::string> included;
  std::string predicate;  // its text; empty: the index has all rows
  bool unique = false;
  bool primary = false;
  bool of_constraint = false;
  bool deferrable = false;
  bool valid = true;
};

struct ForeignKey {
  std::string name;
  std::vector<std::string> columns;
  std::string referenced_schema, referenced_table;
  std::vector<std::string> referenced_columns;  // empty: the primary key
  bool validated = true;
  bool deferrable = false;
  std::string on_delete = "no action";  // cascade, restrict, set null, set default
};

struct CheckConstraint {
  std::string name;
  std::string text;
  std::string not_null_column;  // of CHECK (c IS NOT NULL)
  bool validated = true;
};

struct Policy {
  std::string name;
  std::string command = "all";
  std::vector<std::string> roles;
  bool permissive = true;
  std::string using_text, check_text;
};

enum class RelationKind : std::uint8_t {
  kTable,
  kPartitioned,
  kView,
  kMaterializedView,
  kForeignTable,
};

struct CatalogTable {
  std::string schema, name;
  RelationKind kind = RelationKind::kTable;
  std::vector<CatalogColumn> columns;
  bool columns_known = true;
  std::vector<CatalogIndex> indexes;  // those of constraints, too
  std::vector<ForeignKey> foreign_keys;
  std::vector<CheckConstraint> checks;
  std::vector<Policy> policies;
  std::vector<std::string> triggers;  // names
  bool row_security = false;
  bool unlogged = false;
  bool temporary = false;
  std::string partition_of;   // schema.name of the parent
  std::string partition_key;  // text
  std::vector<std::string> inherits;
  std::string view_text;       // the query of a view
  std::optional<double> rows;  // pg_class.reltuples, where a snapshot tells it
  std::optional<double> bytes;

  const CatalogColumn* column(std::string_view name) const;
  const CatalogIndex* primary_key() const;
  // Whether rows cannot agree in these columns: a unique index without a predicate, not deferrable,
  // valid, plain columns that are a part of `columns`, all of them NOT NULL.
  bool is_unique(const std::vector<std::string>& columns) const;
};

enum class Volatility : std::uint8_t { kImmutable, kStable, kVolatile };

struct CatalogFunction {
  std::string schema, name;
  std::size_t arguments = 0;
  std::string returns;  // type; empty: not known
  std::string language;
  Volatility volatility = Volatility::kVolatile;
  bool returns_set = false;
  bool strict = false;
};

struct CatalogType {
  enum class Kind : std::uint8_t { kEnum, kDomain, kComposite, kRange };
  std::string schema, name;
  Kind kind = Kind::kEnum;
  std::string base;  // of a domain
  bool not_null = false;
};

class Catalog {
 public:
  // Looks among temporary tables (`pg_temp`) and along the search path where `schema` is empty;
  // nullptr where nothing is known. Names are compared as they stand.
  const CatalogTable* table(std::string_view schema, std::string_view name) const;
  CatalogTable* table(std::string_view schema, std::string_view name);
  // All of that name, whatever their arguments.
  std::vector<const CatalogFunction*> functions(std::string_view schema,
                                                std::string_view name) const;
  const CatalogType* type(std::string_view schema, std::string_view name) const;
  // The table that has an index of this name, and the index; without a schema that of the first one
  // of the search path, else any.
  std::pair<const CatalogTable*, const CatalogIndex*> index(std::string_view schema,
                                                            std::string_view name) const;
  std::pair<CatalogTable*, CatalogIndex*> index(std::string_view schema, std::string_view name);
  // Of the schema given, else of the first one of the search path.
  CatalogTable& add_table(std::string_view schema, std::string_view name);
  void remove_table(std::string_view schema, std::string_view name);
  // The table stays where it is in memory. What is there under the new name is gone.
  void rename_table(CatalogTable& table, std::string_view schema, std::string_view name);
  // Where objects without a schema are made.
  std::string_view first_schema() const;

  // By schema and name. Tables do not move while others come and go.
  using Tables = std::map<std::pair<std::string, std::string>, CatalogTable, std::less<>>;
  const Tables& tables() const { return tables_; }
  bool empty() const { return tables_.empty() && function_list.empty() && type_list.empty(); }

  std::vector<CatalogFunction> function_list;
  std::vector<CatalogType> type_list;
  std::vector<std::string> extensions;
  std::vector<std::string> search_path{"public"};
  std::optional<int> server_version;  // 150004

 private:
  Tables tables_;
};

}  // namespace pgcounsel
