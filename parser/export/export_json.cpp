#include "parser/export/export_json.h"

#include <cstddef>
#include <string>

#include "parser/json.h"
#include "parser/json_stream.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kDeepest = 32;

// Walks from the outside to the inside. Each level is read again when it is entered, so the time
// is that of the bytes times the levels.
class Walk {
 public:
  explicit Walk(const TakeExportRow& take) : take_(take) {}

  // The objects of an array, or of a file.
  void objects(std::string_view bytes, const std::string& time, std::size_t depth) {
    JsonStream stream(bytes, 1, true, JsonStream::Arrays::kKeep);
    while (true) {
      switch (stream.next()) {
        case JsonStream::Item::kObject:
          object(stream.fields(), time, depth);
          break;
        case JsonStream::Item::kStray:
          // Inside of an object, an array may hold texts and numbers.
          if (depth == 0 || stream.text().starts_with('{')) ++counts_.unparsed;
          break;
        case JsonStream::Item::kEnd:
          return;
      }
    }
  }

  const ExportCounts& counts() const { return counts_; }

 private:
  void object(const JsonFields& fields, const std::string& time, std::size_t depth) {
    ExportRow row = scalars_of(fields);
    std::string own(row.time_text());
    if (own.empty()) own = time;
    if (const auto kind = row.kind()) {
      row.add("ts", own);
      ++counts_.rows;
      take_(*kind, row);
      return;
    }
    for (const JsonField& field : fields) {
      if (field.kind == JsonField::Kind::kArray) inside(field, own, depth);
      if (field.kind == JsonField::Kind::kObject) inside(field, own, depth);
    }
  }

  void inside(const JsonField& field, const std::string& time, std::size_t depth) {
    if (depth == kDeepest) {
      ++counts_.unparsed;
    } else if (field.kind == JsonField::Kind::kArray) {
      objects(field.raw, time, depth + 1);
    } else {
      JsonFields fields;
      if (reader_.read(field.raw, fields)) {
        object(fields, time, depth + 1);
      } else {
        ++counts_.unparsed;
      }
    }
  }

  static ExportRow scalars_of(const JsonFields& fields) {
    ExportRow row;
    TextArena unescaped;
    for (const JsonField& field : fields) {
      if (field.kind == JsonField::Kind::kArray || field.kind == JsonField::Kind::kObject) continue;
      row.add(lower_case(field.key), std::string(text_of(field, unescaped)));
    }
    return row;
  }

  const TakeExportRow& take_;
  ExportCounts counts_;
  JsonReader reader_;
};

}  // namespace

ExportCounts read_json_export(std::string_view bytes, const TakeExportRow& take) {
  Walk walk(take);
  walk.objects(bytes, {}, 0);
  return walk.counts();
}

}  // namespace pgcounsel
