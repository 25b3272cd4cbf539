// The class of a transaction: the sequence of its statements' fingerprints with loops folded, so
// that a cart of three items and a cart of thirty are one class: `BEGIN; SELECT a; (INSERT b)×n;
// COMMIT`.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

#include "analyzer/workload/sums.h"
#include "parser/bytes.h"
#include "parser/sql/fingerprint.h"

namespace pgcounsel {

// Folds while statements arrive, in memory that does not grow with their number: where the last k
// steps (k up to 8) repeat the k before them, they become one loop. Beyond 64 folded steps the rest
// is left out.
class ClassBuilder {
 public:
  void add(Fingerprint fingerprint);
  // 64 bits of the folded fingerprints; whether a loop ran once or often makes no difference.
  std::uint64_t id() const;
  static std::uint64_t id_of(Fingerprint only);  // of one step
  const ClassSteps& steps() const { return steps_; }
  bool operator==(const ClassBuilder&) const = default;

  void write(ByteWriter& out) const;
  static ClassBuilder read(ByteReader& in);

 private:
  void fold_last(std::size_t k);

  ClassSteps steps_;
  bool cut_ = false;
};

// Steps as stored in the ledger, and back (empty when damaged).
std::string encode_steps(const ClassSteps& steps);
ClassSteps decode_steps(std::string_view bytes);

}  // namespace pgcounsel
