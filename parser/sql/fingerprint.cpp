#include "parser/sql/fingerprint.h"

#include <fmt/format.h>

namespace pgcounsel {

std::string hex(Fingerprint fingerprint) {
  return fmt::format("{:016x}", fingerprint.value);
}

}  // namespace pgcounsel
