#include "analyzer/report/json_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analyzer/report/escape.h"

namespace pgcounsel {
namespace {

// micros / unit with all its decimals, without floating point.
std::string decimal(Micros micros, std::int64_t unit, int decimals) {
  const std::int64_t count = micros.count();
  const std::int64_t rest = count % unit;
  return fmt::format("{}{}.{:0{}}", count < 0 ? "-" : "", std::abs(count / unit), std::abs(rest),
                     decimals);
}

}  // namespace

void JsonWriter::line() {
  constexpr int kDeepest = 40;  // a plan may be thousands of levels deep
  out_ += '\n';
  out_.append(static_cast<std::size_t>(std::min(depth_, kDeepest)) * 2, ' ');
}

void JsonWriter::value(std::string_view text) {
  if (!keyed_ && depth_ > 0) {
    if (!first_) out_ += ',';
    line();
  }
  out_ += text;
  keyed_ = first_ = false;
}

void JsonWriter::open(char bracket) {
  value(std::string_view(&bracket, 1));
  ++depth_;
  first_ = true;
}

void JsonWriter::close(char bracket) {
  --depth_;
  if (!first_) line();
  out_ += bracket;
  first_ = false;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  if (!first_) out_ += ',';
  line();
  out_ += json_string(name) + ": ";
  first_ = false;
  keyed_ = true;
  return *this;
}

void JsonWriter::null() {
  value("null");
}
void JsonWriter::boolean(bool flag) {
  value(flag ? "true" : "false");
}
void JsonWriter::number(std::uint64_t count) {
  value(fmt::format("{}", count));
}
void JsonWriter::number(double figure) {
  value(std::isfinite(figure) ? fmt::format("{:.3f}", figure) : "null");
}
void JsonWriter::string(std::string_view text) {
  value(json_string(text));
}
void JsonWriter::milliseconds(Micros micros) {
  value(decimal(micros, 1000, 3));
}
void JsonWriter::seconds(Micros micros) {
  value(decimal(micros, 1'000'000, 6));
}
void JsonWriter::time(Time when) {
  string(iso_milliseconds(when));
}

void JsonWriter::strings(const std::vector<std::string>& values) {
  std::string row = "[";
  for (const std::string& text : values) {
    if (row.size() > 1) row += ", ";
    row += json_string(text);
  }
  value(row + "]");
}

void JsonWriter::number(const std::optional<std::uint64_t>& count) {
  count ? number(*count) : null();
}
void JsonWriter::time(const std::optional<Time>& when) {
  when ? time(*when) : null();
}
void JsonWriter::place(const std::optional<SourceLine>& place) {
  if (!place) {
    null();
    return;
  }
  open('{');
  key("name").string(place->source);
  key("line").number(place->line);
  close('}');
}

void JsonWriter::string_or_null(std::string_view text) {
  text.empty() ? null() : string(text);
}

}  // namespace pgcounsel
