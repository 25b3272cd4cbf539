#include "parser/log/json_log.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "parser/find.h"
#include "parser/json_flat.h"
#include "parser/json_stream.h"
#include "parser/log/prefix/prefix.h"
#include "parser/log/stderr_log.h"
#include "parser/log/time_memo.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

enum class Key : std::uint8_t {
  kNone,
  kTime,
  kUser,
  kDatabase,
  kPid,
  kHost,
  kPort,
  kSessionId,
  kSessionLine,
  kVirtualXid,
  kSeverity,
  kSqlstate,
  kMessage,
  kDetail,
  kHint,
  kQuery,
  kContext,
  kStatement,
  kApplication,
  kQueryId,
  kServer,
  kProgram,  // who wrote it, where it may be a program that is not the server
  kLine,     // what such a program says, or the server before it writes records
  kInside    // the record, or what holds it
};

struct KeyName {
  std::string_view name;
  Key key;
};

// The names of jsonlog, those of csvlog's columns, and what stands around a record.
constexpr auto kKeys = std::to_array<KeyName>({
    {"", Key::kNone},  // all others
    {"ps", Key::kNone},
    {"ts", Key::kNone},
    {"msg", Key::kLine},
    {"pid", Key::kPid},
    {"hint", Key::kHint},
    {"txid", Key::kNone},
    {"user", Key::kUser},
    {"vxid", Key::kVirtualXid},
    {"query", Key::kStatement},
    {"dbname", Key::kDatabase},
    {"detail", Key::kDetail},
    {"logger", Key::kProgram},
    {"parsed", Key::kInside},
    {"record", Key::kInside},
    {"context", Key::kContext},
    {"message", Key::kMessage},
    {"line_num", Key::kSessionLine},
    {"log_time", Key::kTime},
    {"metadata", Key::kInside},
    {"query_id", Key::kQueryId},
    {"statement", Key::kStatement},
    {"timestamp", Key::kTime},
    {"user_name", Key::kUser},
    {"process_id", Key::kPid},
    {"session_id", Key::kSessionId},
    {"state_code", Key::kSqlstate},
    {"jsonPayload", Key::kInside},
    {"logging_pod", Key::kServer},
    {"remote_host", Key::kHost},
    {"remote_port", Key::kPort},
    {"backend_type", Key::kNone},
    {"database_name", Key::kDatabase},
    {"event_message", Key::kMessage},
    {"session_start", Key::kNone},
    {"error_severity", Key::kSeverity},
    {"internal_query", Key::kQuery},
    {"sql_state_code", Key::kSqlstate},
    {"connection_from", Key::kHost},
    {"cursor_position", Key::kNone},
    {"application_name", Key::kApplication},
    {"session_line_num", Key::kSessionLine},
    {"internal_position", Key::kNone},
    {"virtual_transaction_id", Key::kVirtualXid},
});

constexpr std::size_t kLongestKey = 22;

// Where the names of each length begin.
constexpr auto kStarts = [] {
  std::array<std::uint8_t, kLongestKey + 2> starts{};
  std::size_t at = 0;
  for (std::size_t length = 0; length < starts.size(); ++length) {
    while (at < kKeys.size() && kKeys[at].name.size() < length) ++at;
    starts[length] = static_cast<std::uint8_t>(at);
  }
  return starts;
}();
static_assert(kStarts.back() == kKeys.size());
static_assert(std::is_sorted(kKeys.begin(), kKeys.end(), [](const KeyName& a, const KeyName& b) {
  return a.name.size() < b.name.size();
}));

// The place of a name in kKeys, that of the empty one where it is not there.
std::size_t place_of(std::string_view name) {
  if (name.empty() || name.size() > kLongestKey) return 0;
  for (std::size_t i = kStarts[name.size()]; i < kStarts[name.size() + 1]; ++i) {
    const std::string_view known = kKeys[i].name;
    if (known.front() == name.front() && known.back() == name.back() && known == name) return i;
  }
  return 0;
}

