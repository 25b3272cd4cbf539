#include "parser/log/plain.h"

#include <fmt/format.h>

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

// Log lines may stand inside the texts of another format: they must be more than a few. A file that
// was cut inside a long text begins with lines that are none.
bool is_worth_reading(const ChunkRecords& found) {
  constexpr std::size_t kTolerated = 10;  // lines that are no record, for each one that is
  return !found.records.empty() && found.records.size() * kTolerated >= found.unparsed;
}

bool is_csv(std::string_view head, bool complete, const Zone& zone) {
  ChunkRecords found;
  read_csv(zone, Chunk{head, 1, complete}, found);
  return is_worth_reading(found);
}

bool is_stderr(const PrefixMatcher& prefix, std::string_view head, bool complete) {
  ChunkRecords found;
  read_stderr({&prefix, 1}, Chunk{head, 1, complete}, found);
  // The only record of a head that is not complete is still open.
  return is_worth_reading(found) || (found.records.empty() && found.unparsed == 0);
}

}  // namespace

std::string name_of(const PlainFormat& format) {
  return std::holds_alternative<CsvFormat>(format) ? "csv" : "stderr";
}

std::string prefix_of(const PlainFormat& format) {
  const auto* text = std::get_if<StderrFormat>(&format);
  return text != nullptr ? text->prefixes.front().text() : std::string();
}

Result<std::optional<PlainFormat>> recognise_plain(std::string_view head, bool complete,
                                                   const PlainHints& hints) {
  using Answer = std::optional<PlainFormat>;
  if (is_csv(head, complete, hints.zone)) return Answer{CsvFormat{hints.zone}};
  if (hints.log_line_prefix) {
    auto prefix = PrefixMatcher::compile(*hints.log_line_prefix, hints.zone);
    if (!prefix) return prefix.error();
    ChunkRecords found;
    read_stderr({&*prefix, 1}, Chunk{head, 1, complete}, found);
    if (found.records.empty() && !found.unparsed_lines.empty()) {
      return Error{fmt::format("no line of the first {} has the log_line_prefix `{}`",
                               found.unparsed, *hints.log_line_prefix)};
    }
    return Answer{StderrFormat{{*std::move(prefix)}}};
  }
  const auto prefix = detect_prefix(lines_of(head, complete), hints.zone);
  if (!prefix || !is_stderr(*prefix, head, complete)) return Answer{};
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
  return read_stderr(std::get<StderrFormat>(format).prefixes, chunk, out);
}

}  // namespace pgcounsel
