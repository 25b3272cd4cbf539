// How much of a log that is written in another language than English is understood. Statements,
// durations and connections are read in the languages whose words are known; of other messages
// only severity and SQLSTATE are left.
#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "analyzer/coverage.h"
#include "parser/log/record.h"

namespace pgcounsel {

class LanguageCheck {
 public:
  void add(std::span<const LogRecord> records);
  // None where nothing of another language was left.
  std::optional<Warning> warning() const;

 private:
  std::uint64_t localised_ = 0, unknown_ = 0;
};

}  // namespace pgcounsel
