// The shape: which texts are one statement, told without a parser.
//
// What. libpg_query's fingerprint names a statement without its values, but takes 5 to 800 us a
// call. A log repeats few statements many times, so a hash of the text "without its values" can be
// the key of a cache before that parser. It must be sound: two texts of one shape always have one
// fingerprint, or, where the grammar refuses the text, both have none. It need not be complete:
// when two texts of one fingerprint have two shapes, libpg_query is called twice, and that is all.
//
// How. The tokens of the text are hashed in order, so that the shape is a function of what the
// grammar sees. Blanks, comments and the case of plain names are gone by then. Further, what the
// fingerprint does not look at is left out:
//
//     SELECT a FROM t WHERE b IN (1, 2, 3) AND c = 'x'  -- 17
//     select a from t where b in (number) and c = string        what is hashed of it
//
// Why it is right:
//  1. A literal is hashed as its kind alone. The grammar makes an A_Const of it, of which the
//     fingerprint takes nothing. This holds in the statements that begin with a word of begins_dml;
//     in all others literals also become names, options and counts, so they are hashed as written.
//  2. Where the grammar of these statements takes a number or string for itself, it is hashed as
//     written too: the n of float(n) and current_time(n), the bound of int[n], what follows
//     UESCAPE, strings whose escapes may be refused. In doubt a literal counts.
//  3. The fingerprint sorts the elements of IN (...), ARRAY[...] and the rows of VALUES and drops
//     equal ones. So of the elements that are one literal and nothing else the first of each kind
//     is hashed. `IN (1, 2 + x)` keeps both: a literal is held back until the `,` or `)` behind it
//     shows that it was the whole element. A row is hashed by itself, and dropped when a row of the
//     same hash has been; rows inside of rows are hashed plainly, and so is what follows a VALUES
//     that may be a name.
//  4. A name of up to eight characters enters the hash as the number that its bytes make, anything
//     longer with its length: different tokens are different sequences of numbers. What remains is
//     a collision of 128 bits.
//  5. A keyword is one only where it is no name: after `.` and AS it is taken for a name, so that
//     nothing is left out.
//
// The same pass bounds how deep the parse tree can be, as libpg_query recurses over it. Brackets
// and CASE nest; so do operators in a row (`a + b + c` is a tree of depth 2), UNION and JOIN.
// Tokens between two separators are counted instead of operators: a tree is never deeper than its
// tokens are many, and no operator can be forgotten. What is bracketed counts where it stands.
#include "parser/sql/shape.h"

#include <algorithm>
#include <array>
#include <utility>

#include "parser/sql/shape_words.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

// The low byte of the first number of a token. A name of up to eight characters is its own number,
// and no name begins with so small a byte.
enum Tag : Word {
  kLongName = 1,
  kQuotedName,
  kOperator,
  kLongOperator,
  kSymbol,
  kOtherKind,
  kFoldedLiteral,
  kExactLiteral,
  kRow,
  kHasNul,
};
constexpr Word tagged(Tag tag, Word payload) {
  return tag | (payload << 8);
}

// More than any statement needs that a person or a program wrote, and a sixteenth of what
// libpg_query survives: its parser takes about 130 bytes of stack for each level of the tree.
constexpr int kMaxDepth = 256;
constexpr std::uint32_t kMaxChain = 5000;

// What is open: the statement, a bracket or a CASE.
struct Level {
  enum Kind : std::uint8_t { kStatement, kBracket, kCase };
  Kind kind;
  bool foldable;          // the list of IN ( or ARRAY[
  bool in_position;       // POSITION(a IN b), whose IN takes no list
  bool inserting;         // INSERT stands here, and so far nothing that its rows cannot follow
  bool open_between;      // the next AND belongs to a BETWEEN
  std::uint32_t folded;   // the kinds of literals that the list has, as bits
  std::uint32_t item;     // tokens since the last separator, with those inside brackets
  std::uint32_t tallest;  // the most that an earlier item had
  std::uint32_t links;    // UNION and JOIN: their trees reach across separators
};

