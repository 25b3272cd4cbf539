#include "parser/log/pooler/pooler_log.h"

#include <cstring>
#include <optional>

#include "parser/number.h"

namespace pgcounsel {
namespace {

struct Level {
  std::string_view word;
  Severity severity;
};

constexpr Level kLevels[] = {
    {"LOG", Severity::kLog},     {"WARNING", Severity::kWarning}, {"ERROR", Severity::kError},
    {"FATAL", Severity::kFatal}, {"DEBUG", Severity::kDebug},     {"NOISE", Severity::kDebug},
    {"INFO", Severity::kInfo},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool take_blank(std::string_view& text) {
  if (!text.starts_with(' ')) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<Severity> take_level(std::string_view& text) {
  for (const Level& level : kLevels) {
    if (!text.starts_with(level.word)) continue;
    std::string_view rest = text.substr(level.word.size());
    if (!rest.empty() && !take_blank(rest)) continue;
    text = rest;
    return level.severity;
  }
  return std::nullopt;
}

// `2023-12-19 03:06:13.586 CET [10384] ` or `2018-09-12 16:08:54.775 3392 `.
bool take_time_and_pid(std::string_view& text, const Zone& zone, LogRecord& record) {
  const auto time = parse_log_time(text, zone);
  if (!time) return false;
  std::string_view rest = text.substr(time->length);
  if (!take_blank(rest)) return false;
  const bool bracket = rest.starts_with('[');
  if (bracket) rest.remove_prefix(1);
  const auto pid = take_number<std::uint32_t>(rest);
  if (!pid) return false;
  if (bracket) {
    if (!rest.starts_with(']')) return false;
    rest.remove_prefix(1);
  }
  if (!take_blank(rest)) return false;
  record.time = time->time;
  record.has_time = true;
  record.has_fraction = time->has_fraction;
  record.zone_is_certain = time->zone_is_certain;
  record.pid = *pid;
  text = rest;
  return true;
}

bool ends_with_port(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  return begin < text.size() && begin > 0 && text[begin - 1] == ':';
}

// Where the address ends that begins behind an `@`: database and user may hold any character, so
// the first word counts that has an `@` and ends with a port.
std::optional<std::pair<std::size_t, std::size_t>> find_address(std::string_view text) {
  std::size_t begin = 0;
  while (begin <= text.size()) {
    std::size_t end = text.find(' ', begin);
    if (end == std::string_view::npos) end = text.size();
    const std::string_view word = text.substr(begin, end - begin);
    if (ends_with_port(word)) {
      const std::size_t sign = word.rfind('@');
      if (sign != std::string_view::npos) return std::pair(begin + sign, end);
    }
    begin = end + 1;
  }
  return std::nullopt;
}

std::string_view name_unless(std::string_view name, std::string_view unknown) {
  return name == unknown ? std::string_view{} : name;
}

// `C-0x7f3bd6c47f40: shop/web@192.168.0.80:38296 `
bool take_connection(std::string_view& text, LogRecord& record) {
  const bool client = text.starts_with("C-0x"), server = text.starts_with("S-0x");
  if (!client && !server) return false;
  std::string_view rest = text.substr(4);
  const auto number = take_number<std::uint64_t>(rest, 16);
  if (!number || !rest.starts_with(": ")) return false;
  rest.remove_prefix(2);
  const auto address = find_address(rest);
  if (!address) return false;
  const std::string_view names = rest.substr(0, address->first);
  const std::size_t slash = names.find('/');
  if (slash == std::string_view::npos) return false;
  record.side = client ? PoolerSide::kClient : PoolerSide::kServer;
  record.connection = *number;
  record.database = name_unless(names.substr(0, slash), "(nodb)");
  record.user = name_unless(names.substr(slash + 1), "(nouser)");
  record.host = rest.substr(address->first + 1, address->second - address->first - 1);
  text = rest.substr(address->second);
  take_blank(text);
  return true;
}

}  // namespace

bool parse_pooler_line(std::string_view line, PoolerLine least, const Zone& zone,
                       LogRecord& record) {
  record.origin = Origin::kPooler;
  const bool timed = take_time_and_pid(line, zone, record);
  if (!timed && least == PoolerLine::kTime) return false;
  const auto level = take_level(line);
  if (!level && (timed || least != PoolerLine::kText)) return false;
  record.severity = level.value_or(Severity::kLog);
  take_connection(line, record);
  record.message = line;
  return true;
}

std::size_t read_pooler(const Zone& zone, PoolerLine least, const Chunk& chunk, ChunkRecords& out) {
  const char* const begin = chunk.bytes.data();
  const char* const end = begin + chunk.bytes.size();
  const char* at = begin;
  std::uint64_t number = chunk.first_line;
  while (at < end) {
    const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
    if (newline == nullptr && !chunk.last) break;
    const char* stop = newline == nullptr ? end : static_cast<const char*>(newline);
    std::string_view line(at, static_cast<std::size_t>(stop - at));
    if (line.ends_with('\r')) line.remove_suffix(1);
    LogRecord record;
    record.line = number;
    record.offset = static_cast<std::size_t>(at - begin);
    if (parse_pooler_line(line, least, zone, record)) {
      out.records.push_back(record);
    } else if (!line.empty()) {
      out.count_unparsed(number, line);
    }
    at = newline == nullptr ? end : stop + 1;
    ++number;
  }
  out.lines += number - chunk.first_line;
  return static_cast<std::size_t>(at - begin);
}

bool looks_like_pooler(std::string_view line) {
  LogRecord record;
  if (take_time_and_pid(line, Zone{}, record)) return take_level(line).has_value();
  // The server writes `LOG:  text`, so a level and one blank are the pooler's.
  take_level(line);
  if (take_connection(line, record)) return true;
  for (const std::string_view start :
       {"stats: ", "process up: ", "kernel file descriptor limit: "}) {
    if (line.starts_with(start)) return true;
  }
  return false;
}

}  // namespace pgcounsel
