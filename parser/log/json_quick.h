// Reads a record of jsonlog straight from the bytes of its line, where it is as a server writes it
// and does not stand at their end. Fields that are known from the latest record of the session, or
// from all records, are passed over as a whole. All others are left to the reader of any JSON.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/log/json_keys.h"
#include "parser/log/json_record.h"
#include "parser/log/session_memory.h"

namespace pgcounsel::json_log {

class QuickRecords {
 public:
  explicit QuickRecords(RecordFields& fields) : fields_(fields) {}

  // Of the object that `rest` begins with; `size` is set to that of the object. Nothing where it is
  // left to the other reader; what is then in the record means nothing.
  std::optional<Verdict> read(std::string_view rest, LogRecord& record, std::size_t& size);

 private:
  // A session's records have the same bytes from the comma behind their time to the session's id.
  // Fields mean the same wherever the same bytes follow the time, so they are read only once.
  struct Session {
    std::string_view head;
    std::uint32_t pid_at = 0;  // in the head
    std::uint32_t pid = 0;
    std::size_t last_key = 0;
    std::string_view user, database, application;
    std::string_view start, tail;
    Client client;
    SessionKey key;
  };

  // Each moves `at`; false where something is not as expected. A record is read in one function, so
  // that what is known of it stays in registers; what seldom happens is not part of it.
  bool read_head(const char*& at, const char* limit, LogRecord& record);
  bool read_new_head(const char*& at, const char* limit, Session& session, LogRecord& record);
  bool go_to_value(const char*& at, const char* limit, Key& key, LogRecord& record);
  bool read_field(const char*& at, const char* limit, Key& key, LogRecord& record);
  bool read_value(const char*& at, const char* limit, Key key, std::string_view& text);
  void keep_start(const char* at, const char* limit);
  void keep_tail(const char* at, const char* limit);

  RecordFields& fields_;
  KeyOrder order_;
  SessionMemory<Session> sessions_;
  Session* session_ = nullptr;  // of the record that is read, where it may be known
};

}  // namespace pgcounsel::json_log
