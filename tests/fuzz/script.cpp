// Files of SQL: their statements and comments with their places, and placeholders filled in.
#include "parser/encoding.h"
#include "parser/sql/newer_syntax.h"
#include "parser/sql/placeholders.h"
#include "parser/sql/query_tags.h"
#include "parser/sql/sql_file.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {
namespace {

void expect_filled(std::string_view sql, bool at_names) {
  const auto filled = fill_placeholders(sql, at_names);
  if (!filled) return;
  expect(filled->first < sql.size(), "the first placeholder stands in the text");
  expect(filled->text.size() == sql.size() + filled->inserted.size(),
         "a filled text is longer by what was added");
  for (std::size_t at = 0; at < filled->inserted.size(); ++at) {
    expect(filled->inserted[at] < filled->text.size(), "what was added stands in the text");
    expect(at == 0 || filled->inserted[at - 1] < filled->inserted[at], "it stands in order");
  }
  const auto lines = [](std::string_view text) { return std::ranges::count(text, '\n'); };
  expect(lines(filled->text) == lines(sql), "a filled text has the same lines");
}

void expect_piece(std::string_view text, const SqlPiece& piece, std::size_t behind) {
  expect(piece.begin >= behind && piece.begin < piece.end && piece.end <= text.size(),
         "statements stand one behind the other");
  expect(piece.first == position_of(text, piece.begin), "a statement's line is where it begins");
  expect(piece.last == position_of(text, piece.end - 1), "and its last line where it ends");
  expect(piece.stop_line >= piece.last.line, "a semicolon stands behind its statement");
  expect(piece.closed || piece.end == text.size(), "what is not closed goes on to the end");
}

}  // namespace

void fuzz_script(std::string_view bytes) {
  // Places are asked of the whole text each time.
  constexpr std::size_t kMost = 4096;
  const ExactBytes exact(bytes.substr(0, kMost));
  const std::string_view text = exact.view();
  const SqlFile file = read_sql_file(text);
  std::size_t behind = 0;
  for (const SqlPiece& piece : file.pieces) {
    expect_piece(text, piece, behind);
    behind = piece.end;
    const std::string_view sql = text.substr(piece.begin, piece.end - piece.begin);
    expect_filled(sql, false);
    expect_filled(sql, true);
    newer_syntax(sql, sql.size() / 2);
  }
  behind = 0;
  for (const SqlComment& comment : file.comments) {
    expect(comment.begin >= behind && comment.begin + 2 <= comment.end, "comments stand in order");
    expect(comment.first == position_of(text, comment.begin),
           "a comment's line is where it begins");
    expect(comment.last == position_of(text, comment.end - 1), "and its last line where it ends");
    behind = comment.end;
  }
  action_of_tags(text);
  if (is_utf16(text)) expect(is_utf8(utf8_of_utf16(text)), "what was UTF-16 is UTF-8");
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_script);
