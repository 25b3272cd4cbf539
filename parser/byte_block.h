// Looks for characters in many bytes at once. Of 64 bytes, which of them are a given character
// comes out as the bits of a word, the first byte lowest. Uses what every x86-64 has; other
// machines take plain loops.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace pgcounsel {

class ByteBlock {
 public:
  static constexpr std::size_t kSize = 64;

#ifdef __SSE2__
  explicit ByteBlock(const char* bytes)
      : a_(part(bytes)), b_(part(bytes + 16)), c_(part(bytes + 32)), d_(part(bytes + 48)) {}
  std::uint64_t equal_to(char c) const {
    const __m128i wanted = _mm_set1_epi8(c);
    return equal(a_, wanted) | equal(b_, wanted) << 16 | equal(c_, wanted) << 32 |
           equal(d_, wanted) << 48;
  }

 private:
  static __m128i part(const char* bytes) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
  }
  static std::uint64_t equal(__m128i bytes, __m128i wanted) {
    return static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, wanted)));
  }

  __m128i a_, b_, c_, d_;
#else
  explicit ByteBlock(const char* bytes) : bytes_(bytes) {}
  std::uint64_t equal_to(char c) const {
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < kSize; ++i) mask |= std::uint64_t{bytes_[i] == c} << i;
    return mask;
  }

 private:
  const char* bytes_;
#endif
};

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

// Each bit tells whether the bits up to it, itself included, are odd in number.
inline std::uint64_t parity_up_to(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace pgcounsel
