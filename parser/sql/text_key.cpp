// Why a key may stand for a shape. The text is read as a row of pieces: bytes that enter the key as
// they are, and pieces that are left out, each with a mark in its place that nothing else has:
//
//   0     a run of digits that no letter, digit, $ or _ stands before
//   ''    from a quote to its closing quote, '' inside being a quote
//   --    from there to the end of the line
//   /**/  from there to the first */, with no other /* inside
//
// So a key says where the pieces are and all bytes between them. Let a text have been found to be
// all right: each piece is a number's digits, a whole string or a comment, also to the real lexer,
// and no string or number of them counts in the shape. Then the lexer reads any other text of the
// key in the same way: up to a piece both texts agree, so it stands before the piece in the same
// state, and takes digits, a closed string or a comment in any length to the same state again. What
// the shape makes of a literal that does not count is told from the tokens around it alone.
// NUL bytes mark a shape wherever they stand, so none is left out.
#include "parser/sql/text_key.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <array>
#include <bit>
#include <cstring>

#include "parser/sql/mixing.h"
#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kBlock = 16;
constexpr std::size_t kMostKept = 8192;
constexpr int kMostPieces = 64;

// Bit i is set when byte i of a block is of the class.
struct Classes {
  unsigned digits;
  unsigned names;  // digits do not begin a number behind one: all parts of names, and @ [ ] { | }
  unsigned marks;  // ' - /
};

#if defined(__SSE2__)
__m128i bytes_at(const char* p) {
  return _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(p)));
}

unsigned bits(__m128i mask) {
  return static_cast<unsigned>(_mm_movemask_epi8(mask));
}

Classes copy_block(const char* from, char* to) {
  const __m128i bytes = bytes_at(from);
  _mm_storeu_si128(static_cast<__m128i*>(static_cast<void*>(to)), bytes);
  const __m128i digits =
      _mm_cmpgt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8(0x7F - '9')), _mm_set1_epi8(0x7F - 10));
  const __m128i dollars = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('$'));
  const __m128i above = _mm_cmpgt_epi8(bytes, _mm_set1_epi8('?'));
  const __m128i signs = _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(2)), _mm_set1_epi8('/'));
  const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\''));
  // A byte from 0x80 has its own highest bit.
  return {bits(digits),
          bits(_mm_or_si128(_mm_or_si128(digits, dollars), _mm_or_si128(above, bytes))),
          bits(_mm_or_si128(signs, quotes))};
}

template <char... kOf>
unsigned block_has(const char* p) {
  const __m128i bytes = bytes_at(p);
  __m128i mask = _mm_cmpeq_epi8(bytes, _mm_setzero_si128());
  ((mask = _mm_or_si128(mask, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(kOf)))), ...);
  return bits(mask);
}
#else
Classes copy_block(const char* from, char* to) {
  Classes classes{0, 0, 0};
  for (unsigned i = 0; i < kBlock; ++i) {
    const char c = to[i] = from[i];
    const bool digit = c >= '0' && c <= '9';
    const bool name = digit || c == '$' || static_cast<unsigned char>(c) > '?';
    classes.digits |= unsigned{digit} << i;
    classes.names |= unsigned{name} << i;
    classes.marks |= unsigned{c == '\'' || c == '-' || c == '/'} << i;
  }
  return classes;
}

template <char... kOf>
unsigned block_has(const char* p) {
  unsigned mask = 0;
  for (unsigned i = 0; i < kBlock; ++i)
    mask |= unsigned{p[i] == '\0' || ((p[i] == kOf) || ...)} << i;
  return mask;
}
#endif

// The first of some bytes, or of NUL; `end` when there is none. kBlock bytes before `end` can be
// read.
template <char... kOf>
const char* find(const char* p, const char* end) {
  for (; static_cast<std::size_t>(end - p) >= kBlock; p += kBlock) {
    const unsigned mask = block_has<kOf...>(p);
    if (mask != 0) return p + std::countr_zero(mask);
  }
  const unsigned mask = block_has<kOf...>(end - kBlock) >> (p - (end - kBlock));
  return mask != 0 ? p + std::countr_zero(mask) : end;
}

