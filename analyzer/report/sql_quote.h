// Names and words as PostgreSQL reads them back, whatever they hold: for commands that a person
// pastes into psql. What is not shown as it is (control characters, marks that turn the direction
// of writing, bytes that are no UTF-8) is written as an escape, so a command is safe to look at,
// too.
#pragma once
#include <string>
#include <string_view>

namespace pgcounsel {

// `"name"`; `U&"\000a"` where it holds what is not shown.
std::string quoted_identifier(std::string_view name);

// `'text'`; `E'…'` where it holds backslashes or what is not shown, which is read the same with
// standard_conforming_strings on and off.
std::string quoted_literal(std::string_view text);

// ` ILIKE '%UPDATE%carts%SET%touched!_at%' ESCAPE '!'`: finds a statement in
// pg_stat_activity.query, where it stands as the client wrote it, by its normalised text up to the
// first parameter. A blank matches anything, because line ends and comments were one there. Empty
// where what is left says too little.
std::string like_statement(std::string_view normalised);

}  // namespace pgcounsel
