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

#include <algorithm>
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
  const __m128i signs = _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(2)), _mm_set1_epi8('/'));
  const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\''));
  return {bits(digits), bits(_mm_or_si128(signs, quotes))};
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
  Classes classes{0, 0};
  for (unsigned i = 0; i < kBlock; ++i) {
    const char c = to[i] = from[i];
    classes.digits |= unsigned{c >= '0' && c <= '9'} << i;
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

// Behind the closing quote of the string that begins at p, or nothing.
inline const char* behind_string(const char* p, const char* end) {
  while (true) {
    p = find<'\''>(p + 1, end);
    if (p == end || *p == '\0') return nullptr;
    ++p;
    if (p == end || *p != '\'') return p;
  }
}

// The same for a string that is kept as it is, whose backslashes may hide quotes.
const char* behind_escapes(const char* p, const char* end) {
  for (++p; p != end; ++p) {
    if (*p == '\\' && end - p >= 2) {
      ++p;
    } else if (*p == '\'') {
      ++p;
      if (p == end || *p != '\'') return p;
    }
  }
  return nullptr;
}

const char* behind_block_comment(const char* p, const char* end) {
  const char* const begin = p + 2;
  for (p = find<'/'>(begin, end); p != end && *p == '/'; p = find<'/'>(p + 1, end)) {
    if (p != begin && p[-1] == '*') return p + 1;
    if (end - p >= 2 && p[1] == '*') return nullptr;
  }
  return nullptr;
}

const char* behind_line_comment(const char* p, const char* end) {
  p = find<'\n', '\r'>(p + 2, end);
  return p != end && *p == '\0' ? nullptr : p;
}

template <std::size_t kSize>
char* put(char* to, const char (&mark)[kSize]) {
  std::memcpy(to, mark, kSize - 1);
  return to + kSize - 1;
}

bool starts(const char* p, const char* end, char first, char second) {
  return *p == first && end - p >= 2 && p[1] == second;
}

// Digits do not begin a number behind one: all parts of names, and @ [ ] { | }.
constexpr bool before_no_number(char c) {
  constexpr std::uint64_t kDigitsAndDollar = 0x3FFULL << '0' | 1ULL << '$';
  const auto byte = static_cast<unsigned char>(c);
  return byte > '?' || (kDigitsAndDollar >> byte & 1U) != 0;
}

// The first byte of a block at which a piece may begin: a number, a quote, -- or /*. Another sign
// in its place is of no interest. kBlock when there is none. `copied` is asked only for what stands
// before the block: what was just written is slow to read.
inline int first_stop(const Classes& is, const char* p, const char* copied) {
  unsigned stops = (is.digits & ~(is.digits << 1)) | is.marks;
  for (; stops != 0; stops &= stops - 1) {
    const int at = std::countr_zero(stops);
    if (((is.digits >> at) & 1U) != 0) {
      const char before = *((at == 0 ? copied : p + at) - 1);
      if (!before_no_number(before)) return at;
    } else if (p[at] == '\'' || at == int{kBlock} - 1 || p[at + 1] == (p[at] == '-' ? '-' : '*')) {
      return at;
    }
  }
  return kBlock;
}

// A copy without the pieces, and room for what is written behind it.
struct Copy {
  Copy() { bytes_[0] = ' '; }
  char* begin() { return bytes_ + 1; }
  char* most() { return bytes_ + 1 + kMostKept; }

 private:
  char bytes_[1 + kMostKept + 2 * kBlock];
};

// Gives the end of the copy, nothing when the text is not followed. Tells `note` of each piece.
template <typename Note>
[[gnu::always_inline]] inline char* leave_out_pieces(std::string_view sql, Copy& copy, Note note) {
  const char* p = sql.data();
  const char* end = p + sql.size();
  char* to = copy.begin();
  char* const most = copy.most();
  const auto offset = [&] { return sql.size() - static_cast<std::size_t>(end - p); };
  char last[2 * kBlock];  // the end of the text with what is read behind it
  bool in_last = false;
  for (int pieces = 0; pieces <= kMostPieces;) {
    if (end - p < static_cast<std::ptrdiff_t>(kBlock)) {
      if (p == end) return to;
      if (!in_last) {
        in_last = true;
        if (sql.size() >= kBlock) {
          std::memcpy(last, end - kBlock, kBlock);
        } else {
          std::memcpy(last + kBlock - sql.size(), sql.data(), sql.size());
        }
        std::memset(last + kBlock, 0, kBlock);
        p = last + kBlock - (end - p);
        end = last + kBlock;
      }
    }
    if (to > most) return nullptr;
    const Classes is = copy_block(p, to);
    const int at = (is.digits | is.marks) == 0 ? int{kBlock} : first_stop(is, p, to);
    if (at == int{kBlock}) {
      if (in_last) return to + (end - p);
      p += kBlock;
      to += kBlock;
      continue;
    }
    p += at;
    to += at;
    const std::size_t begin = offset();
    Piece::Kind kind = Piece::kComment;
    if (((is.digits >> at) & 1U) != 0) {
      const int run = std::countr_one(is.digits >> at);
      p += run;
      if (at + run == int{kBlock}) {
        while (p != end && *p >= '0' && *p <= '9') ++p;
      }
      *to++ = '0';
      kind = Piece::kDigits;
    } else if (*p == '\'') {
      const char before = to[-1];
      if (sql_bytes::is(before, sql_bytes::kNamePart) || before == '&') {
        const char* behind = behind_escapes(p, end);
        if (behind == nullptr || behind - p > most - to) return nullptr;
        std::memcpy(to, p, static_cast<std::size_t>(behind - p));
        to += behind - p;
        p = behind;
        continue;
      }
      p = behind_string(p, end);
      to = put(to, "''");
      kind = Piece::kString;
    } else if (starts(p, end, '-', '-')) {
      p = behind_line_comment(p, end);
      to = put(to, "--");
    } else if (starts(p, end, '/', '*')) {
      p = behind_block_comment(p, end);
      to = put(to, "/**/");
    } else {
      *to++ = *p++;
      continue;
    }
    if (p == nullptr) return nullptr;
    ++pieces;
    note(Piece{kind, begin, offset()});
  }
  return nullptr;
}

Word load(const char* p) {
  Word word = 0;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// The state is the whole product of two words and what was read, which even a product of zero does
// not lose.
struct KeyHash {
  Word high, low;

  explicit KeyHash(Word seed) : high(seed ^ 0x452821E638D01377), low(seed + 0xBE5466CF34E90C6C) {}
  void add(Word a, Word b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a ^ low) * (b ^ high);
    low = static_cast<Word>(product) + b;
    high = static_cast<Word>(product >> 64) ^ a;
  }
  TextKey key() const {
    return {multiply_fold(high ^ 0x9FB21C651E98DF25, 0xA24BAED4963EE407) ^ low,
            multiply_fold(low ^ 0x082EFA98EC4E6C89, 0xE7037ED1A0B428DB) ^ high};
  }
};

// Keys of the two kinds do not meet.
constexpr Word kBytesSeed = 0x13198A2E03707344, kMarkedSeed = 0x243F6A8885A308D3;

}  // namespace

