#include "parser/log/json_log.h"

#include <algorithm>
#include <array>
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
    do {
      if (++at >= limit) return std::nullopt;
      Key key = Key::kNone;
      std::string_view text;
      at = order_.next(at, limit, key);
      if (at == nullptr || key == Key::kInside) return std::nullopt;
      if (!read_value(at, limit, key, text)) return std::nullopt;
      if (key != Key::kNone) apply(key, text, record);
    } while (*at == ',');
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
    const auto time = times_.read(text);
    if (!time) return;
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