struct Piece {
  enum Kind : std::uint8_t { kDigits, kString, kComment };
  Kind kind;
  std::size_t begin, end;
};

// Copies a text without its pieces.
class Reader {
 public:
  Reader(std::string_view sql, char* out)
      : p_(sql.data()),
        end_(sql.data() + sql.size()),
        size_(sql.size()),
        out_(out),
        most_(out + kMostKept) {
    if (size_ < kBlock) {
      std::memcpy(last_ + kBlock - size_, sql.data(), size_);
      stand_in_last();
    }
  }
  // The end of the copy; nothing when the text is not followed. Tells `note` of each piece.
  template <typename Note>
  char* run(Note note);

 private:
  void stand_in_last() {
    p_ = last_ + kBlock - (end_ - p_);
    end_ = last_ + kBlock;
    std::memset(last_ + kBlock, 0, kBlock);
    in_last_ = true;
  }
  std::size_t offset() const { return size_ - static_cast<std::size_t>(end_ - p_); }
  bool pass_string();
  bool pass_block_comment();
  bool pass_line_comment();
  void put(const char* mark, std::size_t size) {
    std::memcpy(out_, mark, size);
    out_ += size;
  }

  const char* p_;
  const char* end_;
  std::size_t size_;
  char* out_;
  char* most_;
  bool in_last_ = false;
  char last_[2 * kBlock];  // the end of the text with what is read behind it
};

template <typename Note>
[[gnu::always_inline]] inline char* Reader::run(Note note) {
  unsigned name_before = 0;
  for (int pieces = 0; pieces <= kMostPieces;) {
    if (static_cast<std::size_t>(end_ - p_) < kBlock && !in_last_) {
      std::memcpy(last_, end_ - kBlock, kBlock);
      stand_in_last();
    }
    if (p_ == end_) return out_;
    if (out_ > most_) return nullptr;
    const Classes is = copy_block(p_, out_);
    const unsigned behind_names = (is.names << 1) | name_before;
    const unsigned stops = (is.digits & ~behind_names) | is.marks;
    if (stops == 0) {
      const std::ptrdiff_t step = in_last_ ? end_ - p_ : static_cast<std::ptrdiff_t>(kBlock);
      p_ += step;
      out_ += step;
      name_before = is.names >> (kBlock - 1);
      continue;
    }
    const int at = std::countr_zero(stops);
    p_ += at;
    out_ += at;
    name_before = 0;
    const std::size_t begin = offset();
    Piece::Kind kind = Piece::kComment;
    if (((is.digits >> at) & 1U) != 0) {
      p_ += std::countr_one(is.digits >> at);
      while (p_ != end_ && *p_ >= '0' && *p_ <= '9') ++p_;
      *out_++ = '0';
      kind = Piece::kDigits;
    } else if (*p_ == '\'') {
      if (((behind_names >> at) & 1U) != 0 || !pass_string()) return nullptr;
      kind = Piece::kString;
    } else if (end_ - p_ >= 2 && p_[0] == '-' && p_[1] == '-') {
      if (!pass_line_comment()) return nullptr;
    } else if (end_ - p_ >= 2 && p_[0] == '/' && p_[1] == '*') {
      if (!pass_block_comment()) return nullptr;
    } else {
      *out_++ = *p_++;
      continue;
    }
    ++pieces;
    note(Piece{kind, begin, offset()});
  }
  return nullptr;
}

bool Reader::pass_string() {
  if (out_[-1] == '&') return false;  // U&''
  while (true) {
    p_ = find<'\''>(p_ + 1, end_);
    if (p_ == end_ || *p_ == '\0') return false;
    ++p_;
    if (p_ == end_ || *p_ != '\'') break;
  }
  put("''", 2);
  return true;
}

bool Reader::pass_line_comment() {
  p_ = find<'\n', '\r'>(p_ + 2, end_);
  if (p_ != end_ && *p_ == '\0') return false;
  put("--", 2);
  return true;
}

