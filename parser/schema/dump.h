// Files of DDL -> catalogue: a `schema.sql` as `pg_dump --schema-only` writes it, migrations one
// after the other, or both. psql's commands and the rows behind COPY do not disturb it. What cannot
// be read is counted and told, the rest counts.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "parser/result.h"
#include "parser/schema/catalog.h"

namespace pgcounsel {

struct SkippedStatement {
  std::size_t line = 1;  // of the error
  std::string message;   // the parser's, without values
};

struct SchemaDump {
  Catalog catalog;
  std::size_t statements = 0;  // that were read
  std::size_t skipped_count = 0;
  std::vector<SkippedStatement> skipped;  // the first hundred
};

// The error names the file and the reason.
Result<SchemaDump> read_dump(const std::string& path);

// Applies a text to what is there, in time linear in the text. `SET search_path` holds up to its
// end only, that of ALTER DATABASE for what follows, too.
void add_dump(SchemaDump& dump, std::string_view text);

}  // namespace pgcounsel
