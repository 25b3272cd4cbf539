// The identity of a statement without its values: libpg_query's fingerprint, or, where that parser
// does not know the syntax, 64 bits of the statement's shape.
#pragma once
#include <compare>
#include <cstdint>
#include <string>

namespace pgcounsel {

struct Fingerprint {
  std::uint64_t value = 0;  // 0: no statement
  auto operator<=>(const Fingerprint&) const = default;
  explicit operator bool() const { return value != 0; }
};

// The version of the algorithm: a ledger that was written with another one is fingerprinted anew.
constexpr int kFingerprintVersion = 1;

std::string hex(Fingerprint fingerprint);  // 16 lower-case digits

}  // namespace pgcounsel
