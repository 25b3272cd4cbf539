#include "parser/log/json_log.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "parser/json_flat.h"
#include "parser/json_stream.h"
#include "parser/log/json_keys.h"
#include "parser/log/prefix/prefix.h"
#include "parser/log/stderr_log.h"
#include "parser/number.h"
#include "parser/time.h"

namespace pgcounsel {
namespace {

using json_log::Key;
using json_log::KeyOrder;
using json_log::KeyText;
using json_log::kKeys;
using json_log::place_of;

// csvlog writes a client's address and port as one text. Clients come again and again: the texts
// of the latest are kept at hand.
class Hosts {
 public:
  std::string_view joined(std::string_view host, std::string_view port, ChunkRecords& out) {
    if (host.empty() || port.empty()) return host;
    Known& known = known_[number_of<std::uint32_t>(port) % known_.size()];
    if (known.host != host || known.port != port) {
      std::string text(host);
      text.append(":").append(port);
      known = {host, port, out.arena.keep(text)};
    }
    return known.joined;
  }

 private:
  struct Known {
    std::string_view host, port, joined;
  };
  std::array<Known, 256> known_;
};

// What may be known of the fields behind a key.
enum class Shortcut : std::uint8_t { kNone, kSessionLine, kStart, kSeverity, kTail };

constexpr auto kShortcuts = [] {
  std::array<Shortcut, kKeys.size()> shortcuts{};
  shortcuts[place_of("session_id")] = Shortcut::kSessionLine;
  shortcuts[place_of("ps")] = Shortcut::kStart;
  shortcuts[place_of("txid")] = Shortcut::kSeverity;
  for (const std::string_view key : {"message", "detail", "hint", "context", "statement"}) {
    shortcuts[place_of(key)] = Shortcut::kTail;
  }
  return shortcuts;
}();
constexpr std::string_view kUsualSeverity = ",\"error_severity\":\"LOG\",\"message\":";
constexpr std::size_t kVirtualXidPlace = place_of("vxid");
constexpr std::size_t kMessagePlace = place_of("message");
constexpr std::size_t kQueryIdPlace = place_of("query_id");

enum class Verdict { kRecord, kForeign, kNone };

class RecordReader {
 public:
  RecordReader(const Zone& zone, ChunkRecords& out) : out_(out), times_(zone) {}

  Verdict read(const JsonFields& fields, LogRecord& record) {
    begin();
    apply_all(fields, record, 0);
    return verdict_of(record);
  }

  // Of the line of an object that begins with `rest`; `size` is set to that of the object. Nothing
  // where it is not just as a server writes it, or near the end of the bytes.
  std::optional<Verdict> read_quickly(std::string_view rest, LogRecord& record, std::size_t& size) {
    if (rest.size() < kMargin) return std::nullopt;
    begin();
    order_.begin();
    const char* const limit = rest.data() + rest.size() - kMargin;
    const char* at = rest.data();
    Key key = Key::kNone;
    if (!read_field(at, limit, key, record)) return std::nullopt;
    if (key == Key::kTime && *at == ',' && !read_head(at, limit, record)) return std::nullopt;
    while (*at == ',') {
      std::string_view text;
      if (!go_to_value(at, limit, key, record) || !read_value(at, limit, key, text)) {
        return std::nullopt;
      }
      if (key != Key::kNone) apply(key, text, record);
    }
    if (at >= limit || at[0] != '}' || at[1] != '\n') return std::nullopt;
    size = static_cast<std::size_t>(at + 1 - rest.data());
    return verdict_of(record);
  }

  // Of the line of an object; nothing where that is not of the usual kind.
  std::optional<Verdict> read_line(std::string_view line, LogRecord& record) {
    begin();
    if (!scan_flat_json(line, LineTaker{*this, record})) return std::nullopt;
    return verdict_of(record);
  }

 private:
  static constexpr std::size_t kDeepest = 3;
  static constexpr unsigned kSessionBits = 7;
  static constexpr std::uint32_t kPidName = 7;  // `,"pid":`

  static constexpr std::uint32_t bit_of(Key key) {
    return std::uint32_t{1} << static_cast<unsigned>(key);
  }

  struct LineTaker {
    bool take(const JsonField& field) {
      const Key key = kKeys[place_of(field.key)].key;
      if (key == Key::kInside) return false;
      if (key != Key::kNone) reader.apply(key, reader.text_of(field), record);
      return true;
    }
    RecordReader& reader;
    LogRecord& record;
  };

