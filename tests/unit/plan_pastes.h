// One small plan in all forms, and what people's tools put around it.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pgcounsel {

inline constexpr std::string_view kPlainText =
    R"(Sort  (cost=9.10..9.12 rows=7 width=12) (actual time=0.900..0.950 rows=6 loops=1)
  Sort Key: (count(*)) DESC
  Sort Method: quicksort  Memory: 25kB
  ->  HashAggregate  (cost=8.00..8.07 rows=7 width=12) (actual time=0.800..0.850 rows=6 loops=1)
        Group Key: color
        Batches: 1  Memory Usage: 24kB
        ->  Index Scan using paint_made on paint p  (cost=0.15..7.50 rows=99 width=4) (actual time=0.010..0.500 rows=98 loops=1)
              Index Cond: (made > '2024-05-06 00:00:00'::timestamp without time zone)
              Filter: (note <> 'a, "b"'::text)
Planning Time: 0.250 ms
Execution Time: 1.125 ms
)";

inline constexpr std::string_view kPlainJson = R"json([
  {
    "Plan": {
      "Node Type": "Sort",
      "Startup Cost": 9.10,
      "Total Cost": 9.12,
      "Plan Rows": 7,
      "Plan Width": 12,
      "Actual Startup Time": 0.900,
      "Actual Total Time": 0.950,
      "Actual Rows": 6,
      "Actual Loops": 1,
      "Sort Key": ["(count(*)) DESC"],
      "Sort Method": "quicksort",
      "Sort Space Used": 25,
      "Sort Space Type": "Memory",
      "Plans": [
        {
          "Node Type": "Aggregate",
          "Strategy": "Hashed",
          "Partial Mode": "Simple",
          "Parent Relationship": "Outer",
          "Startup Cost": 8.00,
          "Total Cost": 8.07,
          "Plan Rows": 7,
          "Plan Width": 12,
          "Actual Startup Time": 0.800,
          "Actual Total Time": 0.850,
          "Actual Rows": 6,
          "Actual Loops": 1,
          "Group Key": ["color"],
          "Planned Partitions": 0,
          "HashAgg Batches": 1,
          "Peak Memory Usage": 24,
          "Disk Usage": 0,
          "Plans": [
            {
              "Node Type": "Index Scan",
              "Parent Relationship": "Outer",
              "Scan Direction": "Forward",
              "Index Name": "paint_made",
              "Relation Name": "paint",
              "Alias": "p",
              "Startup Cost": 0.15,
              "Total Cost": 7.50,
              "Plan Rows": 99,
              "Plan Width": 4,
              "Actual Startup Time": 0.010,
              "Actual Total Time": 0.500,
              "Actual Rows": 98,
              "Actual Loops": 1,
              "Index Cond": "(made > '2024-05-06 00:00:00'::timestamp without time zone)",
              "Filter": "(note <> 'a, \"b\"'::text)"
            }
          ]
        }
      ]
    },
    "Planning Time": 0.250,
    "Triggers": [
    ],
    "Execution Time": 1.125
  }
]
)json";

inline constexpr std::string_view kPlainYaml = R"(- Plan: 
    Node Type: "Result"
    Startup Cost: 0.00
    Total Cost: 0.01
    Plan Rows: 1
    Plan Width: 4
  Planning Time: 0.250
)";

inline constexpr std::string_view kPlainXml =
    R"(<explain xmlns="http://www.postgresql.org/2009/explain">
  <Query>
    <Plan>
      <Node-Type>Result</Node-Type>
      <Startup-Cost>0.00</Startup-Cost>
      <Total-Cost>0.01</Total-Cost>
      <Plan-Rows>1</Plan-Rows>
      <Plan-Width>4</Plan-Width>
    </Plan>
    <Planning-Time>0.250</Planning-Time>
  </Query>
</explain>
)";

inline std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t stop = text.find('\n');
    lines.emplace_back(text.substr(0, stop));
    text.remove_prefix(stop == std::string_view::npos ? text.size() : stop + 1);
  }
  return lines;
}

inline std::string with_each_line(std::string_view text, std::string_view before,
                                  std::string_view behind) {
  std::string all;
  for (const std::string& line : lines_of(text)) {
    all += std::string(before) + line + std::string(behind) + "\n";
  }
  return all;
}

inline std::string in_quotes(std::string_view text, char quote) {
  std::string all;
  for (const std::string& line : lines_of(text)) {
    all += quote;
    for (const char c : line) all += c == quote ? std::string(2, c) : std::string(1, c);
    all += std::string(1, quote) + "\n";
  }
  return all;
}

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0) all += text;
  return all;
}

// What psql draws with.
struct Pen {
  std::string_view stroke, bar, corners[9];
  std::string_view goes_on, broken;  // marks behind a value's line, and where one is broken
};
inline constexpr Pen kAscii = {"-", "|", {"+", "+", "+", "+", "+", "+", "+", "+", "+"}, "+", "."};
inline constexpr Pen kUnicode = {"─", "│", {"┌", "┬", "┐", "├", "┼", "┤", "└", "┴", "┘"}, "↵", "…"};
inline constexpr Pen kDouble = {"═", "║", {"╔", "╦", "╗", "╠", "╬", "╣", "╚", "╩", "╝"}, "↵", "…"};

// As psql prints a column: rows of one line each, or one value of many lines; lines wider than
// `width` are broken. Widths are those of ASCII text.
inline std::string framed(std::string_view text, int border, const Pen& pen, bool one_value,
                          std::size_t width = 1000) {
  struct Piece {
    std::string text;
    std::string_view before = " ", behind = " ";
  };
  std::vector<Piece> pieces;
  const std::vector<std::string> lines = lines_of(text);
  std::size_t widest = 10;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    for (std::size_t at = 0; at == 0 || at < lines[i].size(); at += width) {
      pieces.push_back({lines[i].substr(at, width)});
      widest = std::max(widest, pieces.back().text.size());
      if (at > 0) pieces.back().before = pen.broken;
      const bool more = at + width < lines[i].size();
      if (more) pieces.back().behind = pen.broken;
      if (!more && one_value && i + 1 < lines.size()) pieces.back().behind = pen.goes_on;
    }
  }
  const std::string rule = repeated(pen.stroke, widest + (border > 0 ? 2 : 0));
  const auto ruled = [&](int row) {
    return std::string(pen.corners[row * 3]) + rule + std::string(pen.corners[row * 3 + 2]) + "\n";
  };
  std::string all = border == 2 ? ruled(0) : "";
  const std::string header = std::string((widest - 10) / 2, ' ') + "QUERY PLAN";
  const std::string bar = border == 2 ? std::string(pen.bar) : "";
  all += bar + (border > 0 ? " " : "") + header + std::string(widest - header.size(), ' ') +
         (border > 0 ? " " : "") + bar + "\n";
  all += border == 2 ? ruled(1) : rule + "\n";
  for (const Piece& piece : pieces) {
    all += bar + std::string(border > 0 ? piece.before : "") + piece.text;
    if (border == 2 || piece.behind != " ") {
      all += std::string(widest - piece.text.size(), ' ') + std::string(piece.behind);
    }
    all += bar + "\n";
  }
  if (border == 2) all += ruled(2);
  return all + "(" + std::to_string(one_value ? 1 : lines.size()) + " rows)\n\n";
}

}  // namespace pgcounsel
