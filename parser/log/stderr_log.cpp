#include "parser/log/stderr_log.h"

#include <algorithm>
#include <cstring>

#include "parser/find.h"
#include "parser/log/prefix/head_reader.h"
#include "parser/newlines.h"

namespace pgcounsel {
namespace {

// One physical line and the continuation lines behind it.
struct Entry {
  std::string_view first;  // the first line
  const char* end = nullptr;
  std::uint64_t lines = 1;
};

// The text from `begin` to `end` with the tab removed that the server puts after each newline of a
// message.
std::string_view without_tabs(const char* begin, const char* end, TextArena& arena) {
  return arena.write(static_cast<std::size_t>(end - begin), [begin, end](char* to) {
    for (const char* at = begin;;) {
      const char* const newline = copy_up_to('\n', at, end, to);
      to += newline - at;
      if (newline == end) return to;
      *to++ = '\n';
      at = newline + 1;
      if (at < end && *at == '\t') ++at;
    }
  });
}

[[gnu::noinline]] std::string_view continued_text_of(const Entry& entry, const char* begin,
                                                     TextArena& arena) {
  const char* end = entry.end;
  while (end > begin && (end[-1] == '\n' || end[-1] == '\r')) --end;
  const char* const first_end = entry.first.data() + entry.first.size();
  if (end <= first_end) return {begin, static_cast<std::size_t>(first_end - begin)};
  return without_tabs(begin, end, arena);
}

// The text of an entry behind the `body` first bytes, without what ends its last line.
inline std::string_view text_of(const Entry& entry, std::size_t body, TextArena& arena) {
  const char* const begin = entry.first.data() + body;
  if (entry.lines == 1) return {begin, entry.first.size() - body};
  return continued_text_of(entry, begin, arena);
}

bool is_sqlstate(std::string_view text) {
  const auto upper_or_digit = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
  };
  if (text.size() != 5) return false;
  for (const char c : text) {
    if (!upper_or_digit(c)) return false;
  }
  const std::string_view letter_classes[] = {"F0", "HV", "P0", "XX"};
  if (text[0] >= '0' && text[0] <= '9') return true;
  for (const auto start : letter_classes) {
    if (text.starts_with(start)) return true;
  }
  return false;
}

// log_error_verbosity = verbose puts `42P01: ` before the message.
void take_verbose_sqlstate(LogRecord& record) {
  const std::string_view message = record.message;
  if (message.size() > 7 && message[5] == ':' && message[6] == ' ' &&
      is_sqlstate(message.substr(0, 5))) {
    record.sqlstate = message.substr(0, 5);
    record.message.remove_prefix(7);
  }
}

// Whether SQL of the user is the end of the message.
bool shows_sql(std::string_view message) {
  switch (message.empty() ? '\0' : message[0]) {
    case 'd':
      return message.starts_with("duration: ");
    case 's':
      return message.starts_with("statement: ");
    case 'e':
      return message.starts_with("execute ");
    default:
      return false;
  }
}

void set_message(LogRecord& record, std::string_view message) {
  record.message = message;
  take_verbose_sqlstate(record);
  if (!shows_sql(record.message)) record.message = without_position(record.message);
}

// Of the records, by the kind of the line that tells it; null: none.
constexpr std::string_view LogRecord::*kFields[] = {nullptr,
                                                    &LogRecord::detail,
                                                    &LogRecord::hint,
                                                    &LogRecord::query,
                                                    &LogRecord::context,
                                                    &LogRecord::statement,
                                                    nullptr,
                                                    nullptr};

std::string_view LogRecord::*field_of(LineKind kind) {
  return kFields[static_cast<std::size_t>(kind)];
}

enum class Next { kContinuation, kEntry, kNotKnown };

// Whether the entry goes on in the line at `at`: with the tab that the server writes, or with the
// blanks that a terminal makes of it, unless the prefix is padded and begins with as many.
Next next_line(std::span<const PrefixMatcher> prefixes, const char* at, const char* end,
               bool last) {
  constexpr std::string_view kExpandedTab = "        ";
  if (*at == '\t' || *at == '\n') return Next::kContinuation;
  if (*at != ' ') return Next::kEntry;
  const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at));
  if (newline == nullptr && !last) return Next::kNotKnown;
  const char* const line_end = newline == nullptr ? end : static_cast<const char*>(newline);
  const std::string_view line(at, static_cast<std::size_t>(line_end - at));
  const bool is_entry = !line.starts_with(kExpandedTab) || begins_stderr_entry(prefixes, line);
  return is_entry ? Next::kEntry : Next::kContinuation;
}