  // How far behind the end of a line must be looked at.
  static constexpr std::size_t kMargin = KeyText::kMostSize + 16;

  // A session's records have the same bytes from the comma behind their time to the session's id.
  // Fields mean the same wherever the same bytes follow the time, so they are read only once.
  struct Session {
    std::string_view head;
    std::uint32_t pid_at = 0;  // in the head
    std::uint32_t pid = 0;
    std::size_t last_key = 0;
    std::string_view user, database, host, port, joined, application;
    std::string_view start, tail;
    SessionKey key;
  };

  // By what stands where the last record had the process id: that is where this one has its own, or
  // near enough for some of it.
  Session& session_at(const char* head, const char* limit) {
    const char* const pid = head + pid_at_;
    if (pid >= limit) return sessions_[0];
    std::uint64_t first = 0, second = 0;
    std::memcpy(&first, pid, sizeof first);
    std::memcpy(&second, pid + sizeof first, sizeof second);
    const std::uint64_t mixed = (first + (second << 32 | second >> 32)) * 0x9E3779B97F4A7C15;
    return sessions_[mixed >> (64 - kSessionBits)];
  }

  // Moves `at` from the comma behind a time to behind the session's id, or some field before it;
  // false where some is not as expected.
  bool read_head(const char*& at, const char* limit, LogRecord& record) {
    Session& session = session_at(at, limit);
    session_ = &session;
    if (!stands_at(session.head, at, limit)) {
      return read_new_head(at, limit, session, record);
    }
    at += session.head.size();
    order_.go_on_behind(session.last_key);
    pid_at_ = session.pid_at;
    record.user = session.user;
    record.database = session.database;
    record.host = session.host;
    record.pid = session.pid;
    record.session = session.key;
    port_ = session.port;
    return true;
  }

  [[gnu::noinline]] bool read_new_head(const char*& at, const char* limit, Session& session,
                                       LogRecord& record) {
    constexpr std::uint32_t kOfHeads =
        bit_of(Key::kNone) | bit_of(Key::kUser) | bit_of(Key::kDatabase) | bit_of(Key::kPid) |
        bit_of(Key::kHost) | bit_of(Key::kPort) | bit_of(Key::kSessionId);
    const char* const head = at;
    session.head = {};
    Key key = Key::kNone;
    std::uint32_t pid_at = 0;
    do {
      const char* const from = at;
      if (!read_field(at, limit, key, record)) return false;
      if (key == Key::kPid) pid_at = static_cast<std::uint32_t>(from - head) + kPidName;
    } while (*at == ',' && key != Key::kSessionId && (bit_of(key) & kOfHeads) != 0);
    if (key != Key::kSessionId) return true;
    pid_at_ = pid_at;
    session.head = flat_json::view(head, at);
    session.pid_at = pid_at;
    session.pid = record.pid;
    session.last_key = order_.last();
    session.user = record.user;
    session.database = record.database;
    session.host = record.host;
    session.port = port_;
    session.joined = hosts_.joined(record.host, port_, out_);
    session.key = record.session;
    return true;
  }

  // Moves `at` from the comma before a field to the value of that, or of a later one if those
  // before are known; false where its key is none of the usual.
  [[gnu::always_inline]] bool go_to_value(const char*& at, const char* limit, Key& key,
                                          LogRecord& record) {
    switch (kShortcuts[order_.last()]) {
      case Shortcut::kNone:
        break;
      case Shortcut::kSessionLine:
        if (take_session_line(at, limit, record) && *at != ',') return false;
        break;
      case Shortcut::kStart:
        if (session_ == nullptr) break;
        if (!stands_at(session_->start, at, limit)) keep_start(at, limit);
        if (!stands_at(session_->start, at, limit)) break;
        at += session_->start.size();
        order_.go_on_behind(kVirtualXidPlace);
        key = Key::kVirtualXid;
        return true;
      case Shortcut::kSeverity:
        if (!stands_at(kUsualSeverity, at, limit)) break;
        at += kUsualSeverity.size();
        order_.go_on_behind(kMessagePlace);
        record.severity = Severity::kLog;
        record.localised = false;
        key = Key::kMessage;
        return true;
      case Shortcut::kTail:
        if (session_ == nullptr || at[2] != 'a') break;
        if (!stands_at(session_->tail, at, limit)) keep_tail(at, limit);
        if (!stands_at(session_->tail, at, limit)) break;
        at += session_->tail.size();
        order_.go_on_behind(kQueryIdPlace);
        record.application = session_->application;
        key = Key::kQueryId;
        return true;
    }
    if (++at >= limit) return false;
    at = order_.next(at, limit, key);
    return at != nullptr && key != Key::kInside;
  }

