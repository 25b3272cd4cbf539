#include "analyzer/workload/reading.h"

namespace pgcounsel {
namespace {

using Duration = DurationEvent::Kind;

// The statement that the event is about, empty where none is told.
struct Told {
  const LogRecord& record;

  std::string_view operator()(const DurationEvent& event) const {
    return event.kind == Duration::kPlan ? std::string_view{} : event.text;
  }
  std::string_view operator()(const StatementEvent& event) const { return event.text; }
  std::string_view operator()(const LockEvent& event) const {
    return event.kind == LockEvent::Kind::kDeadlock ? std::string_view{} : record.statement;
  }
  std::string_view operator()(const TempFileEvent&) const { return record.statement; }
  std::string_view operator()(const ErrorEvent&) const {
    return record.severity < Severity::kError ? std::string_view{} : record.statement;
  }
  std::string_view operator()(const ConnectionEvent&) const { return {}; }
  std::string_view operator()(const OtherEvent&) const { return {}; }
};

}  // namespace

const StatementFacts* ReadingFacts::keep(const SharedFacts& facts) {
  const auto address = reinterpret_cast<std::uintptr_t>(facts.get());
  const StatementFacts*& lately = lately_[(address >> 5) % lately_.size()];
  if (lately == facts.get()) return lately;
  kept_.push_back(facts);
  return lately = facts.get();
}

void ReadingFacts::clear() {
  kept_.clear();
  lately_.fill(nullptr);
}

RecordReading read_record(const LogRecord& record, StatementBook& book, ReadingFacts& facts) {
  RecordReading reading;
  if (record.origin == Origin::kPooler) return reading;
  reading.event = event_of(record);
  const std::string_view sql = std::visit(Told{record}, reading.event);
  if (sql.empty()) return reading;
  const auto* duration = std::get_if<DurationEvent>(&reading.event);
  const bool simple = duration == nullptr || duration->kind == Duration::kStatement;
  reading.facts = facts.keep(book.look_up(sql, simple ? TextKind::kSimple : TextKind::kPrepared));
  return reading;
}

}  // namespace pgcounsel
