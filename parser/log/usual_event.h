// The events of the most frequent messages of a log in English (durations, temporary files,
// connections), read without the table of messages. What is read is what the table's rows say of
// such a message.
#pragma once
#include <string_view>

#include "parser/log/event.h"

namespace pgcounsel {

// Whether the message of a LOG record is one of them; `event` gets what it says.
bool read_usual_event(std::string_view message, Event& event);

// The SQL behind `S_1/C_2: `, `<unnamed>: `, `fetch from S_1: `; a blank may precede the colon.
std::string_view after_name(std::string_view text);

// What an empty message of the protocol runs, as connection pools send to test a connection.
inline std::string_view or_empty_statement(std::string_view text) {
  return text.empty() ? ";" : text;
}

}  // namespace pgcounsel