// The names with what stands behind them.
constexpr auto kKeyTexts = [] {
  std::array<ShortText, kKeys.size()> texts;
  for (std::size_t i = 1; i < kKeys.size(); ++i) {
    std::array<char, kLongestKey + 2> text{};
    char* const end = std::copy(kKeys[i].name.begin(), kKeys[i].name.end(), text.data());
    end[0] = '"';
    end[1] = ':';
    texts[i] = ShortText({text.data(), kKeys[i].name.size() + 2});
  }
  return texts;
}();

constexpr auto kKeyOfPlace = [] {
  std::array<Key, kKeys.size()> keys{};
  for (std::size_t i = 0; i < kKeys.size(); ++i) keys[i] = kKeys[i].key;
  return keys;
}();

// The keys of a record, looked up one behind the other. A key is most often followed by the same
// one as before.
class KeyOrder {
 public:
  void begin() { last_ = 0; }

  // The size of the next name, if it is the usual one.
  std::size_t usual_size(const char* at, const char* end) const {
    const ShortText& usual = kKeyTexts[followers_[last_]];
    return usual.stands_at(at, end) && usual.size != 0 ? usual.size - 2 : 0;
  }
  Key usual() {
    last_ = followers_[last_];
    return kKeyOfPlace[last_];
  }
  Key next(std::string_view name) {
    const std::size_t place = place_of(name);
    followers_[last_] = static_cast<std::uint8_t>(place);
    last_ = place;
    return kKeys[place].key;
  }

 private:
  std::array<std::uint8_t, kKeys.size()> followers_{};
  std::size_t last_ = 0;
};

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

enum class Verdict { kRecord, kForeign, kNone };

class RecordReader {
 public:
  RecordReader(const Zone& zone, ChunkRecords& out) : out_(out), times_(zone) {}

  Verdict read(const JsonFields& fields, LogRecord& record) {
    begin();
    apply_all(fields, record, 0);
    return verdict_of(record);
  }

  // Of the line of an object; nothing where that is not of the usual kind.
  std::optional<Verdict> read_line(std::string_view line, LogRecord& record) {
    begin();
    order_.begin();
    if (!scan_flat_json(line, LineTaker{*this, record})) return std::nullopt;
    return verdict_of(record);
  }

 private:
  static constexpr std::size_t kDeepest = 3;

  struct LineTaker {
    std::size_t known_key(const char* at, const char* end) const {
      return reader.order_.usual_size(at, end);
    }
    bool take(const JsonField& field, bool known) {
      const Key key = known ? reader.order_.usual() : reader.order_.next(field.key);
      if (key == Key::kInside) return false;
      if (key != Key::kNone) reader.apply(key, reader.text_of(field), record);
      return true;
    }
    RecordReader& reader;
    LogRecord& record;
  };

  void begin() {
    has_program_ = false;
    program_ = line_ = port_ = {};
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
    record.host = hosts_.joined(record.host, port_, out_);
    if (!record.session.known() && record.pid != 0) record.session = session_of_pid(record.pid);
    if (record.sqlstate.empty()) record.sqlstate = "00000";  // what csvlog writes then
    return Verdict::kRecord;
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

  void apply(Key key, std::string_view text, LogRecord& record) {
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
        record.session = session_of_id(text).value_or(SessionKey{});
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
    const auto time = times_.read(text);
    if (!time) return;
    record.time = time->time;
    record.has_time = true;
    record.has_fraction = time->has_fraction;
    record.zone_is_certain = time->zone_is_certain;
  }

  ChunkRecords& out_;
  TimeMemo times_;
  KeyOrder order_;
  JsonReader reader_;
  std::array<JsonFields, kDeepest> inside_;  // the fields of what is inside, by depth
  Hosts hosts_;
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
    const std::string_view line = stream.object_line();
    record.line = stream.next_line();
    auto verdict = line.empty() ? std::nullopt : reader.read_line(line, record);
    if (verdict) {
      stream.take_line();
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
