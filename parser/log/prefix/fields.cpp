#include "parser/log/prefix/fields.h"

#include <algorithm>
#include <array>
#include <span>

namespace pgcounsel {

std::size_t session_id_length(std::string_view text) {
  std::size_t start = run_of(text, 0, is_hex);
  if (start == 0 || start > 16 || start >= text.size() || text[start] != '.') return kNoField;
  std::size_t pid = run_of(text, start + 1, is_hex);
  return pid == 0 || pid > 8 ? kNoField : start + 1 + pid;
}

std::size_t virtual_xid_length(std::string_view text) {
  std::size_t sign = text.starts_with('-') ? 1 : 0;
  std::size_t backend = run_of(text, sign, is_digit);
  std::size_t slash = sign + backend;
  if (backend == 0 || slash >= text.size() || text[slash] != '/') return kNoField;
  std::size_t local = run_of(text, slash + 1, is_digit);
  return local == 0 ? kNoField : slash + 1 + local;
}

std::size_t sqlstate_length(std::string_view text) {
  return run_of(text.substr(0, 5), 0, [](char c) { return is_digit(c) || is_upper(c); }) == 5
             ? 5
             : kNoField;
}

std::size_t number_length(std::string_view text, bool with_sign) {
  std::size_t sign = with_sign && text.starts_with('-') ? 1 : 0;
  std::size_t digits = run_of(text, sign, is_digit);
  return digits == 0 ? kNoField : sign + digits;
}

std::size_t read_epoch(std::string_view text, LogTime& out) {
  constexpr std::size_t kMostSeconds = 10, kMillis = 3;
  std::int64_t value = 0;
  std::size_t at = 0;
  const auto read_digits = [&](std::size_t most) {
    const std::size_t begin = at, end = std::min(text.size(), at + most);
    for (; at < end && is_digit(text[at]); ++at) value = value * 10 + (text[at] - '0');
    return at - begin;
  };
  if (read_digits(kMostSeconds) == 0 || at >= text.size() || text[at] != '.') return kNoField;
  ++at;
  if (read_digits(kMillis) != kMillis || (at < text.size() && is_digit(text[at]))) return kNoField;
  out = LogTime{Time{Micros{value * 1000}}, true, at};
  return at;
}

bool is_ipv6(std::string_view text) {
  int groups = 0;
  bool gap = text.starts_with("::");
  std::size_t at = gap ? 2 : 0;
  while (at < text.size()) {
    std::size_t digits = run_of(text, at, is_hex);
    if (digits == 0 || digits > 4) return false;
    ++groups;
    at += digits;
    if (at == text.size()) break;
    if (text[at] != ':') return false;
    ++at;
    if (at == text.size()) return false;
    if (text[at] == ':') {
      if (gap) return false;
      gap = true;
      ++at;
    }
  }
  return gap ? groups < 8 : groups == 8;
}

namespace {

// The server's own; extensions name their background workers as they like.
constexpr std::array<std::string_view, 21> kBackendTypes = {
    "client backend",
    "autovacuum launcher",
    "autovacuum worker",
    "background writer",
    "background worker",
    "checkpointer",
    "walwriter",
    "walsender",
    "walreceiver",
    "walsummarizer",
    "parallel worker",
    "logical replication launcher",
    "logical replication apply worker",
    "logical replication tablesync worker",
    "logical replication worker",
    "logger",
    "archiver",
    "startup",
    "postmaster",
    "stats collector",
    "not initialized",
};

// What %i prints most of the time; a longer one stands before its beginning.
constexpr std::array<std::string_view, 29> kCommandTags = {
    "idle in transaction (aborted)",
    "idle in transaction",
    "idle",
    "authentication",
    "startup",
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "MERGE",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "PREPARE",
    "PARSE",
    "BIND",
    "EXECUTE",
    "FETCH",
    "SHOW",
    "SET",
    "DO",
    "CALL",
    "COPY",
    "VACUUM",
    "ANALYZE",
    "EXPLAIN",
    "CREATE TABLE AS",
    "CREATE TABLE",
    "DISCARD ALL",
};

bool is_host_char(char c) {
  return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z') || c == '.' || c == ':' || c == '-' ||
         c == '_' || c == '%' || static_cast<unsigned char>(c) >= 0x80;
}

// Of the first of `words` that stands at the start of `text` as a whole.
std::size_t length_of_any(std::span<const std::string_view> words, std::string_view text) {
  for (std::string_view word : words) {
    if (text.empty() || word[0] != text[0] || !text.starts_with(word)) continue;
    char next = text.size() > word.size() ? text[word.size()] : '\0';
    if (!is_digit(next) && !is_upper(next) && !(next >= 'a' && next <= 'z')) return word.size();
  }
  return kNoField;
}

}  // namespace

std::size_t backend_type_length(std::string_view text) {
  return length_of_any(kBackendTypes, text);
}

std::size_t command_tag_length(std::string_view text) {
  constexpr std::string_view kWaiting = " waiting";
  const std::size_t length = length_of_any(kCommandTags, text);
  if (length == kNoField || !text.substr(length).starts_with(kWaiting)) return length;
  return length + kWaiting.size();
}

std::size_t host_and_port_length(std::string_view text) {
  std::size_t host = run_of(text, 0, is_host_char);
  if (host == 0 || host >= text.size() || text[host] != '(') return kNoField;
  std::size_t port = run_of(text, host + 1, is_digit);
  std::size_t close = host + 1 + port;
  if (port == 0 || close >= text.size() || text[close] != ')') return kNoField;
  return close + 1;
}

std::size_t ipv4_length(std::string_view text) {
  std::size_t end = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0 && (end >= text.size() || text[end] != '.')) return kNoField;
    if (part > 0) ++end;
    std::size_t digits = run_of(text, end, is_digit);
    if (digits == 0 || digits > 3) return kNoField;
    end += digits;
  }
  return end < text.size() && (is_host_char(text[end]) && text[end] != ':' && text[end] != '-')
             ? kNoField
             : end;
}

std::size_t ipv6_run(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  return run_of(text.substr(0, kLongest), 0, [](char c) { return is_hex(c) || c == ':'; });
}

std::size_t ipv6_length(std::string_view text) {
  std::size_t end = run_of(text, 0, [](char c) { return is_hex(c) || c == ':'; });
  while (end >= 3 && !is_ipv6(text.substr(0, end))) --end;
  return end >= 3 ? end : kNoField;
}

}  // namespace pgcounsel
