#include "parser/sql/sql_file.h"

#include <algorithm>
#include <cstring>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

bool starts_character(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
}

std::size_t end_of_line(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

// Comments nest.
std::size_t end_of_block(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at + 1 < text.size()) {
    const std::string_view two = text.substr(at, 2);
    if (two == "/*") ++depth;
    if (two == "*/") --depth;
    at += two == "/*" || two == "*/" ? 2U : 1U;
    if (depth == 0) return at;
  }
  return text.size();
}

// What the first words of a statement say about its semicolons.
class Statement {
 public:
  void add(const Token& token) {
    if (words_ < kHead) read_head(token);
    ++words_;
    if (rule_ && token.is_symbol('(')) ++depth_;
    if (rule_ && token.is_symbol(')')) --depth_;
    if (routine_) follow_body(token);
    if (copy_ && after_from_ && is_any_word(token, {"stdin", "pstdin"})) from_stdin_ = true;
    if (copy_) after_from_ = is_word(token, "from");
  }
  bool has_body_open() const { return depth_ > 0 || blocks_ > 0; }
  bool copies_from_stdin() const { return from_stdin_; }

 private:
  static constexpr int kHead = 4;  // CREATE OR REPLACE FUNCTION

  void read_head(const Token& token) {
    if (words_ == 0) {
      create_ = is_word(token, "create");
      copy_ = is_word(token, "copy");
    }
    if (!create_ || words_ == 0) return;
    routine_ = routine_ || is_any_word(token, {"function", "procedure"});
    rule_ = rule_ || is_word(token, "rule");
    create_ = is_any_word(token, {"or", "replace"});
  }
  void follow_body(const Token& token) {
    if (after_begin_ && is_word(token, "atomic")) {
      ++blocks_;
    } else if (blocks_ > 0 && is_word(token, "case")) {
      ++blocks_;
    } else if (blocks_ > 0 && is_word(token, "end")) {
      --blocks_;
    }
    after_begin_ = is_word(token, "begin");
  }

  int words_ = 0, depth_ = 0, blocks_ = 0;
  bool create_ = false, routine_ = false, rule_ = false, copy_ = false;
  bool after_begin_ = false, after_from_ = false, from_stdin_ = false;
};

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text), lexer_(text), cursor_(text) {}

  SqlFile split() {
    for (Token token = lexer_.next();; token = lexer_.next()) {
      const bool at_end = token.kind == TokenKind::kEnd;
      const auto at =
          at_end ? text_.size() : static_cast<std::size_t>(token.text.data() - text_.data());
      read_comments(at, token);
      if (at_end) break;
      seen_ = at + token.text.size();
      take(token, at);
    }
    finish(text_.size(), false);
    return file_;
  }

 private:
  void take(const Token& token, std::size_t at) {
    if (token.kind == TokenKind::kOther && token.text == "\\") return take_command(at);
    if (token.is_symbol(';') && !statement_.has_body_open()) {
      const bool has_data = begun_ && statement_.copies_from_stdin();
      finish(at, true);
      if (has_data) skip_rows(at + 1);
      return;
    }
    begin(at);
    piece_.end = seen_;
    piece_.closed = piece_.closed && token.closed;
    statement_.add(token);
  }

  void begin(std::size_t at) {
    if (begun_) return;
    begun_ = true;
    placed_ = 0;
    piece_ = {};
    piece_.begin = at;
    piece_.first = cursor_.at(at);
    statement_ = {};
  }

  void finish(std::size_t stop, bool semicolon) {
    if (!begun_) return;
    place_end();
    begun_ = false;
    piece_.stop_line = semicolon ? cursor_.at(stop).line : piece_.last.line;
    file_.pieces.push_back(piece_);
  }

  // Before the cursor goes on to what stands behind.
  void place_end() {
    if (begun_ && placed_ != piece_.end) piece_.last = cursor_.at(piece_.end - 1);
    placed_ = piece_.end;
  }

  // `\;` is a semicolon to psql.
  void take_command(std::size_t at) {
    finish(at, false);
    if (at + 1 < text_.size() && text_[at + 1] == ';') return;
    const std::size_t end = end_of_line(text_, at);
    file_.commands.push_back({at, end, cursor_.at(at)});
    go_on_at(end);
  }

  // Where there is no `\.` there are no rows: the file is not for psql.
  void skip_rows(std::size_t at) {
    if (no_more_rows_) return;
    std::size_t line = end_of_line(text_, at);
    while (true) {
      const std::size_t mark = text_.find("\n\\.", line);
      if (mark == kNowhere) {
        no_more_rows_ = true;
        return;
      }
      const std::size_t end = end_of_line(text_, mark + 1);
      const std::string_view rest = text_.substr(mark + 3, end - mark - 3);
      if (rest.empty() || rest == "\r") return go_on_at(end);
      line = end;
    }
  }

  void go_on_at(std::size_t at) {
    lexer_ = Lexer(text_.substr(at));
    seen_ = at;
  }

  // Between the last token and the one at `to`.
  void read_comments(std::size_t to, const Token& token) {
    for (std::size_t at = seen_; at + 1 < to; ++at) {
      if (text_[at] != '-' && text_[at] != '/') continue;
      place_end();
      const bool is_block = text_[at] == '/';
      const std::size_t end =
          is_block ? end_of_block(text_, at) : std::min(end_of_line(text_, at), to);
      SqlComment comment{at, end, cursor_.at(at), {}};
      const bool closed = token.kind != TokenKind::kEnd || token.closed || end < text_.size();
      if (!closed && is_block) open_comment(at);
      comment.last = cursor_.at(end - 1);
      file_.comments.push_back(comment);
      at = end - 1;
    }
  }

  void open_comment(std::size_t at) {
    begin(at);
    piece_.end = text_.size();
    piece_.closed = false;
  }

  std::string_view text_;
  Lexer lexer_;
  PositionCursor cursor_;
  SqlFile file_;
  SqlPiece piece_;
  Statement statement_;
  std::size_t seen_ = 0;    // behind the last token
  std::size_t placed_ = 0;  // end of the piece whose `last` is known
  bool begun_ = false, no_more_rows_ = false;
};

}  // namespace

TextPosition PositionCursor::at(std::size_t byte) {
  byte = std::min(byte, text_.size());
  if (byte < byte_) return position_of(text_, byte);
  const char* const end = text_.data() + byte;
  const char* from = text_.data() + byte_;
  while (from != end) {
    const void* const newline = std::memchr(from, '\n', static_cast<std::size_t>(end - from));
    if (newline == nullptr) break;
    from = static_cast<const char*>(newline) + 1;
    ++position_.line;
    position_.column = 1;
  }
  position_.column += static_cast<std::size_t>(std::count_if(from, end, starts_character));
  byte_ = byte;
  return position_;
}

SqlFile read_sql_file(std::string_view text) {
  return Splitter(text).split();
}

std::vector<SqlPiece> split_statements(std::string_view text) {
  return read_sql_file(text).pieces;
}

TextPosition position_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  const std::size_t newline = before.rfind('\n');
  const std::size_t from = newline == kNowhere ? 0 : newline + 1;
  TextPosition position;
  position.line = 1 + static_cast<std::size_t>(std::ranges::count(before, '\n'));
  position.column =
      1 + static_cast<std::size_t>(std::ranges::count_if(before.substr(from), starts_character));
  return position;
}

}  // namespace pgcounsel