// The rows of a VALUES.
struct Rows {
  int depth = -1;  // where the VALUES stands; -1: nowhere
  bool inside = false;
  bool held_comma = false, held_comma_gap = false;
  bool dropped = false;  // a row was; so one row and several are two layouts
  std::size_t known_count = 0;
  ShapeHash outer;  // inside a row: the hash of all before it
  struct Known {
    Shape shape;
    Word layout;
  };
  std::array<Known, 8> known;  // the rows so far
};

class Scanner {
 public:
  Scanner(std::string_view sql, std::vector<const char*>* folded)
      : lexer_(sql), end_(sql.data() + sql.size()), folded_(folded) {
    if (sql.find('\0') != std::string_view::npos) hash_.add(tagged(kHasNul, 0));
    open_level(Level::kStatement, false);
  }
  ShapeScan scan();

 private:
  bool after(char c) const {
    return previous_kind_ == TokenKind::kSymbol && previous_text_[0] == c;
  }
  void end_statement();
  void take(const Token& token);
  void take_other(const Token& token);
  void take_word(const Token& token);
  void take_keyword(Keyword keyword);
  void take_literal(const Token& token);
  void take_symbol(const Token& token);
  bool take_between_rows(const Token& token);
  void finish_row();
  bool begins_rows() const;
  void add_row_comma() {
    add_gap(rows_.held_comma_gap);
    hash_.add(tagged(kSymbol, ','));
  }
  void open_level(Level::Kind kind, bool foldable);
  void close_level();
  void close_bracket();
  void separate();
  void settle();
  void flush() {
    if (held_comma_ || held_literal_ != 0) flush_held();
  }
  void flush_held();
  void add_gap(bool gap) { hash_.add_layout(gap ? 2 : 1); }
  void add_literal_layout(Word layout, Word number) {
    hash_.add_layout(layout);
    if (number != 0) hash_.add_number(number);
  }
  bool array_begins_expression() const;
  void add_bytes(Tag tag, Word kind, std::string_view text);

  Lexer lexer_;
  const char* end_;
  std::vector<const char*>* folded_;
  ShapeHash hash_;
  ShapeScan result_;
  bool any_statement_ = false;
  bool started_ = false;  // the statement has a token
  bool decided_ = false;  // it has one besides `(`, which says:
  bool fold_ = false;     // literals do not count
  TokenKind previous_kind_ = TokenKind::kEnd;
  std::string_view previous_text_;
  Keyword previous_keyword_ = Keyword::kNone;
  bool exact_ = false;  // the literal that may come now counts
  // How far `(20,` of varchar(20) or numeric(20, 2) has come: at the bracket, at the number.
  enum : std::uint8_t { kNoModifier, kModifier, kModifierNumber } modifier_ = kNoModifier;
  bool array_ = false;  // ARRAY stands before, and begins an expression
  // A list's element, not hashed yet, as it may have to be dropped.
  bool held_comma_ = false, held_comma_gap_ = false;
  Word held_literal_ = 0, held_layout_ = 0, held_number_ = 0;
  Rows rows_;
  int depth_ = -1;
  Level* level_ = nullptr;  // of depth_, or the deepest that there is
  std::array<Level, kMaxDepth> levels_;
};

ShapeScan Scanner::scan() {
  while (true) {
    const Token token = lexer_.next();
    if (!token.closed) result_.complete = false;
    if (token.kind == TokenKind::kEnd) break;
    if (depth_ == 0 && token.is_symbol(';')) {
      end_statement();
      hash_.add_layout(token.gap ? 4 : 3);
      continue;
    }
    if (!started_) {
      if (any_statement_) hash_.add(tagged(kSymbol, ';'));
      started_ = true;
    }
    ++level_->item;
    if (token.kind == TokenKind::kOther) {
      take_other(token);
      continue;
    }
    if (rows_.depth != depth_ || rows_.inside || !take_between_rows(token)) take(token);
    previous_kind_ = token.kind;
    previous_text_ = token.text;
  }
  end_statement();
  result_.shape = hash_.shape();
  result_.layout = hash_.layout;
  if (hash_.numbers != 0) result_.layout ^= multiply_fold(hash_.numbers, 0xD6E8FEB86659FD93);
  return result_;
}

