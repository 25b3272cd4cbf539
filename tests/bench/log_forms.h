// The forms in which PostgreSQL 15 and what carries its logs write one record: the same record can
// be had in each. Written for the generator of volume logs, so that formats can be compared.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace pgcounsel::bench {

// A session as the server sees it. One without a user is a process of the server itself.
struct Session {
  std::uint32_t pid = 0;
  std::uint64_t start_ms = 0;  // since 1970
  std::uint64_t lines = 0;     // that it has written
  std::uint32_t port = 0;
  std::uint64_t transactions = 0;
  bool client = true;
  bool known = false;  // user, database: from the authorization on
  std::string user, database, application;
  std::string_view backend = "client backend";
};

// What is empty is not written.
struct Record {
  std::uint64_t time_ms = 0;
  std::string_view severity = "LOG", state = "00000", command;
  std::string message, detail, context, statement;
};

enum class Form { kStderr, kCsv, kJson, kSyslog, kSyslogIso, kDocker, kCri, kPgBouncer };

// False where there is no such form.
bool form_of(std::string_view name, Form& form);

// Appends one record, as the form has it. Stderr has the prefix `%m [%p] %q%u@%d/%a %c `.
void write_record(Form form, const Session& session, const Record& record, std::string& out);

}  // namespace pgcounsel::bench
