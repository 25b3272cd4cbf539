// A file of SQL -> its statements and comments, each with its place, and what psql alone
// understands: its commands and the data behind COPY. Text that no parser would accept is split,
// too, so that a broken statement does not hide the next. One pass over the text.
#pragma once
#include <compare>
#include <cstddef>
#include <string_view>
#include <vector>

namespace pgcounsel {

// From 1; a column counts characters of UTF-8, a byte that is none counts as one.
struct TextPosition {
  std::size_t line = 1, column = 1;
  auto operator<=>(const TextPosition&) const = default;
};
TextPosition position_of(std::string_view text, std::size_t byte);

// Positions of one text that are asked for in ascending order, each in the time from the last one.
class PositionCursor {
 public:
  explicit PositionCursor(std::string_view text) : text_(text) {}
  TextPosition at(std::size_t byte);

 private:
  std::string_view text_;
  std::size_t byte_ = 0;
  TextPosition position_;
};

// Bytes of the file, from the first to the last token of the statement, without its semicolon.
struct SqlPiece {
  std::size_t begin = 0, end = 0;
  TextPosition first, last;   // of its first and its last character
  std::size_t stop_line = 1;  // of the semicolon, or of `last`
  // False: a string, a name or a comment that begins in it does not end, and all that stands
  // behind is a part of it.
  bool closed = true;
};

// `-- to the end of the line` or `/* ... */`; several lines of `--` are several.
struct SqlComment {
  std::size_t begin = 0, end = 0;
  TextPosition first, last;
};

// `\set`, `\gexec`: from the backslash to the end of the line.
struct PsqlCommand {
  std::size_t begin = 0, end = 0;
  TextPosition first;
};

struct SqlFile {
  std::vector<SqlPiece> pieces;
  std::vector<SqlComment> comments;
  std::vector<PsqlCommand> commands;
};

// Splits at semicolons outside of strings, comments, BEGIN ATOMIC bodies and the actions of a rule;
// where psql would be told to send (`\g`), too. Rows behind `COPY ... FROM stdin;` up to `\.` are
// no part of it.
SqlFile read_sql_file(std::string_view text);
std::vector<SqlPiece> split_statements(std::string_view text);

}  // namespace pgcounsel
