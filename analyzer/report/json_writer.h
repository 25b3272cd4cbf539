// Writes JSON with keys in the order they are given, two blanks of indentation, and numbers made
// from integers, so equal data are equal bytes. It does not check that objects and arrays are
// closed in order: the caller nests its calls as the document nests.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/source_line.h"
#include "parser/time.h"

namespace pgcounsel {

class JsonWriter {
 public:
  void open(char bracket);                 // `{` or `[`, as the value that is due
  void close(char bracket);                // `}` or `]`
  JsonWriter& key(std::string_view name);  // the value follows: json.key("calls").number(3)

  void null();
  void boolean(bool value);
  void number(std::uint64_t value);
  void number(double value);  // three decimals; null when it is not finite
  void string(std::string_view value);
  void strings(const std::vector<std::string>& values);
  void milliseconds(Micros value);  // 12.345
  void seconds(Micros value);       // 12.345678
  void time(Time value);            // "2026-03-13T07:00:00.000Z"

  // A value that may be unknown, which is null.
  void number(const std::optional<std::uint64_t>& value);
  void time(const std::optional<Time>& value);
  void string_or_null(std::string_view value);  // null when empty
  // {"name": ..., "line": ...}; null where it is not known
  void place(const std::optional<SourceLine>& line);

  std::string take() && { return std::move(out_) + "\n"; }

 private:
  void value(std::string_view text);
  void line();

  std::string out_;
  int depth_ = 0;
  bool first_ = true;   // nothing stands in the innermost object or array yet
  bool keyed_ = false;  // the key of the next value is written
};

}  // namespace pgcounsel