void Scanner::end_statement() {
  flush();
  if (rows_.inside) finish_row();
  if (rows_.held_comma) add_row_comma();
  rows_.depth = -1;
  rows_.held_comma = false;
  while (depth_ >= 0) close_level();
  open_level(Level::kStatement, false);
  any_statement_ |= started_;
  started_ = decided_ = fold_ = exact_ = array_ = false;
  previous_kind_ = TokenKind::kEnd;
  previous_keyword_ = Keyword::kNone;
}

void Scanner::take(const Token& token) {
  if (token.kind == TokenKind::kWord) {
    take_word(token);
    return;
  }
  if (token.kind == TokenKind::kSymbol) {
    take_symbol(token);
    return;
  }
  decided_ = true;
  if (is_literal(token.kind) || token.kind == TokenKind::kParameter) {
    take_literal(token);
  } else {
    flush();
    add_gap(token.gap);
    if (token.kind == TokenKind::kOperator && token.text.size() < 8) {
      hash_.add(tagged(kOperator, load(token.text.data(), token.text.size(), end_)));
    } else {
      add_bytes(kOtherKind, static_cast<Word>(token.kind), token.text);
    }
  }
  previous_keyword_ = Keyword::kNone;
  exact_ = array_ = false;
}

// An error to the grammar, but perhaps a blank to redaction: what stands before it is not
// forgotten.
void Scanner::take_other(const Token& token) {
  decided_ = true;
  flush();
  add_gap(token.gap);
  add_bytes(kOtherKind, static_cast<Word>(token.kind), token.text);
}

void Scanner::take_word(const Token& token) {
  flush();
  exact_ = array_ = false;
  const char* p = token.text.data();
  const std::size_t size = token.text.size();
  const Word gap = token.gap ? 2 : 1;
  Keyword keyword = Keyword::kNone;
  if (size <= 8) {
    const Word written = load(p, size, end_);
    const Word name = lower(written);
    hash_.add(name);
    hash_.add_layout(written, gap);
    keyword = kKeywords.find(name);
  } else {
    hash_.add(tagged(kLongName, size));
    const auto add_part = [this, gap](Word written) {
      hash_.add(lower(written));
      hash_.add_layout(written, gap);
    };
    for (std::size_t i = 0; i + 8 < size; i += 8) add_part(load(p + i, 8, end_));
    add_part(load(p + size - 8, 8, end_));
    if (size == 9 && is_word(token, "intersect")) keyword = Keyword::kIntersect;
  }
  if (!decided_) {
    decided_ = true;
    fold_ = begins_dml(keyword);
  }
  if (keyword != Keyword::kNone) {
    if (after('.') || previous_keyword_ == Keyword::kAs) {
      keyword = Keyword::kNone;
    } else {
      take_keyword(keyword);
    }
  }
  previous_keyword_ = keyword;
}

void Scanner::take_keyword(Keyword keyword) {
  switch (keyword) {
    case Keyword::kAnd:
      if (!std::exchange(level_->open_between, false)) separate();
      break;
    case Keyword::kOr:
    case Keyword::kWhen:
    case Keyword::kThen:
    case Keyword::kElse:
      separate();
      break;
    case Keyword::kBetween:
      level_->open_between = true;
      break;
    case Keyword::kUnion:
    case Keyword::kExcept:
    case Keyword::kIntersect:
      ++level_->links;
      separate();
      break;
    case Keyword::kJoin:
      ++level_->links;
      level_->inserting = false;
      break;
    case Keyword::kInsert:
      level_->inserting =
          previous_kind_ == TokenKind::kEnd || after(')') || previous_keyword_ == Keyword::kThen;
      break;
    case Keyword::kSelect:
      level_->inserting = false;
      break;
    case Keyword::kCase:
      open_level(Level::kCase, false);
      break;
    case Keyword::kEnd:
      if (level_->kind == Level::kCase) close_level();
      break;
    case Keyword::kArray:
      array_ = array_begins_expression();
      break;
    case Keyword::kUescape:
      exact_ = true;
      break;
    case Keyword::kValues:
      if (!fold_ || rows_.inside || !begins_rows()) break;
      level_->inserting = false;
      rows_.depth = depth_;
      rows_.held_comma = false;
      rows_.dropped = false;
      rows_.known_count = 0;
      break;
    default:
      break;
  }
}

