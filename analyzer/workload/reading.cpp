#include "analyzer/workload/reading.h"

#include "analyzer/plans/plan_hash.h"
#include "analyzer/plans/whole_plan.h"
#include "parser/plan/plan_reader.h"

namespace pgcounsel {
namespace {

using Duration = DurationEvent::Kind;

// The statement that the event is about, empty where none is told.
std::string_view told_by(const Event& event, const LogRecord& record) {
  if (std::holds_alternative<TempFileEvent>(event) || std::holds_alternative<LockEvent>(event)) {
    return record.statement;
  }
  if (const auto* statement = std::get_if<StatementEvent>(&event)) return statement->text;
  const bool failed =
      std::holds_alternative<ErrorEvent>(event) && record.severity >= Severity::kError;
  return failed ? record.statement : std::string_view{};
}

// What the plan is, and its query's statement. The plan itself is read again where it is kept.
void read_plan(std::string_view text, StatementBook& book, ReadingFacts& facts,
               RecordReading& reading) {
  const Result<Plan> plan = read_logged_plan(text);
  if (!plan || !is_whole(*plan)) return;
  reading.plan_hash = plan_hash(*plan);
  if (plan->query.empty()) return;
  reading.facts = facts.keep(book.look_up(plan->query, TextKind::kSimple));
}

void read_server_record(const LogRecord& record, StatementBook& book, ReadingFacts& facts,
                        RecordReading& reading) {
  read_event(record, reading.event);
  if (const auto* duration = std::get_if<DurationEvent>(&reading.event)) {
    if (duration->kind == Duration::kPlan) return read_plan(duration->text, book, facts, reading);
    if (duration->text.empty()) return;
    const bool simple = duration->kind == Duration::kStatement;
    const TextKind kind = simple ? TextKind::kSimple : TextKind::kPrepared;
    reading.facts = facts.keep(book.look_up(duration->text, kind));
  } else if (const std::string_view sql = told_by(reading.event, record); !sql.empty()) {
    reading.facts = facts.keep(book.look_up(sql, TextKind::kSimple));
  }
}

}  // namespace

void ReadingFacts::clear() {
  kept_.clear();
  lately_.fill(nullptr);
}

void read_record(const LogRecord& record, StatementBook& book, ReadingFacts& facts,
                 RecordReading& reading) {
  if (record.origin != Origin::kPooler) read_server_record(record, book, facts, reading);
}

}  // namespace pgcounsel
