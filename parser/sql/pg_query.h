// libpg_query, the only file that includes it. Thread-safe; nothing here throws.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "parser/sql/fingerprint.h"

namespace pgcounsel {

// The fingerprint of one message's text, nothing when libpg_query's grammar does not accept it.
// REQUIRES: scan_shape(sql).too_complex is false (the parser's recursion is not bounded).
std::optional<Fingerprint> pg_fingerprint(std::string_view sql);

// The tree of one text as libpg_query prints it, JSON; positions are bytes of the text. Where it is
// refused: PostgreSQL's message without what it quotes of the text, and where.
// REQUIRES: as pg_fingerprint().
struct PgParse {
  std::string json;
  std::string message;  // empty: it was parsed
  std::size_t position = 0;
};
PgParse pg_parse(std::string_view sql);

// Gives back what libpg_query keeps for the process; for clean leak reports.
void pg_query_shutdown();

}  // namespace pgcounsel
