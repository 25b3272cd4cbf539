#include "parser/log/reader.h"

#include <vector>

#include "parser/log/csv_log.h"
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

// Records against lines that are none, when the head is read as csvlog.
bool is_csv(std::string_view head, bool complete, const Zone& zone) {
  ChunkRecords found;
  read_csv(zone, Chunk{head, 1, complete}, found);
  return !found.records.empty() && found.records.size() >= found.unparsed;
}

// Log lines may stand inside the texts of another format: they must be more than a few.
bool is_stderr(const PrefixMatcher& prefix, std::string_view head, bool complete) {
  ChunkRecords found;
  read_stderr(prefix, Chunk{head, 1, complete}, found);
  constexpr std::size_t kTolerated = 10;  // lines that are no record, for each one that is
  return found.records.size() * kTolerated >= found.unparsed;
}

}  // namespace

std::string name_of(const LogFormat& format) {
  return std::holds_alternative<CsvFormat>(format) ? "csv" : "stderr";
}

std::string prefix_of(const LogFormat& format) {
  const auto* text = std::get_if<StderrFormat>(&format);
  return text != nullptr ? text->prefix.text() : std::string();
}

Result<std::optional<LogFormat>> recognise(std::string_view head, bool complete,
                                           const FormatHints& hints) {
  using Answer = std::optional<LogFormat>;
  if (is_csv(head, complete, hints.zone)) return Answer{CsvFormat{hints.zone}};
  if (hints.log_line_prefix) {
    auto prefix = PrefixMatcher::compile(*hints.log_line_prefix, hints.zone);
    if (!prefix) return prefix.error();
    return Answer{StderrFormat{*std::move(prefix)}};
  }
  const auto prefix = detect_prefix(lines_of(head, complete), hints.zone);
  if (!prefix || !is_stderr(*prefix, head, complete)) return Answer{};
  return Answer{StderrFormat{*prefix}};
}

std::size_t read_chunk(const LogFormat& format, const Chunk& chunk, ChunkRecords& out) {
  if (const auto* csv = std::get_if<CsvFormat>(&format)) return read_csv(csv->zone, chunk, out);
  return read_stderr(std::get<StderrFormat>(format).prefix, chunk, out);
}

}  // namespace pgcounsel