// VALUES is no name: in `FROM t values (a), (a)` it is one.
bool Scanner::begins_rows() const {
  return level_->inserting || previous_kind_ == TokenKind::kEnd || after('(') ||
         previous_keyword_ == Keyword::kAll || previous_keyword_ == Keyword::kDistinct ||
         (previous_keyword_ >= Keyword::kUnion && previous_keyword_ <= Keyword::kIntersect);
}

bool Scanner::array_begins_expression() const {
  return previous_kind_ == TokenKind::kOperator || previous_kind_ == TokenKind::kAssign ||
         after('(') || after('[') || after(',') || precedes_expression(previous_keyword_);
}

// A string like E'\xff', whose codes the scanner may refuse; of a byte that is no ASCII and stands
// behind a backslash it asks that the whole be valid.
bool has_codes(std::string_view escape_string) {
  for (std::size_t i = 0; i + 1 < escape_string.size(); ++i) {
    if (escape_string[i] != '\\') continue;
    ++i;
    const bool ascii = static_cast<unsigned char>(escape_string[i]) < 0x80;
    if (!ascii || std::string_view("01234567xuU").find(escape_string[i]) != std::string_view::npos)
      return true;
  }
  return false;
}

// X'a''b' is two strings to the grammar, which it refuses.
bool has_double_quote(std::string_view bit_string) {
  return bit_string.find("''", 2) != std::string_view::npos;
}

void Scanner::take_literal(const Token& token) {
  const Word kind = static_cast<Word>(token.kind);
  modifier_ = modifier_ == kModifier ? kModifierNumber : kNoModifier;
  const bool counts = !fold_ || exact_ || token.kind == TokenKind::kUnicodeString ||
                      (token.kind == TokenKind::kEscapeString && has_codes(token.text)) ||
                      (token.kind == TokenKind::kBitString && has_double_quote(token.text));
  const Word layout = token.gap ? 2 : 1;
  // A placeholder keeps its number when it is redacted.
  Word number = 0;
  if (token.kind == TokenKind::kParameter)
    number = load(token.text.data(), std::min<std::size_t>(8, token.text.size()), end_);
  if (counts) {
    flush();
    add_literal_layout(layout, number);
    add_bytes(kExactLiteral, kind, token.text);
    return;
  }
  if (folded_ != nullptr) folded_->push_back(token.text.data());
  const bool element = held_comma_ || after('(') || after('[');
  if (level_->foldable && element && held_literal_ == 0) {
    held_literal_ = tagged(kFoldedLiteral, kind);
    held_layout_ = layout;
    held_number_ = number;
    return;
  }
  flush();
  add_literal_layout(layout, number);
  hash_.add(tagged(kFoldedLiteral, kind));
}

void Scanner::take_symbol(const Token& token) {
  const char c = token.text[0];
  const Keyword keyword = std::exchange(previous_keyword_, Keyword::kNone);
  const bool array = std::exchange(array_, false);
  exact_ = std::exchange(modifier_, kNoModifier) == kModifierNumber && c == ',';
  if (c != '(') decided_ = true;
  if (held_literal_ != 0 && (c == ')' || c == ']' || c == ',')) settle();
  flush();
  if (c == ',' && level_->foldable) {
    held_comma_ = true;
    held_comma_gap_ = token.gap;
    separate();
    return;
  }
  add_gap(token.gap);
  hash_.add(tagged(kSymbol, static_cast<Word>(c)));
  switch (c) {
    case ',':
      separate();
      break;
    case '(':
      exact_ = fold_ && previous_kind_ == TokenKind::kWord && takes_precision(previous_text_);
      if (exact_) modifier_ = kModifier;
      open_level(Level::kBracket, fold_ && keyword == Keyword::kIn && !level_->in_position);
      level_->in_position = keyword == Keyword::kPosition;
      break;
    case '[':
      exact_ = !array && !after('[') && !after(',');
      open_level(Level::kBracket, fold_ && array);
      break;
    case ')':
    case ']':
      close_bracket();
      break;
    default:
      break;
  }
}

