#include "parser/log/json_quick.h"

#include <array>
#include <cstring>

#include "parser/json_flat.h"
#include "parser/number.h"

namespace pgcounsel::json_log {
namespace {

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

// How far behind the end of a line must be looked at.
constexpr std::size_t kMargin = KeyText::kMostSize + kSessionMargin;

constexpr std::uint32_t kPidName = 7;  // `,"pid":`

constexpr std::uint32_t bit_of(Key key) {
  return std::uint32_t{1} << static_cast<unsigned>(key);
}

bool stands_at(std::string_view known, const char* at, const char* limit) {
  return !known.empty() && limit - at > static_cast<std::ptrdiff_t>(known.size()) &&
         std::memcmp(at, known.data(), known.size()) == 0;
}

// Moves over the line number, of 1 to 7 digits; false where there is none such.
bool take_session_line(const char*& at, const char* limit, LogRecord& record) {
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
bool skip_text(const char*& at, const char* limit, std::string_view name, std::string_view& text) {
  if (!stands_at(name, at, limit)) return false;
  bool has_escapes = false;
  const char* const from = at + name.size();
  at = flat_json::line_string_end(from, limit, has_escapes);
  if (at == nullptr || has_escapes) return false;
  text = flat_json::view(from, at++);
  return true;
}

}  // namespace

std::optional<Verdict> QuickRecords::read(std::string_view rest, LogRecord& record,
                                          std::size_t& size) {
  if (rest.size() < kMargin) return std::nullopt;
  fields_.begin();
  order_.begin();
  session_ = nullptr;
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
    if (key != Key::kNone) fields_.apply(key, text, record);
  }
  if (at >= limit || at[0] != '}' || at[1] != '\n') return std::nullopt;
  size = static_cast<std::size_t>(at + 1 - rest.data());
  return fields_.verdict_of(record);
}

// Moves `at` from the comma behind a time to behind the session's id, or some field before it;
// false where some is not as expected.
[[gnu::always_inline]] inline bool QuickRecords::read_head(const char*& at, const char* limit,
                                                           LogRecord& record) {
  Session& session = sessions_.at(at, limit);
  session_ = &session;
  if (!stands_at(session.head, at, limit)) {
    return read_new_head(at, limit, session, record);
  }
  at += session.head.size();
  order_.go_on_behind(session.last_key);
  sessions_.set_pid_at(session.pid_at);
  record.user = session.user;
  record.database = session.database;
  record.pid = session.pid;
  record.session = session.key;
  fields_.set_client(session.client, record);
  return true;
}

[[gnu::noinline]] bool QuickRecords::read_new_head(const char*& at, const char* limit,
                                                   Session& session, LogRecord& record) {
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
  sessions_.set_pid_at(pid_at);
  session.head = flat_json::view(head, at);
  session.pid_at = pid_at;
  session.pid = record.pid;
  session.last_key = order_.last();
  session.user = record.user;
  session.database = record.database;
  session.client = fields_.client_of(record);
  fields_.set_client(session.client, record);
  session.key = record.session;
  return true;
}

// Moves `at` from the comma before a field to the value of that, or of a later one if those
// before are known; false where its key is none of the usual.
[[gnu::always_inline]] inline bool QuickRecords::go_to_value(const char*& at, const char* limit,
                                                             Key& key, LogRecord& record) {
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

[[gnu::noinline]] void QuickRecords::keep_start(const char* at, const char* limit) {
  constexpr std::string_view kNext = ",\"vxid\":";
  const char* const from = at;
  std::string_view start;
  const bool is_usual =
      skip_text(at, limit, ",\"session_start\":\"", start) && stands_at(kNext, at, limit);
  session_->start = is_usual ? flat_json::view(from, at + kNext.size()) : std::string_view{};
}

[[gnu::noinline]] void QuickRecords::keep_tail(const char* at, const char* limit) {
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
[[gnu::always_inline]] inline bool QuickRecords::read_field(const char*& at, const char* limit,
                                                            Key& key, LogRecord& record) {
  if (++at >= limit) return false;
  std::string_view text;
  at = order_.next(at, limit, key);
  if (at == nullptr || key == Key::kInside || !read_value(at, limit, key, text)) return false;
  if (key != Key::kNone) fields_.apply(key, text, record);
  return true;
}

// The text of the value at `at`, which is moved behind it; false where it is none of the usual.
[[gnu::always_inline]] inline bool QuickRecords::read_value(const char*& at, const char* limit,
                                                            Key key, std::string_view& text) {
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
  if (has_escapes && key != Key::kNone)
    text = fields_.text_of_other(JsonField::Kind::kString, text);
  return true;
}

}  // namespace pgcounsel::json_log
