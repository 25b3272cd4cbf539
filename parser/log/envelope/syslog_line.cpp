#include "parser/log/envelope/syslog_line.h"

#include <algorithm>
#include <charconv>

#include "parser/log/line_tag.h"

namespace pgcounsel {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

// Cuts the word before the next blank, and the blank, off `rest`.
std::string_view take_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(rest.size(), end + 1));
  return word;
}

// The number at the start of `text` and how many digits it has; 0 digits: there is none.
template <class Number>
std::size_t read_digits(std::string_view text, Number& number) {
  if (text.empty() || !is_digit(text.front())) return 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} ? static_cast<std::size_t>(end - text.data()) : 0;
}

bool is_number(std::string_view text, std::uint32_t& number) {
  return !text.empty() && read_digits(text, number) == text.size();
}

// `postgres.4882`: the name and number of a process of a dyno.
bool read_dyno(std::string_view text, Envelope& out) {
  const std::size_t dot = text.rfind('.');
  std::uint32_t pid = 0;
  if (dot != std::string_view::npos && dot > 0 && is_number(text.substr(dot + 1), pid)) {
    out.program = text.substr(0, dot);
    out.pid = pid;
    return true;
  }
  out.program = text;
  return !text.empty();
}

bool is_dyno_source(std::string_view name) {
  return name == "app" || name == "heroku";
}

// The length of the structured data at the start of `text`: `-`, or elements as
// `[name@1 key="value"]`; 0 where there is none, as in logplex.
std::size_t structured_data_length(std::string_view text) {
  if (text == "-" || text.starts_with("- ")) return 1;
  std::size_t at = 0;
  while (at < text.size() && text[at] == '[') {
    std::size_t end = at + 1;
    while (end < text.size() && text[end] != ' ' && text[end] != ']' && text[end] != '[') ++end;
    const std::string_view name = text.substr(at + 1, end - at - 1);
    if (end >= text.size() || name.empty() || text[end] == '[') return at;
    if (text[end] == ']') {
      if (name.find('@') == std::string_view::npos) return at;
      at = end + 1;
      continue;
    }
    const std::size_t equals = text.find_first_of("=]", end);
    if (equals == std::string_view::npos || text.substr(equals, 2) != "=\"") return at;
    bool quoted = false;
    for (; end < text.size() && (quoted || text[end] != ']'); ++end) {
      if (text[end] == '\\') {
        ++end;
      } else if (text[end] == '"') {
        quoted = !quoted;
      }
    }
    if (end >= text.size()) return at;
    at = end + 1;
  }
  return at;
}

// `[GREEN] ` names the database of an application.
void read_color(Envelope& out) {
  const std::size_t end = out.text.find("] ");
  if (!out.text.starts_with('[') || end == std::string_view::npos || end < 2) return;
  const std::string_view name = out.text.substr(1, end - 1);
  const bool is_name = std::all_of(name.begin(), name.end(),
                                   [](char c) { return is_upper(c) || is_digit(c) || c == '_'; });
  if (!is_name || !is_upper(name.front())) return;
  out.host = name;
  out.text.remove_prefix(end + 2);
}

}  // namespace

std::size_t SyslogHeaderReader::read_time(std::string_view text, Envelope& out) {
  if (text.empty()) return 0;
  const bool has_weekday = text.size() > 15 && text[3] == ' ' && is_digit(text[4]) &&
                           text[8] == '-';  // Sun 2026-11-22 07:47:54 UTC
  if (is_digit(text.front()) || has_weekday) {
    const std::size_t skipped = has_weekday ? 4 : 0;
    const auto time = parse_log_time(text.substr(skipped), dialect_.zone);
    const bool has_form = has_weekday || (text.size() > 10 && text[10] == 'T');
    if (!time || !has_form) return 0;
    out.time = *time;
    return skipped + time->length;
  }
  const std::string_view same = last_time_;
  if (!same.empty() && text.starts_with(same) && text.substr(same.size()).starts_with(' ')) {
    if (dialect_.start) out.time = last_;
    return same.size();
  }
  const auto time = parse_syslog_time(text);
  if (!time) return 0;
  last_time_ = text.substr(0, time->length);
  if (dialect_.start) {
    last_ = LogTime{syslog_time_of(*time, *dialect_.start, dialect_.zone), time->has_fraction,
                    time->length, true};
    out.time = last_;
  }
  return time->length;
}