  static bool stands_at(std::string_view known, const char* at, const char* limit) {
    return !known.empty() && limit - at > static_cast<std::ptrdiff_t>(known.size()) &&
           std::memcmp(at, known.data(), known.size()) == 0;
  }

  // Moves over the line number, of 1 to 7 digits; false where there is none such.
  static bool take_session_line(const char*& at, const char* limit, LogRecord& record) {
    constexpr std::string_view kName = ",\"line_num\":";
    if (!stands_at(kName, at, limit)) return false;
    const char* const digits = at + kName.size();
    const std::size_t size = read_small_number(digits, record.session_line);
    if (size == 0) return false;
    record.line_counter = LineCounter::kJson;
    at = digits + size;
    return true;
  }

  // Moves `at` from the comma before a text of that name without escapes to behind it.
  static bool skip_text(const char*& at, const char* limit, std::string_view name,
                        std::string_view& text) {
    if (!stands_at(name, at, limit)) return false;
    bool has_escapes = false;
    const char* const from = at + name.size();
    at = flat_json::line_string_end(from, limit, has_escapes);
    if (at == nullptr || has_escapes) return false;
    text = flat_json::view(from, at++);
    return true;
  }

  [[gnu::noinline]] void keep_start(const char* at, const char* limit) {
    constexpr std::string_view kNext = ",\"vxid\":";
    const char* const from = at;
    std::string_view start;
    const bool is_usual =
        skip_text(at, limit, ",\"session_start\":\"", start) && stands_at(kNext, at, limit);
    session_->start = is_usual ? flat_json::view(from, at + kNext.size()) : std::string_view{};
  }

  [[gnu::noinline]] void keep_tail(const char* at, const char* limit) {
    constexpr std::string_view kNext = ",\"query_id\":";
    const char* const from = at;
    std::string_view application, type;
    const bool is_usual = skip_text(at, limit, ",\"application_name\":\"", application) &&
                          skip_text(at, limit, ",\"backend_type\":\"", type) &&
                          stands_at(kNext, at, limit);
    session_->tail = is_usual ? flat_json::view(from, at + kNext.size()) : std::string_view{};
    session_->application = application;
  }

  // Moves `at` from before a field to behind it; false where it is none of the usual.
  [[gnu::always_inline]] bool read_field(const char*& at, const char* limit, Key& key,
                                         LogRecord& record) {
    if (++at >= limit) return false;
    std::string_view text;
    at = order_.next(at, limit, key);
    if (at == nullptr || key == Key::kInside || !read_value(at, limit, key, text)) return false;
    if (key != Key::kNone) apply(key, text, record);
    return true;
  }

  // The text of the value at `at`, which is moved behind it; false where it is none of the usual.
  bool read_value(const char*& at, const char* limit, Key key, std::string_view& text) {
    const char* from = at;
    if (*at != '"') {
      if (flat_json::class_of(*at) != flat_json::kBeginsNumber) return false;
      at = digits_end(at + 1, limit);
      text = flat_json::view(from, at);
      return true;
    }
    bool has_escapes = false;
    at = flat_json::line_string_end(++from, limit, has_escapes);
    if (at == nullptr) return false;
    text = flat_json::view(from, at++);
    if (has_escapes && key != Key::kNone) text = text_of_other(JsonField::Kind::kString, text);
    return true;
  }

  void begin() {
    has_program_ = false;
    program_ = {};
    line_ = {};
    port_ = {};
    session_ = nullptr;
  }

  std::string_view text_of(const JsonField& field) {
    const bool is_plain = field.is_plain || field.kind == JsonField::Kind::kNumber;
    return is_plain ? field.raw : text_of_other(field.kind, field.raw);
  }
  // Not of the whole field, so that a plain one need not lie in memory.
  std::string_view text_of_other(JsonField::Kind kind, std::string_view raw) {
    JsonField field;
    field.kind = kind;
    field.raw = raw;
    return pgcounsel::text_of(field, out_.arena);
  }

