#include "parser/log/envelope/journald_export.h"

#include <algorithm>
#include <iterator>
#include <optional>

#include "parser/log/envelope/carrier_notice.h"
#include "parser/number.h"

namespace pgcounsel {
namespace {

struct Field {
  std::string_view name, value;
};

enum class Scan { kField, kEndOfEntry, kNoField, kIncomplete };

// The field at `at`, which is moved behind it.
Scan scan_field(std::string_view bytes, bool last, std::size_t& at, Field& field) {
  constexpr std::size_t kLengthBytes = 8;
  const std::size_t newline = bytes.find('\n', at);
  const bool is_cut = newline == std::string_view::npos;
  if (is_cut && !last) return Scan::kIncomplete;
  const std::string_view whole = bytes.substr(at, is_cut ? std::string_view::npos : newline - at);
  if (whole.empty()) {
    at = is_cut ? bytes.size() : newline + 1;
    return Scan::kEndOfEntry;
  }
  const std::size_t equals = whole.find('=');
  if (equals != std::string_view::npos) {
    field = {whole.substr(0, equals), whole.substr(equals + 1)};
    at = is_cut ? bytes.size() : newline + 1;
    return Scan::kField;
  }
  if (is_cut) return Scan::kNoField;
  const std::size_t begin = newline + 1;
  if (bytes.size() - begin < kLengthBytes) return last ? Scan::kNoField : Scan::kIncomplete;
  std::uint64_t length = 0;
  for (std::size_t i = kLengthBytes; i-- > 0;) {
    length = length << 8 | static_cast<unsigned char>(bytes[begin + i]);
  }
  constexpr std::uint64_t kLongest = 64 << 20;
  const std::size_t rest = bytes.size() - begin - kLengthBytes;
  if (length > kLongest) return Scan::kNoField;
  if (length >= rest) {
    if (!last) return Scan::kIncomplete;
    if (length > rest) return Scan::kNoField;
  }
  const std::size_t end = begin + kLengthBytes + static_cast<std::size_t>(length);
  if (end < bytes.size() && bytes[end] != '\n') return Scan::kNoField;
  field = {whole, bytes.substr(begin + kLengthBytes, static_cast<std::size_t>(length))};
  at = std::min(bytes.size(), end + 1);
  return Scan::kField;
}

struct Entry {
  Envelope envelope;
  bool has_message = false;
  bool has_syslog_pid = false;
  std::string_view command;

  void take(const Field& field) {
    if (field.name == "MESSAGE") {
      envelope.text = field.value;
      has_message = true;
    } else if (field.name == "_HOSTNAME") {
      envelope.host = field.value;
    } else if (field.name == "SYSLOG_IDENTIFIER") {
      envelope.program = field.value;
    } else if (field.name == "_COMM") {
      command = field.value;
    } else if (field.name == "SYSLOG_PID" || (field.name == "_PID" && !has_syslog_pid)) {
      const auto pid = whole_text_number<std::uint32_t>(field.value);
      if (!pid) return;
      envelope.pid = *pid;
      has_syslog_pid = field.name == "SYSLOG_PID";
    } else if (field.name == "__REALTIME_TIMESTAMP") {
      const auto micros = whole_text_number<std::int64_t>(field.value);
      constexpr std::int64_t kLatest = 9'000'000'000'000'000;
      if (micros && *micros >= 0 && *micros < kLatest) {
        envelope.time = LogTime{Time{Micros{*micros}}, true, field.value.size(), true};
      }
    }
  }
};

void add(Entry& entry, MessageNumbers numbers, Envelopes& out) {
  Envelope& envelope = entry.envelope;
  if (envelope.program.empty()) envelope.program = entry.command;
  while (envelope.text.ends_with('\n')) envelope.text.remove_suffix(1);
  if (const auto lost = messages_lost(envelope.program, envelope.text)) {
    out.losses.push_back({envelope.offset, *lost});
  }
  read_message_number(numbers, envelope);
  out.list.push_back(envelope);
}

}  // namespace

bool looks_like_journald_export(std::string_view head) {
  constexpr std::string_view kFirstFields[] = {"\n\n__CURSOR=", "\n\n__REALTIME_TIMESTAMP="};
  return std::any_of(std::begin(kFirstFields), std::end(kFirstFields), [head](auto field) {
    return head.starts_with(field.substr(2)) || head.find(field) != std::string_view::npos;
  });
}

std::size_t read_journald_export(MessageNumbers numbers, const Chunk& chunk, Envelopes& out) {
  const std::string_view bytes = chunk.bytes;
  std::size_t at = 0;
  std::uint64_t line = chunk.first_line;
  while (at < bytes.size()) {
    Entry entry;
    entry.envelope.offset = at;
    entry.envelope.line = line;
    std::size_t end = at;
    std::size_t fields = 0;
    Scan scan = Scan::kField;
    while (scan == Scan::kField) {
      if (end == bytes.size()) {
        scan = chunk.last ? Scan::kEndOfEntry : Scan::kIncomplete;
        break;
      }
      Field field;
      scan = scan_field(bytes, chunk.last, end, field);
      if (scan != Scan::kField) break;
      ++fields;
      entry.take(field);
    }
    if (scan == Scan::kIncomplete) break;
    const bool is_broken = scan == Scan::kNoField;
    if (is_broken) {
      // Goes on behind the line that is no field.
      const std::size_t newline = bytes.find('\n', end);
      if (newline == std::string_view::npos && !chunk.last) break;
      end = newline == std::string_view::npos ? bytes.size() : newline + 1;
    }
    entry.envelope.end = end;
    if (is_broken) {
      out.strays.push_back({line, at, bytes.substr(at, bytes.substr(at).find('\n'))});
    } else if (entry.has_message) {
      add(entry, numbers, out);
    }
    line += static_cast<std::uint64_t>(std::count(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                                                  bytes.begin() + static_cast<std::ptrdiff_t>(end),
                                                  '\n'));
    if (end == bytes.size() && !bytes.ends_with('\n')) ++line;
    at = end;
  }
  out.lines += line - chunk.first_line;
  return at;
}

}  // namespace pgcounsel
