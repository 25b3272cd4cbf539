#include "parser/log/stderr_log.h"

#include <algorithm>
#include <cstring>

#include "parser/log/prefix/head_reader.h"

namespace pgcounsel {
namespace {

// One physical line that has the prefix, with the continuation lines behind it.
struct Entry {
  std::string_view body;   // first line, behind the tag
  std::string_view whole;  // body and its continuation lines as they stand in the file
  bool continued = false;
};

// The text of an entry with the tab removed that the server puts after each newline of a message.
std::string_view text_of(const Entry& entry, ChunkRecords& out) {
  if (!entry.continued) return entry.body;
  std::string& text = out.arena.with_room(entry.whole.size());
  const std::size_t begin = text.size();
  std::string_view rest = entry.whole;
  for (auto at = rest.find("\n\t"); at != std::string_view::npos; at = rest.find("\n\t")) {
    text += rest.substr(0, at + 1);
    rest.remove_prefix(at + 2);
  }
  text += rest;
  return std::string_view(text).substr(begin);
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
  return !message.empty() && ((message[0] == 'd' && message.starts_with("duration: ")) ||
                              (message[0] == 's' && message.starts_with("statement: ")) ||
                              (message[0] == 'e' && message.starts_with("execute ")));
}

void fill(LogRecord& record, const PrefixMatch& match, std::string_view message) {
  if (match.time) {
    record.time = match.time->time;
    record.has_time = true;
    record.has_fraction = match.time->has_fraction;
    record.zone_is_certain = match.time->zone_is_certain;
  }
  record.severity = match.severity;
  record.localised = match.localised;
  record.sqlstate = match.sqlstate;
  record.user = known_name(match.user);
  record.database = known_name(match.database);
  record.application = known_name(match.application);
  record.host = match.host;
  record.pid = match.pid;
  record.session = match.session;
  record.query_id = match.query_id;
  record.session_line = match.line_number;
  record.line_counter = LineCounter::kText;
  if (!match.virtual_xid.empty()) record.in_transaction = !match.virtual_xid.ends_with("/0");
  record.message = message;
  take_verbose_sqlstate(record);
  if (!shows_sql(record.message)) record.message = without_position(record.message);
}

std::string_view* field_of(LogRecord& record, LineKind kind) {
  switch (kind) {
    case LineKind::kDetail:
      return &record.detail;
    case LineKind::kHint:
      return &record.hint;
    case LineKind::kQuery:
      return &record.query;
    case LineKind::kContext:
      return &record.context;
    case LineKind::kStatement:
      return &record.statement;
    case LineKind::kRecord:
    case LineKind::kLocation:
    case LineKind::kBacktrace:
      break;
  }
  return nullptr;
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

}  // namespace

std::size_t read_stderr(std::span<const PrefixMatcher> prefixes, const Chunk& chunk,
                        ChunkRecords& out) {
  const char* const begin = chunk.bytes.data();
  const char* const end = begin + chunk.bytes.size();
  const char* at = begin;
  std::uint64_t line = chunk.first_line;
  bool open = false;  // records.back() may still get DETAIL lines
  const char* open_begin = begin;
  std::uint64_t open_line = line;
  std::uint64_t open_unparsed = 0, open_first_unparsed = 0;  // counted before it
  HeadReader heads(prefixes);
  Entry entry;
  while (at < end) {
    // The entry: this line and the continuation lines behind it.
    const char* first_end = nullptr;
    const char* stop = at;
    std::uint64_t lines = 0;
    bool closed = false;
    while (true) {
      const void* newline = std::memchr(stop, '\n', static_cast<std::size_t>(end - stop));
      if (newline == nullptr) {
        stop = end;
        if (first_end == nullptr) first_end = end;
        ++lines;
        break;
      }
      stop = static_cast<const char*>(newline);
      ++lines;
      if (first_end == nullptr) first_end = stop;
      ++stop;
      if (stop == end) break;
      const Next next = next_line(prefixes, stop, end, chunk.last);
      if (next == Next::kContinuation) continue;
      closed = next == Next::kEntry;
      break;
    }
    if (!closed && !chunk.last) break;
    std::string_view first(at, static_cast<std::size_t>(first_end - at));
    if (first.ends_with('\r')) first.remove_suffix(1);
    const char* whole_end = stop;
    while (whole_end > at && (whole_end[-1] == '\n' || whole_end[-1] == '\r')) --whole_end;
    const PrefixMatch* match = nullptr;
    if (first.empty() && whole_end == at) {
      // blank lines between entries say nothing
    } else if (first.starts_with('\t') || (match = heads.read(first)) == nullptr) {
      out.count_unparsed(line, first);
    } else {
      entry.body = first.substr(match->body);
      entry.continued = lines > 1 && whole_end > first_end;
      const char* body_begin = at + match->body;
      entry.whole = std::string_view(
          body_begin,
          whole_end > body_begin ? static_cast<std::size_t>(whole_end - body_begin) : 0);
      if (match->kind == LineKind::kRecord) {
        const std::string_view message = text_of(entry, out);
        LogRecord& record = out.records.emplace_back();
        fill(record, *match, message);
        record.line = line;
        record.offset = static_cast<std::size_t>(at - begin);
        open = true;
        open_begin = at;
        open_line = line;
        open_unparsed = out.unparsed;
        open_first_unparsed = out.first_unparsed;
      } else if (open && out.records.back().pid == match->pid) {
        if (std::string_view* field = field_of(out.records.back(), match->kind)) {
          *field = text_of(entry, out);
          out.records.back().localised |= match->localised;
        }
      } else {
        out.count_unparsed(line);  // its record is not here
      }
    }
    at = stop;
    line += lines;
  }
  if (open && !chunk.last) {
    // The next chunk may bring lines that belong to the last record: leave it for then.
    out.records.pop_back();
    out.unparsed = open_unparsed;
    out.first_unparsed = open_first_unparsed;
    at = open_begin;
    line = open_line;
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