  Verdict verdict_of(LogRecord& record) {
    if (!record.has_time || record.severity == Severity::kUnknown) {
      if (program_ == "postgres" && read_line_of_server(record)) return Verdict::kRecord;
      return has_program_ ? Verdict::kForeign : Verdict::kNone;
    }
    record.host = host_and_port(record);
    if (!record.session.known() && record.pid != 0) record.session = session_of_pid(record.pid);
    if (record.sqlstate.empty()) record.sqlstate = "00000";  // what csvlog writes then
    return Verdict::kRecord;
  }

  std::string_view host_and_port(const LogRecord& record) {
    const auto is_same = [](std::string_view a, std::string_view b) {
      return a.data() == b.data() && a.size() == b.size();
    };
    if (session_ != nullptr && !session_->head.empty() && is_same(record.host, session_->host) &&
        is_same(port_, session_->port)) {
      return session_->joined;
    }
    return hosts_.joined(record.host, port_, out_);
  }

  // Before its collector of messages runs the server writes lines with the default prefix.
  bool read_line_of_server(LogRecord& record) {
    static const auto prefix = PrefixMatcher::compile("%m [%p] ");
    if (!prefix || line_.empty()) return false;
    ChunkRecords read;
    read_stderr({&*prefix, 1}, Chunk{line_, record.line, true}, read);
    if (read.records.size() != 1) return false;
    LogRecord& found = read.records.front();
    found.line = record.line;
    found.server = record.server;
    record = found;
    out_.arena.take(std::move(read.arena));
    return true;
  }

  void apply_all(const JsonFields& fields, LogRecord& record, std::size_t depth) {
    for (const JsonField& field : fields) {
      const Key key = kKeys[place_of(field.key)].key;
      if (key == Key::kInside) {
        read_inside(field, record, depth);
      } else if (key != Key::kNone) {
        apply(key, text_of(field), record);
      }
    }
  }

  void read_inside(const JsonField& field, LogRecord& record, std::size_t depth) {
    const std::string_view object = first_object(field.raw);
    if (object.empty() || depth == kDeepest) return;
    JsonFields& fields = inside_[depth];
    if (reader_.read(object, fields)) apply_all(fields, record, depth + 1);
  }

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

  ChunkRecords& out_;
  LogTimes times_;
  KeyOrder order_;
  JsonReader reader_;
  std::array<JsonFields, kDeepest> inside_;  // the fields of what is inside, by depth
  Hosts hosts_;
  std::array<Session, std::size_t{1} << kSessionBits> sessions_;
  Session* session_ = nullptr;  // of the record that is read, where it may be known
  std::size_t pid_at_ = 0;      // where it stood in the last head
  std::string_view port_, program_, line_;
  bool has_program_ = false;
};

}  // namespace

bool looks_like_json_log(std::string_view line) {
  JsonFields fields;
  ChunkRecords out;
  LogRecord record;
  if (!line.starts_with('{') || !JsonReader().read(line, fields)) return false;
  const Zone zone;
  return RecordReader(zone, out).read(fields, record) == Verdict::kRecord;
}

std::size_t read_json(const Zone& zone, const Chunk& chunk, ChunkRecords& out) {
  JsonStream stream(chunk.bytes, chunk.first_line, chunk.last);
  RecordReader reader(zone, out);
  while (true) {
    LogRecord& record = out.records.emplace_back();
    std::size_t size = 0;
    const std::string_view rest = stream.object_start();
    record.line = stream.next_line();
    auto verdict = rest.empty() ? std::nullopt : reader.read_quickly(rest, record, size);
    if (!verdict) {
      record = LogRecord{};
      const std::string_view line = stream.object_line();
      record.line = stream.next_line();
      size = line.size();
      if (!line.empty()) verdict = reader.read_line(line, record);
    }
    if (verdict) {
      stream.take_line(size);
    } else {
      record = LogRecord{};
      const auto item = stream.next();
      if (item == JsonStream::Item::kEnd) break;
      record.line = stream.line();
      const bool is_object = item == JsonStream::Item::kObject;
      verdict = is_object ? reader.read(stream.fields(), record) : Verdict::kNone;
    }
    record.offset = stream.begin();
    if (*verdict == Verdict::kRecord) continue;
    out.records.pop_back();
    if (*verdict == Verdict::kForeign) {
      ++out.foreign;
    } else {
      out.count_unparsed(stream.line(), stream.text());
    }
  }
  out.records.pop_back();
  out.lines += stream.next_line() - chunk.first_line;
  return stream.consumed();
}

}  // namespace pgcounsel