// Between the rows of a VALUES only `(` and `,` can stand. True when the token is done with.
bool Scanner::take_between_rows(const Token& token) {
  if (token.is_symbol('(') && (rows_.held_comma || previous_keyword_ == Keyword::kValues)) {
    rows_.outer = std::exchange(hash_, ShapeHash{});
    rows_.inside = true;
    return false;
  }
  if (token.is_symbol(',') && !rows_.held_comma && after(')')) {
    rows_.held_comma = true;
    rows_.held_comma_gap = token.gap;
    separate();
    return true;
  }
  if (std::exchange(rows_.held_comma, false)) add_row_comma();
  rows_.depth = -1;
  return false;
}

void Scanner::finish_row() {
  const ShapeHash row_hash = std::exchange(hash_, rows_.outer);
  const Shape row = row_hash.shape();
  rows_.inside = false;
  const auto end = rows_.known.begin() + static_cast<std::ptrdiff_t>(rows_.known_count);
  const auto same = std::find_if(rows_.known.begin(), end,
                                 [&row](const Rows::Known& known) { return known.shape == row; });
  const bool comma = std::exchange(rows_.held_comma, false);
  if (same != end) {
    // Redaction keeps rows that are written in another way.
    if (same->layout != row_hash.layout) hash_.add_layout(row_hash.layout);
    if (!std::exchange(rows_.dropped, true)) hash_.add_layout(kRow);
    return;
  }
  if (comma) add_row_comma();
  hash_.add(tagged(kRow, 0));
  hash_.add(row.high);
  hash_.add(row.low);
  hash_.add_layout(row_hash.layout);
  if (row_hash.numbers != 0) hash_.add_number(row_hash.numbers);
  if (end != rows_.known.end()) rows_.known[rows_.known_count++] = {row, row_hash.layout};
}

void Scanner::open_level(Level::Kind kind, bool foldable) {
  if (++depth_ >= kMaxDepth) {
    result_.too_complex = true;
    return;
  }
  level_ = &levels_[static_cast<std::size_t>(depth_)];
  *level_ = Level{kind, foldable, false, false, false, 0, 0, 0, 0};
}

// Its height is added to the item that it stands in.
void Scanner::close_level() {
  if (--depth_ >= kMaxDepth - 1) return;
  const std::uint32_t height = level_->links + std::max(level_->tallest, level_->item) + 1;
  if (height > kMaxChain) result_.too_complex = true;
  if (depth_ < 0) return;
  --level_;
  level_->item += height;
}

void Scanner::close_bracket() {
  while (depth_ > 0 && level_->kind == Level::kCase) close_level();
  if (depth_ > 0) close_level();
  if (rows_.inside && depth_ == rows_.depth) finish_row();
}

void Scanner::separate() {
  level_->tallest = std::max(level_->tallest, level_->item);
  level_->item = 0;
  level_->open_between = false;
  level_->inserting = false;
}

// The held literal is a whole element: one of its kind is enough.
void Scanner::settle() {
  if (held_literal_ == 0) return;
  const std::uint32_t bit = 1U << (held_literal_ >> 8);
  if ((level_->folded & bit) != 0) {
    held_comma_ = false;
    held_literal_ = 0;
  }
  level_->folded |= bit;
}

void Scanner::flush_held() {
  if (std::exchange(held_comma_, false)) {
    add_gap(held_comma_gap_);
    hash_.add(tagged(kSymbol, ','));
  }
  if (held_literal_ != 0) {
    add_literal_layout(held_layout_, held_number_);
    hash_.add(std::exchange(held_literal_, 0));
  }
}

void Scanner::add_bytes(Tag tag, Word kind, std::string_view text) {
  hash_.add(tagged(tag, kind | (text.size() << 8)));
  for (std::size_t i = 0; i < text.size(); i += 8)
    hash_.add(load(text.data() + i, std::min<std::size_t>(8, text.size() - i), end_));
}

}  // namespace

ShapeScan scan_shape(std::string_view sql, std::vector<const char*>* folded) {
  return Scanner(sql, folded).scan();
}

}  // namespace pgcounsel
