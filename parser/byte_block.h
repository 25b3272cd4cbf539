// Looks at 64 bytes at once: which of them are a given character comes out as the bits of a word,
// the first byte lowest. Uses what every x86-64 has; other machines take a plain loop.
#pragma once
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

// Each bit tells whether the bits up to it, itself included, are odd in number.
inline std::uint64_t parity_up_to(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace pgcounsel
