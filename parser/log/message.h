// THE table of server messages: which text is which class of event, which SQLSTATE it carries, and
// how it reads with its values folded. Every captured value is secret: only the folded text is
// kept.
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "parser/log/record.h"

namespace pgcounsel {

struct MessageRow {
  std::string_view event_class;  // class of report events; empty for plain errors
  std::string_view sqlstate;     // what the server sends with this text; empty: several
  std::string_view text;         // `*` stands for a value
  std::string_view sample;       // a line that a server wrote (recorded) or its source text makes
};

std::span<const MessageRow> message_table();

// The row of a message, nullptr when the table has none.
const MessageRow* find_message(std::string_view message);

// The row's text with its values folded: `relation "…" does not exist`.
std::string folded_text(const MessageRow& row);

}  // namespace pgcounsel
