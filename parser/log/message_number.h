// PostgreSQL numbers what it sends to syslog: `[5-2] ` is the second part of the fifth message of
// its process, `[5] ` a whole message where the server does not split them (syslog_split_messages).
#pragma once
#include "parser/log/envelope.h"

namespace pgcounsel {

// Moves the number at the start of the text to `message` and `part`.
void read_message_number(Envelope& envelope);

// Whether the numbers at the start of these texts are such. A log_line_prefix can begin alike:
// `[%p] `, `[%p-%l] `, `[%l-1] `. True where no text has a number.
bool are_messages_numbered(const Envelopes& envelopes);

}  // namespace pgcounsel
