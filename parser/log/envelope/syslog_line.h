// The header of one syslog entry: RFC 3164 as files and relays write it, rsyslog's RFC 3339 time,
// RFC 5424, Heroku's logplex, and the short forms of journalctl. All may come in one file.
//   Feb 11 13:15:39 host postgres[10808]: [5-2] text
//   <134>1 2023-06-05T19:33:14+00:00 host postgres 10808 - - [5-2] text
//   2019-03-14T00:22:56+00:00 app[postgres.4882]: [GREEN] [15-1]  text
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "parser/log/envelope/envelope.h"
#include "parser/log/envelope/message_number.h"
#include "parser/log/envelope/syslog_year.h"
#include "parser/time.h"

namespace pgcounsel {

struct SyslogDialect {
  Zone zone;                         // of times without one
  std::optional<SyslogStart> start;  // where times have no year; without it they are not read
  MessageNumbers numbers = MessageNumbers::kParts;
};

class SyslogHeaderReader {
 public:
  explicit SyslogHeaderReader(const SyslogDialect& dialect) : dialect_(dialect) {}

  // The entries must stay where they are as long as the reader lives.
  // Fills time, host, program, stream, pid, message, part and text; false when it is no entry.
  bool read(std::string_view entry, Envelope& out);
  // Whether the entry last read came from logplex.
  bool is_logplex() const { return is_logplex_; }

 private:
  bool read_rfc5424(std::string_view rest, Envelope& out);
  bool read_tagged(std::string_view rest, Envelope& out);
  bool read_same(std::string_view rest, Envelope& out) const;
  std::size_t read_time(std::string_view text, Envelope& out);

  const SyslogDialect& dialect_;
  bool is_logplex_ = false;
  std::string last_time_;  // the text of the last time without a year, and what it is
  LogTime last_{};
  // `host postgres[` of the last entry: mostly the next one begins alike.
  std::string_view last_head_, last_host_, last_program_;
};

}  // namespace pgcounsel
