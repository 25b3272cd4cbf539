#include "parser/log/cut.h"

#include "parser/lines.h"
#include "parser/log/csv_log.h"
#include "parser/log/stderr_log.h"

namespace pgcounsel {
namespace {

// The line that begins at `at`, as far as the bytes go.
std::string_view line_at(std::string_view bytes, std::size_t at) {
  const std::size_t end = bytes.find('\n', at);
  return bytes.substr(at, end == std::string_view::npos ? end : end - at);
}

// The last line that begins a record, not one of the lines that belong to a record.
std::optional<std::size_t> cut_of(const StderrFormat& format, std::string_view bytes) {
  std::size_t end = bytes.size();
  while (end > 0) {
    const std::size_t newline = bytes.rfind('\n', end - 1);
    if (newline == std::string_view::npos) break;
    const std::size_t at = newline + 1;
    if (at < bytes.size() && begins_stderr_record(format.prefixes, line_at(bytes, at))) return at;
    end = newline;
  }
  return std::nullopt;
}

// The last newline outside of quotes that a row stands behind.
std::optional<std::size_t> cut_of(const CsvFormat&, std::string_view bytes) {
  bool quoted = count_of('"', bytes) % 2 != 0;
  for (std::size_t at = bytes.size(); at-- > 0;) {
    if (bytes[at] == '"') quoted = !quoted;
    if (bytes[at] == '\n' && !quoted && at + 1 < bytes.size() &&
        looks_like_csv(line_at(bytes, at + 1))) {
      return at + 1;
    }
  }
  return std::nullopt;
}

// Between two lines that are an object each: newlines do not stand inside of JSON strings.
std::optional<std::size_t> cut_of(const JsonFormat&, std::string_view bytes) {
  const std::size_t at = bytes.rfind("}\n{");
  return at == std::string_view::npos ? std::nullopt : std::optional(at + 2);
}

std::optional<std::size_t> cut_of(const PoolerFormat&, std::string_view) {
  return std::nullopt;
}

}  // namespace

bool can_be_cut(const LogFormat& format) {
  return !format.envelope && !std::holds_alternative<PoolerFormat>(format.logs.front().format);
}

std::optional<std::size_t> find_cut(const LogFormat& format, std::string_view bytes) {
  if (!can_be_cut(format)) return std::nullopt;
  const auto cut = std::visit([bytes](const auto& plain) { return cut_of(plain, bytes); },
                              format.logs.front().format);
  return cut == std::size_t{0} ? std::nullopt : cut;
}

}  // namespace pgcounsel