// Behind `<134>1 `.
bool SyslogHeaderReader::read_rfc5424(std::string_view rest, Envelope& out) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  const std::string_view time = take_word(rest);
  if (time != "-" && read_time(time, out) != time.size()) return false;
  const std::string_view host = take_word(rest);
  const std::string_view program = take_word(rest);
  const std::string_view process = take_word(rest);
  const std::string_view message_id = take_word(rest);
  if (host.empty() || program.empty() || process.empty() || message_id.empty()) return false;
  if (host != "-") out.host = host;
  out.program = program == "-" ? std::string_view{} : program;
  is_logplex_ = is_dyno_source(program) && !is_digit(process.front()) && process != "-";
  if (is_logplex_) {
    out.stream = program;
    read_dyno(process, out);
  } else {
    is_number(process, out.pid);
  }
  const std::size_t data = structured_data_length(rest);
  if (data > 0) rest.remove_prefix(std::min(rest.size(), data + 1));
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());
  out.text = rest;
  return true;
}

// `10808]: text` behind a beginning that was seen before.
bool SyslogHeaderReader::read_same(std::string_view rest, Envelope& out) const {
  if (last_head_.empty() || !rest.starts_with(last_head_)) return false;
  rest.remove_prefix(last_head_.size());
  std::uint32_t pid = 0;
  const std::size_t digits = read_digits(rest, pid);
  if (digits == 0 || !rest.substr(digits).starts_with("]: ")) return false;
  out.pid = pid;
  out.host = last_host_;
  out.program = last_program_;
  out.text = rest.substr(digits + 3);
  return true;
}

// Behind the time: `host program[pid]: text`, or without the host.
bool SyslogHeaderReader::read_tagged(std::string_view rest, Envelope& out) {
  constexpr std::string_view kRepeated = "last message repeated ";
  if (read_same(rest, out)) return true;
  const std::string_view whole = rest;
  const std::size_t blank = rest.find(' ');
  if (blank == 0 || blank == std::string_view::npos) return false;
  const std::string_view first = rest.substr(0, blank);
  const bool first_is_tag = first.ends_with(':') || (first.find('[') != std::string_view::npos &&
                                                     first.ends_with(']') && first.front() != '[');
  if (!first_is_tag) {
    out.host = first;
    rest.remove_prefix(blank + 1);
    if (rest.starts_with(kRepeated)) {
      out.text = rest;
      return true;
    }
  }
  const std::size_t end = rest.find_first_of(" :[");
  if (end == 0 || end == std::string_view::npos || rest[end] == ' ') return false;
  const std::string_view name = rest.substr(0, end);
  if (rest[end] == ':') {
    const bool is_severity = read_line_tag(rest).has_value();
    if (is_severity || (end + 1 < rest.size() && rest[end + 1] != ' ')) return false;
    out.program = name;
    out.text = rest.substr(std::min(rest.size(), end + 2));
    return true;
  }
  const std::size_t close = rest.find_first_of("] ", end);
  if (close == std::string_view::npos || rest[close] != ']') return false;
  const std::string_view process = rest.substr(end + 1, close - end - 1);
  std::string_view text = rest.substr(close + 1);
  const bool has_colon = text.starts_with(':');
  if (has_colon) text.remove_prefix(1);
  if (!text.empty() && text.front() != ' ') return false;
  if (!text.empty()) text.remove_prefix(1);
  out.text = text;
  if (is_number(process, out.pid)) {
    out.program = name;
    if (has_colon) {
      last_host_ = out.host;
      last_program_ = name;
      const auto length = static_cast<std::size_t>(process.data() - whole.data());
      last_head_ = whole.substr(0, length);
    }
    return has_colon;
  }
  is_logplex_ = true;
  out.stream = name;
  return read_dyno(process, out);
}

bool SyslogHeaderReader::read(std::string_view entry, Envelope& out) {
  is_logplex_ = false;
  bool has_version = false;
  if (entry.starts_with('<')) {
    unsigned priority = 0;
    const std::size_t digits = read_digits(entry.substr(1), priority);
    if (digits == 0 || digits > 3 || entry.substr(1 + digits, 1) != ">") return false;
    entry.remove_prefix(digits + 2);
    has_version = entry.starts_with("1 ");
    if (has_version) entry.remove_prefix(2);
  }
  if (has_version) {
    if (!read_rfc5424(entry, out)) return false;
  } else {
    const std::size_t length = read_time(entry, out);
    if (length == 0 || entry.substr(length, 1) != " ") return false;
    if (!read_tagged(entry.substr(length + 1), out)) return false;
  }
  if (is_logplex_) read_color(out);
  read_message_number(dialect_.numbers, out);
  return true;
}

}  // namespace pgcounsel
