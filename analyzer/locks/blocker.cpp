#include "analyzer/locks/blocker.h"

#include <fmt/format.h>

#include "analyzer/workload/summary.h"

namespace pgcounsel {

Blocker blocker_of(const LockingProcess& process) {
  if (process.hold == nullptr) return {};
  return {true, process.hold->class_id};
}

std::string id_of(const Blocker& blocker) {
  return blocker.is_known ? hex(Fingerprint{blocker.class_id}) : std::string();
}

std::string label_of(const Blocker& blocker, const std::set<std::uint32_t>& pids,
                     const Sums& sums) {
  if (blocker.is_known) {
    const auto steps = sums.class_steps.find(blocker.class_id);
    return steps == sums.class_steps.end() ? std::string() : label_of(steps->second, sums);
  }
  if (pids.size() != 1) return "sessions whose transactions are not in the log";
  if (*pids.begin() == 0) return "a prepared transaction, or a holder that the log does not tell";
  return fmt::format("process {}, whose transaction is not in the log", *pids.begin());
}

Micros part_of(Micros whole, std::size_t parts, std::size_t index) {
  const auto count = static_cast<Micros::rep>(parts);
  return whole / count + (index == 0 ? whole % count : Micros{0});
}

}  // namespace pgcounsel
