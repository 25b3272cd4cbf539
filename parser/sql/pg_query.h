// libpg_query, the only file that includes it. Thread-safe; nothing here throws.
#pragma once
#include <optional>
#include <string_view>

#include "parser/sql/fingerprint.h"

namespace pgcounsel {

// The fingerprint of one message's text, nothing when libpg_query's grammar does not accept it.
// REQUIRES: scan_shape(sql).too_complex is false (the parser's recursion is not bounded).
std::optional<Fingerprint> pg_fingerprint(std::string_view sql);

// Gives back what libpg_query keeps for the process; for clean leak reports.
void pg_query_shutdown();

}  // namespace pgcounsel
