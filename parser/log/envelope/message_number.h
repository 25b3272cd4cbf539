// PostgreSQL numbers what it sends to syslog. `[5-2] ` is the second part of the fifth message of
// its process. Without syslog_sequence_numbers `[2] ` is the second part of some message; without
// syslog_split_messages `[5] ` is the fifth message, which is whole.
#pragma once
#include <cstdint>

#include "parser/log/envelope/envelope.h"

namespace pgcounsel {

// What the numbers at the start of the texts of a log are.
enum class MessageNumbers : std::uint8_t {
  kNone,     // part of the log_line_prefix, which can begin alike: `[%p] `, `[%p-%l] `, `[%l-1] `
  kParts,    // `[2] ` is a part
  kMessages  // `[5] ` is a message
};

// Moves the number at the start of the text to `message` and `part`.
void read_message_number(MessageNumbers numbers, Envelope& envelope);

// Told from the first envelopes of a log, of which no numbers were read yet.
MessageNumbers message_numbers_of(const Envelopes& envelopes);

}  // namespace pgcounsel
