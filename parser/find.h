// Looks for characters in texts 16 bytes at once, with what every x86-64 has; other machines take
// plain loops. Nothing is read behind the end that is given.
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace pgcounsel {

// Which of the kFindBlock bytes at `at` are `c`, or `a` or `b`: a bit for each, the first one
// lowest.
constexpr std::ptrdiff_t kFindBlock = 16;
inline std::uint32_t found_in_block(const char* at, char c) {
#ifdef __SSE2__
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
#else
  std::uint32_t found = 0;
  for (unsigned i = 0; i < kFindBlock; ++i) found |= std::uint32_t{at[i] == c} << i;
  return found;
#endif
}
inline std::uint32_t either_in_block(const char* at, char a, char b) {
#ifdef __SSE2__
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
  const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(a)),
                                     _mm_cmpeq_epi8(bytes, _mm_set1_epi8(b)));
  return static_cast<std::uint32_t>(_mm_movemask_epi8(found));
#else
  return found_in_block(at, a) | found_in_block(at, b);
#endif
}

// The first `c` from `at` on, `end` where there is none; adds the number of `counted` before it.
inline const char* find_counting(char c, const char* at, const char* end, char counted,
                                 std::uint64_t& count) {
#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi8(c), others = _mm_set1_epi8(counted);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
    auto counts = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, others)));
    counts &= (mask & (0 - mask)) - 1;  // those before it
    for (; counts != 0; counts &= counts - 1) ++count;
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  for (; at < end && *at != c; ++at) count += *at == counted ? 1 : 0;
  return at;
}

// The first `a` or `b` from `at` on; `end` where there is none.
inline const char* find_either(const char* at, const char* end, char a, char b) {
#ifdef __SSE2__
  const __m128i first = _mm_set1_epi8(a), second = _mm_set1_epi8(b);
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(bytes, first), _mm_cmpeq_epi8(bytes, second));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at < end && *at != a && *at != b) ++at;
  return at;
}

// Copies to `to`, which has room for all from `at` to `end`, up to the first `c`; answers where
// that stands, or `end`. What lies behind the copy is overwritten.
inline const char* copy_up_to(char c, const char* at, const char* end, char* to) {
#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi8(c);
  for (; end - at >= 16; at += 16, to += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
    if (mask != 0) return at + std::countr_zero(mask);
  }
#endif
  while (at < end && *at != c) *to++ = *at++;
  return at;
}

// Behind the digits that begin at `at`.
inline const char* digits_end(const char* at, const char* end) {
#ifdef __SSE2__
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i over = _mm_subs_epu8(_mm_sub_epi8(bytes, _mm_set1_epi8('0')), _mm_set1_epi8(9));
    const auto digits =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(over, _mm_setzero_si128())));
    if (digits != 0xFFFF) return at + std::countr_one(digits);
  }
#endif
  while (at < end && *at >= '0' && *at <= '9') ++at;
  return at;
}

// A text of up to 32 characters that is looked for often.
struct ShortText {
  static constexpr std::size_t kMostSize = 32;

  constexpr ShortText() = default;
  constexpr explicit ShortText(std::string_view text)
      : size(static_cast<std::uint32_t>(text.size())),
        mask(static_cast<std::uint32_t>((std::uint64_t{1} << text.size()) - 1)) {
    std::copy(text.begin(), text.end(), bytes.begin());
  }

  // Whether it stands at `at`. Where less than 32 bytes are left it may not be seen.
  bool stands_at(const char* at, const char* end) const {
    if (end - at < std::ptrdiff_t{kMostSize}) return false;
#ifdef __SSE2__
    const auto equal = [&](std::size_t from) {
      const __m128i known = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes.data() + from));
      const __m128i found = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + from));
      return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(known, found)));
    };
    return (mask & ~(equal(0) | equal(16) << 16)) == 0;
#else
    return std::memcmp(at, bytes.data(), size) == 0;
#endif
  }

  std::array<char, kMostSize> bytes{};
  std::uint32_t size = 0;
  std::uint32_t mask = 0;  // a bit for each of its characters
};

}  // namespace pgcounsel
