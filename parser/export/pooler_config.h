// A pgbouncer.ini, as rows of the kind that SHOW DATABASES gives: how large each pool may become.
// Of a connection string only names and sizes are read; passwords and hosts go nowhere.
// A database that sets no size of its own has default_pool_size, as all have that are not listed:
// their row has the name `*`. %include is not followed.
#pragma once
#include <string_view>

#include "parser/export/exports.h"

namespace pgcounsel {

// Has it a section [pgbouncer] or [databases], and nothing before it but comments?
bool is_pooler_config(std::string_view head);
// Lines that are neither a section nor a setting count as unparsed.
ExportCounts read_pooler_config(std::string_view bytes, const TakeExportRow& take);

}  // namespace pgcounsel