// The last bytes are read in words that overlap: the size, which is of the key, says how.
TextKey key_of_bytes(std::string_view sql) {
  const char* p = sql.data();
  const char* const end = p + sql.size();
  KeyHash hash(kBytesSeed ^ sql.size());
  if (sql.size() >= 16) {
    for (std::size_t left = sql.size(); left > 16; left -= 16, p += 16)
      hash.add(load(p), load(p + 8));
    hash.add(load(end - 16), load(end - 8));
  } else if (sql.size() >= 8) {
    hash.add(load(p), load(end - 8));
  } else {
    char last[8] = {};
    for (char* to = last; p != end; ++p) *to++ = *p;
    hash.add(load(last), 0);
  }
  return hash.key();
}

TextKey key_without_values_or_zeros(std::string_view sql) {
  Copy copy;
  const char* const begin = copy.begin();
  char* const end = leave_out_pieces(sql, copy, [](const Piece&) {});
  if (end == nullptr) return {};
  std::memset(end, 0, 16);
  KeyHash hash(kMarkedSeed ^ static_cast<Word>(end - begin));
  for (const char* p = begin; p < end; p += 16) hash.add(load(p), load(p + 8));
  return hash.key();
}

bool values_are_literals(std::string_view sql, const std::vector<const char*>& folded) {
  Copy copy;
  std::array<Piece, kMostPieces + 1> pieces;
  std::size_t count = 0;
  const auto note = [&](const Piece& piece) { pieces[count++] = piece; };
  if (leave_out_pieces(sql, copy, note) == nullptr) return false;
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
