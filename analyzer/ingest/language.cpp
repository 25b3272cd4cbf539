#include "analyzer/ingest/language.h"

#include <fmt/format.h>

#include "parser/log/event.h"

namespace pgcounsel {
namespace {

bool can_tell(const LogRecord& record) {
  return record.severity == Severity::kLog || record.severity >= Severity::kWarning;
}

bool is_known(const LogRecord& record) {
  const Event event = event_of(record);
  if (const auto* error = std::get_if<ErrorEvent>(&event)) return error->row != nullptr;
  if (const auto* other = std::get_if<OtherEvent>(&event)) return other->row != nullptr;
  return true;
}

}  // namespace

void LanguageCheck::add(std::span<const LogRecord> records) {
  for (const LogRecord& record : records) {
    const bool counts = record.localised && record.origin == Origin::kServer && can_tell(record);
    if (!counts) continue;
    ++localised_;
    if (!is_known(record)) ++unknown_;
  }
}

std::optional<Warning> LanguageCheck::warning() const {
  if (unknown_ == 0) return std::nullopt;
  const double share = 100.0 * static_cast<double>(unknown_) / static_cast<double>(localised_);
  return Warning{
      "localised_messages",
      fmt::format("{} of {} records in another language than English ({:.0f} %) are of a kind that "
                  "is known in English only: errors, lock waits, temporary files and checkpoints "
                  "among them are missing. For the next logs: ALTER SYSTEM SET lc_messages = 'C'.",
                  unknown_, localised_, share)};
}

}  // namespace pgcounsel
