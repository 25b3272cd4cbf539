#include "parser/log/insights_csv.h"

#include <algorithm>
#include <string>
#include <vector>

#include "parser/csv.h"
#include "parser/lines.h"
#include "parser/log/json_envelope.h"
#include "parser/time.h"

namespace pgcounsel {
namespace {

struct Cell {
  std::string_view text;    // without the quotes around it
  bool has_quotes = false;  // "" inside stands for one quote
};

// kOpen: the bytes end inside the row.
enum class Scan { kRow, kBroken, kOpen };

// One row from `here`, which is moved behind it and its newline, or to where it breaks off.
Scan scan_row(std::string_view bytes, bool last, std::size_t& here, std::vector<Cell>& row) {
  row.clear();
  while (true) {
    Cell cell;
    if (here < bytes.size() && bytes[here] == '"') {
      const std::size_t begin = ++here;
      while (true) {
        here = std::min(bytes.find('"', here), bytes.size());
        if (here == bytes.size()) return last ? Scan::kBroken : Scan::kOpen;
        if (here + 1 == bytes.size() || bytes[here + 1] != '"') break;
        cell.has_quotes = true;
        here += 2;
      }
      cell.text = bytes.substr(begin, here - begin);
      ++here;
    } else {
      const std::size_t begin = here;
      here = std::min(bytes.find_first_of(",\r\n", here), bytes.size());
      cell.text = bytes.substr(begin, here - begin);
    }
    row.push_back(cell);
    if (here == bytes.size() && !last) return Scan::kOpen;
    if (bytes.substr(here).starts_with("\r\n")) ++here;
    if (here == bytes.size() || bytes[here] == '\n') {
      here = std::min(here + 1, bytes.size());
      return Scan::kRow;
    }
    if (bytes[here] != ',') return Scan::kBroken;
    ++here;
  }
}

std::string_view text_of(const Cell& cell, Envelopes& out) {
  return cell.has_quotes ? with_single_quotes(cell.text, out.arena) : cell.text;
}

}  // namespace

std::optional<InsightsColumns> recognise_insights_csv(std::string_view head) {
  std::vector<Cell> row;
  std::size_t at = 0;
  if (scan_row(head.substr(0, head.find('\n') + 1), true, at, row) != Scan::kRow) {
    return std::nullopt;
  }
  const auto column = [&](std::string_view name) -> std::optional<std::size_t> {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i].text == name) return i;
    }
    return std::nullopt;
  };
  const auto time = column("@timestamp"), message = column("@message");
  if (!time || !message) return std::nullopt;
  return InsightsColumns{row.size(), *time, *message, column("@logStream")};
}

std::size_t read_insights_csv(const InsightsColumns& columns, const Chunk& chunk, Envelopes& out) {
  constexpr std::size_t kMostBytes = std::size_t{4} << 20;  // of a row; the service allows 1 MiB
  constexpr std::size_t kPatience = 4;  // times the bytes, for quotes that are not closed
  const std::string_view bytes = chunk.bytes;
  std::uint64_t line = chunk.first_line;
  std::size_t at = 0, wasted = 0;
  std::vector<Cell> row;
  while (at < bytes.size()) {
    const std::size_t newline = bytes.find('\n', at);
    const std::size_t next_line = newline == std::string_view::npos ? bytes.size() : newline + 1;
    const bool patient = wasted <= kPatience * bytes.size();
    const std::size_t limit = patient ? std::min(at + kMostBytes, bytes.size()) : next_line;
    const bool last = chunk.last || limit < bytes.size();
    std::size_t next = at;
    const Scan scan = scan_row(bytes.substr(0, limit), last, next, row);
    if (scan == Scan::kOpen) break;
    if (scan == Scan::kBroken) wasted += next - at;
    const bool complete = scan == Scan::kRow && row.size() == columns.count;
    const auto time =
        complete ? parse_log_time(row[columns.time].text, Zone{}) : std::optional<LogTime>{};
    if (time) {
      Envelope envelope;
      envelope.line = line;
      envelope.offset = at;
      envelope.end = next;
      envelope.time = time;
      envelope.text = text_of(row[columns.message], out);
      while (envelope.text.ends_with('\n')) envelope.text.remove_suffix(1);
      if (columns.stream) envelope.host = instance_of_stream(row[*columns.stream].text);
      out.list.push_back(envelope);
    } else if (!complete || row[columns.time].text != "@timestamp") {
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
