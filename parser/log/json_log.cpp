#include "parser/log/json_log.h"

#include <array>
#include <optional>

#include "parser/json_flat.h"
#include "parser/json_stream.h"
#include "parser/log/json_keys.h"
#include "parser/log/json_quick.h"
#include "parser/log/json_record.h"

namespace pgcounsel {
namespace {

using json_log::Key;
using json_log::kKeys;
using json_log::place_of;
using json_log::QuickRecords;
using json_log::RecordFields;
using json_log::Verdict;

// Of all records, whatever stands around their fields.
class RecordReader {
 public:
  explicit RecordReader(RecordFields& fields) : fields_(fields) {}

  Verdict read(const JsonFields& fields, LogRecord& record) {
    fields_.begin();
    apply_all(fields, record, 0);
    return fields_.verdict_of(record);
  }

  // Of the line of an object; nothing where that is not of the usual kind.
  std::optional<Verdict> read_line(std::string_view line, LogRecord& record) {
    fields_.begin();
    if (!scan_flat_json(line, LineTaker{fields_, record})) return std::nullopt;
    return fields_.verdict_of(record);
  }

 private:
  static constexpr std::size_t kDeepest = 3;

  struct LineTaker {
    bool take(const JsonField& field) {
      const Key key = kKeys[place_of(field.key)].key;
      if (key == Key::kInside) return false;
      if (key != Key::kNone) fields.apply(key, fields.text_of(field), record);
      return true;
    }
    RecordFields& fields;
    LogRecord& record;
  };

  void apply_all(const JsonFields& fields, LogRecord& record, std::size_t depth) {
    for (const JsonField& field : fields) {
      const Key key = kKeys[place_of(field.key)].key;
      if (key == Key::kInside) {
        read_inside(field, record, depth);
      } else if (key != Key::kNone) {
        fields_.apply(key, fields_.text_of(field), record);
      }
    }
  }

  void read_inside(const JsonField& field, LogRecord& record, std::size_t depth) {
    const std::string_view object = first_object(field.raw);
    if (object.empty() || depth == kDeepest) return;
    JsonFields& fields = inside_[depth];
    if (reader_.read(object, fields)) apply_all(fields, record, depth + 1);
  }

  RecordFields& fields_;
  JsonReader reader_;
  std::array<JsonFields, kDeepest> inside_;  // the fields of what is inside, by depth
};

}  // namespace

bool looks_like_json_log(std::string_view line) {
  JsonFields fields;
  ChunkRecords out;
  LogRecord record;
  if (!line.starts_with('{') || !JsonReader().read(line, fields)) return false;
  const Zone zone;
  RecordFields its_fields(zone, out);
  return RecordReader(its_fields).read(fields, record) == Verdict::kRecord;
}

std::size_t read_json(const Zone& zone, const Chunk& chunk, ChunkRecords& out) {
  JsonStream stream(chunk.bytes, chunk.first_line, chunk.last);
  RecordFields fields(zone, out);
  QuickRecords quick(fields);
  RecordReader reader(fields);
  while (true) {
    LogRecord& record = out.records.emplace_back();
    std::size_t size = 0;
    const std::string_view rest = stream.object_start();
    record.line = stream.next_line();
    auto verdict = rest.empty() ? std::nullopt : quick.read(rest, record, size);
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
