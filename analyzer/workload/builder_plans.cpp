// The part of WorkloadBuilder that notes the plans that auto_explain logs.
#include <utility>

#include "analyzer/plans/plan_codec.h"
#include "analyzer/plans/redact_plan.h"
#include "analyzer/workload/builder.h"
#include "parser/plan/plan_reader.h"

namespace pgcounsel {
namespace {

// The plan as it is kept: without the user's values, and without the query's text, which stands
// among the statements.
std::string stored_plan(const DurationEvent& event) {
  constexpr double kMicrosOfMillisecond = 1000;
  Result<Plan> plan = read_logged_plan(event.text);
  if (!plan) return {};
  plan->query.clear();
  plan->parameters.clear();
  redact_plan(*plan);
  plan->logged_ms = static_cast<double>(event.duration.count()) / kMicrosOfMillisecond;
  return encode_plan(*plan);
}

}  // namespace

void WorkloadBuilder::note_plan(const LogRecord& record, const RecordReading& reading,
                                const DurationEvent& event) {
  PlanSums& plans = sums_.rest.plans;
  const Time hour = floor_to(record.time, kHour);
  if (reading.plan_hash == 0) {
    ++plans.unread[hour];
    return;
  }
  const std::uint64_t fingerprint = reading.facts == nullptr ? 0 : reading.facts->fingerprint.value;
  plans.hours[{hour, fingerprint, reading.plan_hash}].add(record.time, event.duration);
  PlanSamples& samples = plans.days[{floor_to(record.time, kDay), fingerprint}];
  if (!samples.wants(reading.plan_hash, event.duration)) return;
  samples.add(reading.plan_hash, {event.duration, record.time, stored_plan(event), source_,
                                  lines_before_ + record.line});
}

}  // namespace pgcounsel
