#include "parser/log/plain.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "parser/log/csv_log.h"
#include "parser/log/json_log.h"
#include "parser/log/stderr_log.h"

namespace pgcounsel {
namespace {

std::vector<std::string_view> lines_of(std::string_view head, bool complete) {
  std::vector<std::string_view> lines;
  while (!head.empty()) {
    const auto newline = head.find('\n');
    if (newline == std::string_view::npos) {
      if (complete || lines.empty()) lines.push_back(head);
      break;
    }
    std::string_view line = head.substr(0, newline);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    head.remove_prefix(newline + 1);
  }
  return lines;
}

// Log lines may stand inside the texts of another format: they must be more than a few. A file that
// was cut inside a long text begins with lines that are none.
bool is_worth_reading(const ChunkRecords& found) {
  constexpr std::size_t kTolerated = 10;  // lines that are no record, for each one that is
  return !found.records.empty() && found.records.size() * kTolerated >= found.unparsed;
}

template <class Read>
bool reads(const Read& read, std::string_view head, bool complete) {
  ChunkRecords found;
  read(Chunk{head, 1, complete}, found);
  return is_worth_reading(found);
}

// Whether an object with a field in it may begin somewhere.
bool may_hold_json(std::string_view head) {
  for (auto at = head.find('{'); at != std::string_view::npos; at = head.find('{', at + 1)) {
    const auto next = head.find_first_not_of(" \t\r\n", at + 1);
    if (next == std::string_view::npos || head[next] == '"') return true;
  }
  return false;
}

bool is_stderr(const PrefixMatcher& prefix, std::string_view head, bool complete) {
  ChunkRecords found;
  read_stderr({&prefix, 1}, Chunk{head, 1, complete}, found);
  // The only record of a head that is not complete is still open.
  return is_worth_reading(found) || (found.records.empty() && found.unparsed == 0);
}

using Answer = std::optional<PlainFormat>;

Result<Answer> with_told_prefix(std::string_view head, bool complete, const PlainHints& hints) {
  auto prefix = PrefixMatcher::compile(*hints.log_line_prefix, hints.zone);
  if (!prefix) return prefix.error();
  ChunkRecords found;
  read_stderr({&*prefix, 1}, Chunk{head, 1, complete}, found);
  if (found.records.empty() && !found.unparsed_lines.empty()) {
    return Error{fmt::format("no line of the first {} has the log_line_prefix `{}`", found.unparsed,
                             *hints.log_line_prefix)};
  }
  return Answer{StderrFormat{{*std::move(prefix)}}};
}

PoolerFormat pooler_format(const PlainHints& hints) {
  return {hints.zone, hints.in_envelope ? PoolerLine::kText : PoolerLine::kTime};
}

Answer forced_format(std::string_view name, const PlainHints& hints) {
  if (name == "csv") return CsvFormat{hints.zone};
  if (name == "json") return JsonFormat{hints.zone};
  if (name == "pgbouncer") return pooler_format(hints);
  return std::nullopt;
}

// The pooler's line has no severity with a colon, the server's always has.
bool is_pooler(std::string_view head, bool complete, const PlainHints& hints) {
  PoolerFormat format = pooler_format(hints);
  if (hints.in_envelope) format.least = PoolerLine::kLevel;
  return reads(
      [&](const Chunk& chunk, ChunkRecords& out) { return read_plain(format, chunk, out); }, head,
      complete);
}

// Words before something like `LOG:`, in a text that is no log. An envelope may leave only names to
// the prefix; elsewhere a prefix tells the time or the process, or names its fields.
bool is_prose(const PrefixMatcher& prefix, const PlainHints& hints) {
  constexpr std::string_view kTelling = "tmnspc";
  const bool tells = std::any_of(kTelling.begin(), kTelling.end(),
                                 [&](char escape) { return prefix.has_escape(escape); });
  const std::string& text = prefix.text();
  return !hints.in_envelope && !tells && !text.empty() && text.find('=') == std::string::npos;
}

}  // namespace

std::string name_of(const PlainFormat& format) {
  constexpr std::string_view kNames[] = {"csv", "json", "stderr", "pgbouncer"};
  return std::string(kNames[format.index()]);
}

std::string prefix_of(const PlainFormat& format) {
  const auto* text = std::get_if<StderrFormat>(&format);
  return text != nullptr ? text->prefixes.front().text() : std::string();
}

Result<std::optional<PlainFormat>> recognise_plain(std::string_view head, bool complete,
                                                   const PlainHints& hints) {
  const Zone& zone = hints.zone;
  if (hints.forced) {
    if (auto forced = forced_format(*hints.forced, hints)) return forced;
  } else {
    const auto csv = [&](const Chunk& chunk, ChunkRecords& out) { read_csv(zone, chunk, out); };
    if (reads(csv, head, complete)) return Answer{CsvFormat{zone}};
    const auto json = [&](const Chunk& chunk, ChunkRecords& out) { read_json(zone, chunk, out); };
    if (may_hold_json(head) && reads(json, head, complete)) return Answer{JsonFormat{zone}};
    if (is_pooler(head, complete, hints)) return Answer{pooler_format(hints)};
  }
  if (hints.log_line_prefix) return with_told_prefix(head, complete, hints);
  const auto prefix = detect_prefix(lines_of(head, complete), zone);
  if (!prefix || is_prose(*prefix, hints) || !is_stderr(*prefix, head, complete)) return Answer{};
  return Answer{StderrFormat{{*prefix}}};
}

bool learn_prefix(PlainFormat& format, const ChunkRecords& read, const Zone& zone) {
  constexpr std::size_t kWorthwhile = 10, kMostPrefixes = 4;
  auto* text = std::get_if<StderrFormat>(&format);
  if (text == nullptr || read.unparsed_lines.size() < kWorthwhile) return false;
  if (text->prefixes.size() >= kMostPrefixes) return false;
  auto prefix = detect_prefix(read.unparsed_lines, zone);
  if (!prefix) return false;
  for (const PrefixMatcher& known : text->prefixes) {
    if (known.text() == prefix->text()) return false;
  }
  text->prefixes.push_back(*std::move(prefix));
  return true;
}

std::size_t read_plain(const PlainFormat& format, const Chunk& chunk, ChunkRecords& out) {
  if (const auto* csv = std::get_if<CsvFormat>(&format)) return read_csv(csv->zone, chunk, out);
  if (const auto* json = std::get_if<JsonFormat>(&format)) return read_json(json->zone, chunk, out);
  if (const auto* pooler = std::get_if<PoolerFormat>(&format)) {
    return read_pooler(pooler->zone, pooler->least, chunk, out);
  }
  return read_stderr(std::get<StderrFormat>(format).prefixes, chunk, out);
}

}  // namespace pgcounsel
