// What the fields of a record of jsonlog say. Readers find them in the bytes in their own ways, and
// put each here into the record; in the end it is told whether it is one.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "parser/json.h"
#include "parser/log/chunk.h"
#include "parser/log/json_keys.h"
#include "parser/log/record.h"
#include "parser/number.h"
#include "parser/time.h"

namespace pgcounsel::json_log {

enum class Verdict { kRecord, kForeign, kNone };

// csvlog writes a client's address and port as one text.
struct Client {
  std::string_view host, port, joined;
};

class RecordFields {
 public:
  RecordFields(const Zone& zone, ChunkRecords& out) : out_(out), times_(zone) {}

  // Before the fields of each record.
  void begin() {
    has_program_ = false;
    program_ = {};
    line_ = {};
    port_ = {};
    client_ = nullptr;
  }

  // What a field says, as text.
  std::string_view text_of(const JsonField& field) {
    const bool is_plain = field.is_plain || field.kind == JsonField::Kind::kNumber;
    return is_plain ? field.raw : text_of_other(field.kind, field.raw);
  }
  // Not of the whole field, so that a plain one need not lie in memory.
  std::string_view text_of_other(JsonField::Kind kind, std::string_view raw);

  [[gnu::always_inline]] void apply(Key key, std::string_view text, LogRecord& record) {
    switch (key) {
      case Key::kTime:
        apply_time(text, record);
        break;
      case Key::kUser:
        record.user = text;
        break;
      case Key::kDatabase:
        record.database = text;
        break;
      case Key::kPid:
        record.pid = number_of<std::uint32_t>(text);
        break;
      case Key::kHost:
        record.host = text;
        break;
      case Key::kPort:
        port_ = text;
        break;
      case Key::kSessionId:
        if (std::uint64_t id = 0; read_hex_pair(text, id) && id >> 32 != 0) {
          record.session.id = id;
        } else {
          record.session = session_of_id(text).value_or(SessionKey{});
        }
        break;
      case Key::kSessionLine:
        record.session_line = number_of<std::uint64_t>(text);
        record.line_counter = LineCounter::kJson;
        break;
      case Key::kVirtualXid:
        if (!text.empty()) record.in_transaction = !text.ends_with("/0");
        break;
      case Key::kSeverity:
        apply_severity(text, record);
        break;
      case Key::kSqlstate:
        record.sqlstate = text;
        break;
      case Key::kMessage:
        record.message = text;
        break;
      case Key::kDetail:
        record.detail = text;
        break;
      case Key::kHint:
        record.hint = text;
        break;
      case Key::kQuery:
        record.query = text;
        break;
      case Key::kContext:
        record.context = text;
        break;
      case Key::kStatement:
        record.statement = text;
        break;
      case Key::kApplication:
        record.application = text;
        break;
      case Key::kQueryId:
        record.query_id = number_of<std::int64_t>(text);
        break;
      case Key::kServer:
        record.server = text;
        break;
      case Key::kProgram:
        has_program_ = true;
        program_ = text;
        break;
      case Key::kLine:
        has_program_ = true;
        line_ = text;
        break;
      case Key::kNone:
      case Key::kInside:
        break;
    }
  }

  // The client of what was read up to here, and one that is known from another record, which must
  // stay where it is until the verdict.
  Client client_of(const LogRecord& record);
  void set_client(const Client& client, LogRecord& record) {
    record.host = client.host;
    port_ = client.port;
    client_ = &client;
  }

  // Behind the last field.
  Verdict verdict_of(LogRecord& record);

 private:
  static void apply_severity(std::string_view text, LogRecord& record) {
    const bool is_usual = text == "LOG";
    record.severity = is_usual ? Severity::kLog : severity_named(text);
    record.localised = !is_usual && !is_english_severity(text);
  }

  void apply_time(std::string_view text, LogRecord& record) {
    const LogTime* const time = times_.next(text);
    if (time == nullptr) return;
    record.time = time->time;
    record.has_time = true;
    record.has_fraction = time->has_fraction;
    record.zone_is_certain = time->zone_is_certain;
  }

  std::string_view joined(std::string_view host, std::string_view port);
  std::string_view host_and_port(const LogRecord& record);
  bool read_line_of_server(LogRecord& record);

  ChunkRecords& out_;
  LogTimes times_;
  std::array<Client, 256> clients_;  // the latest: they come again and again
  const Client* client_ = nullptr;   // of the record, where it is known
  std::string_view port_, program_, line_;
  bool has_program_ = false;
};

}  // namespace pgcounsel::json_log
