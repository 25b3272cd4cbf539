#include "parser/log/envelope/insights_csv.h"

#include <algorithm>

#include "parser/csv.h"
#include "parser/lines.h"
#include "parser/log/envelope/json_envelope.h"
#include "parser/time.h"

namespace pgcounsel {
namespace {

std::string_view text_of(const CsvCell& cell, Envelopes& out) {
  return cell.has_quotes ? unquoted(cell.text, out.arena) : cell.text;
}

}  // namespace

std::optional<InsightsColumns> recognise_insights_csv(std::string_view head) {
  CsvRow row;
  const std::string_view line = head.substr(0, head.find('\n') + 1);
  if (scan_csv_row(line, CsvForm{}, row) != CsvEnd::kNewline) return std::nullopt;
  const auto column = [&](std::string_view name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i].text == name) return i;
    }
    return std::nullopt;
  };
  const auto time = column("@timestamp"), message = column("@message");
  if (!time || !message) return std::nullopt;
  return InsightsColumns{row.count, *time, *message, column("@logStream")};
}

std::size_t read_insights_csv(const InsightsColumns& columns, const Chunk& chunk, Envelopes& out) {
  constexpr std::size_t kMostBytes = std::size_t{4} << 20;  // of a row; the service allows 1 MiB
  constexpr std::size_t kPatience = 4;  // times the bytes, for quotes that are not closed
  const std::string_view bytes = chunk.bytes;
  std::uint64_t line = chunk.first_line;
  std::size_t at = 0, wasted = 0;
  CsvRow row;
  while (at < bytes.size()) {
    const std::size_t newline = bytes.find('\n', at);
    const std::size_t next_line = newline == std::string_view::npos ? bytes.size() : newline + 1;
    const bool patient = wasted <= kPatience * bytes.size();
    const std::size_t limit = patient ? std::min(at + kMostBytes, bytes.size()) : next_line;
    const bool last = chunk.last || limit < bytes.size();
    const CsvEnd row_end = scan_csv_row(bytes.substr(at, limit - at), CsvForm{}, row);
    const bool cut = row_end == CsvEnd::kOpen || row_end == CsvEnd::kBytes;
    if (cut && !last) break;
    const bool whole = row_end == CsvEnd::kNewline || row_end == CsvEnd::kBytes;
    std::size_t next =
        row_end == CsvEnd::kOpen ? limit : static_cast<std::size_t>(row.end - bytes.data());
    if (!whole) wasted += next - at;
    const bool complete = whole && row.count == columns.count && row.count == row.cells.size();
    const auto time =
        complete ? parse_log_time(row.cells[columns.time].text, Zone{}) : std::optional<LogTime>{};
    if (time) {
      Envelope envelope;
      envelope.line = line;
      envelope.offset = at;
      envelope.end = next;
      envelope.time = time;
      envelope.text = text_of(row.cells[columns.message], out);
      while (envelope.text.ends_with('\n')) envelope.text.remove_suffix(1);
      if (columns.stream) envelope.host = instance_of_stream(row.cells[*columns.stream].text);
      out.list.push_back(envelope);
    } else if (!complete || row.cells[columns.time].text != "@timestamp") {
      if (newline == std::string_view::npos && !chunk.last && patient) break;
      next = next_line;
      const std::string_view text = bytes.substr(at, next - at);
      if (text.find_first_not_of("\r\n") != std::string_view::npos) {
        out.strays.push_back({line, at, text});
      }
    }
    line += newlines_in(bytes.substr(at, next - at));
    at = next;
  }
  out.lines += line - chunk.first_line;
  return at;
}

}  // namespace pgcounsel
