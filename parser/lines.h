// Lines of a text, and how often a character stands in it.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace pgcounsel {

// Most texts have none or few, so that the next is jumped to.
inline std::uint64_t newlines_in(std::string_view text) {
  std::uint64_t count = 0;
  while (!text.empty()) {
    const void* found = std::memchr(text.data(), '\n', text.size());
    if (found == nullptr) break;
    ++count;
    text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - text.data()) + 1);
  }
  return count;
}

// For what stands there often.
inline std::uint64_t count_of(char wanted, std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::uint64_t count = 0;
#if defined(__SSE2__)
  const __m128i pattern = _mm_set1_epi8(wanted);
  const __m128i zero = _mm_setzero_si128();
  __m128i total = zero;
  while (end - at >= 64) {
    // Each byte counts for itself, and none can count beyond 255.
    const char* const stop = at + std::min<std::ptrdiff_t>((end - at) / 64, 63) * 64;
    __m128i counts = zero;
    for (; at != stop; at += 64) {
      for (int part = 0; part < 64; part += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at + part));
        counts = _mm_sub_epi8(counts, _mm_cmpeq_epi8(block, pattern));
      }
    }
    total = _mm_add_epi64(total, _mm_sad_epu8(counts, zero));
  }
  count = static_cast<std::uint64_t>(_mm_cvtsi128_si64(total)) +
          static_cast<std::uint64_t>(_mm_cvtsi128_si64(_mm_unpackhi_epi64(total, total)));
#endif
  for (; at != end; ++at) count += *at == wanted ? 1U : 0U;
  return count;
}

}  // namespace pgcounsel