// The entry at `at`, with what ends its first line left out. `newlines` is about to tell the first
// one behind `at`. False: it may go on behind `end`.
inline bool read_entry(std::span<const PrefixMatcher> prefixes, const char* at, const char* end,
                       bool last, Newlines& newlines, Entry& entry) {
  const char* newline = newlines.next();
  const char* const first_end = newline == nullptr ? end : newline;
  entry.first = {at, static_cast<std::size_t>(first_end - at)};
  if (entry.first.ends_with('\r')) entry.first.remove_suffix(1);
  entry.lines = 1;
  while (newline != nullptr && newline + 1 != end) {
    entry.end = newline + 1;
    const Next next = next_line(prefixes, entry.end, end, last);
    if (next == Next::kEntry) return true;
    if (next == Next::kNotKnown) return last;
    newline = newlines.next();
    ++entry.lines;
  }
  entry.end = end;
  return last;
}

bool is_blank(const Entry& entry) {
  return std::all_of(entry.first.data(), entry.end, [](char c) { return c == '\n' || c == '\r'; });
}

// The last record, which may still get DETAIL lines.
struct OpenRecord {
  bool is_there = false;
  std::uint64_t unparsed = 0, first_unparsed = 0;  // counted before it
};

// False: its record is not here.
inline bool add_to_record(const Entry& entry, const LineHead& head, ChunkRecords& out) {
  LogRecord& record = out.records.back();
  if (record.pid != head.record.pid) return false;
  if (const auto field = field_of(head.kind)) {
    record.*field = text_of(entry, head.body, out.arena);
    record.localised |= head.localised;
  }
  return true;
}

}  // namespace

std::size_t read_stderr(std::span<const PrefixMatcher> prefixes, const Chunk& chunk,
                        ChunkRecords& out) {
  const char* const begin = chunk.bytes.data();
  const char* const end = begin + chunk.bytes.size();
  const char* at = begin;
  std::uint64_t line = chunk.first_line;
  OpenRecord open;
  HeadReader heads(prefixes);
  Newlines newlines(chunk.bytes);
  Entry entry;
  for (; at < end && read_entry(prefixes, at, end, chunk.last, newlines, entry);
       at = entry.end, line += entry.lines) {
    const LineHead* head = *at == '\t' ? nullptr : heads.read(entry.first);
    if (head == nullptr) {
      if (!is_blank(entry)) out.count_unparsed(line, entry.first);
    } else if (head->kind == LineKind::kRecord) {
      LogRecord& record = out.records.emplace_back(head->record);
      head->complete(record);
      record.line = line;
      record.offset = static_cast<std::size_t>(at - begin);
      set_message(record, text_of(entry, head->body, out.arena));
      open = {true, out.unparsed, out.first_unparsed};
    } else if (!open.is_there || !add_to_record(entry, *head, out)) {
      out.count_unparsed(line);
    }
  }
  if (open.is_there && !chunk.last) {
    // The next chunk may bring lines that belong to the last record: leave it for then.
    at = begin + out.records.back().offset;
    line = out.records.back().line;
    out.records.pop_back();
    out.unparsed = open.unparsed;
    out.first_unparsed = open.first_unparsed;
  }
  out.lines += line - chunk.first_line;
  return static_cast<std::size_t>(at - begin);
}

bool begins_stderr_entry(std::span<const PrefixMatcher> prefixes, std::string_view line) {
  PrefixMatch match;
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const PrefixMatcher& prefix) { return prefix.match(line, match); });
}

bool begins_stderr_record(std::span<const PrefixMatcher> prefixes, std::string_view line) {
  PrefixMatch match;
  const auto fits = [&](const PrefixMatcher& prefix) { return prefix.match(line, match); };
  return !line.starts_with('\t') && std::any_of(prefixes.begin(), prefixes.end(), fits) &&
         match.kind == LineKind::kRecord;
}

}  // namespace pgcounsel