bool Reader::pass_block_comment() {
  const char* const begin = p_ + 2;
  for (p_ = find<'/'>(begin, end_); p_ != end_ && *p_ == '/'; p_ = find<'/'>(p_ + 1, end_)) {
    if (p_ != begin && p_[-1] == '*') {
      ++p_;
      put("/**/", 4);
      return true;
    }
    if (end_ - p_ >= 2 && p_[1] == '*') return false;
  }
  return false;
}

Word load(const char* p) {
  Word word = 0;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// Two streams, each of which takes two words with one multiplication.
struct KeyHash {
  Word high, low;

  explicit KeyHash(Word seed) : high(seed ^ 0x452821E638D01377), low(seed + 0xBE5466CF34E90C6C) {}
  void add(Word a, Word b) {
    high = multiply_fold(a ^ high, b ^ 0xA24BAED4963EE407);
    low = multiply_fold(a ^ 0x9FB21C651E98DF25, b + low);
  }
  TextKey key() const {
    return {multiply_fold(high ^ 0xA4093822299F31D0, 0xA0761D6478BD642F) ^ low,
            multiply_fold(low ^ 0x082EFA98EC4E6C89, 0xE7037ED1A0B428DB) ^ high};
  }
};

// Keys of the two kinds do not meet.
constexpr Word kBytesSeed = 0x13198A2E03707344, kMarkedSeed = 0x243F6A8885A308D3;

}  // namespace

TextKey key_of_bytes(std::string_view sql) {
  const char* p = sql.data();
  const char* const end = p + sql.size();
  KeyHash hash(kBytesSeed ^ sql.size());
  for (; end - p >= 16; p += 16) hash.add(load(p), load(p + 8));
  if (p != end) {
    char last[16] = {};
    std::memcpy(last, p, static_cast<std::size_t>(end - p));
    hash.add(load(last), load(last + 8));
  }
  return hash.key();
}

std::optional<TextKey> key_without_values(std::string_view sql) {
  char kept[1 + kMostKept + 3 * kBlock];
  kept[0] = ' ';
  char* const begin = kept + 1;
  char* const end = Reader(sql, begin).run([](const Piece&) {});
  if (end == nullptr) return std::nullopt;
  std::memset(end, 0, 16);
  KeyHash hash(kMarkedSeed ^ static_cast<Word>(end - begin));
  for (const char* p = begin; p < end; p += 16) hash.add(load(p), load(p + 8));
  return hash.key();
}

bool values_are_literals(std::string_view sql, const std::vector<const char*>& folded) {
  char kept[1 + kMostKept + 3 * kBlock];
  kept[0] = ' ';
  std::array<Piece, kMostPieces + 1> pieces;
  std::size_t count = 0;
  if (Reader(sql, kept + 1).run([&](const Piece& piece) { pieces[count++] = piece; }) == nullptr)
    return false;
  Lexer lexer(sql);
  Token token = lexer.next();
  auto literal = folded.begin();
  for (std::size_t i = 0; i < count;) {
    const Piece& piece = pieces[i];
    const bool is_last = token.kind == TokenKind::kEnd;
    const auto begin = static_cast<std::size_t>(token.text.data() - sql.data());
    const std::size_t end = begin + token.text.size();
    if (!is_last && end <= piece.begin) {
      token = lexer.next();
      continue;
    }
    if (piece.kind == Piece::kComment) {
      if (!is_last && piece.end > begin) return false;
    } else {
      while (literal != folded.end() && *literal < token.text.data()) ++literal;
      if (literal == folded.end() || *literal != token.text.data()) return false;
      const bool number = token.kind == TokenKind::kNumber || token.kind == TokenKind::kBadNumber;
      const bool same =
          piece.kind == Piece::kString
              ? token.kind == TokenKind::kString && piece.begin == begin && piece.end == end
              : number && piece.begin >= begin && piece.end <= end;
      if (!same) return false;
    }
    ++i;
  }
  return true;
}

}  // namespace pgcounsel
