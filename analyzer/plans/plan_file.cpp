#include "analyzer/plans/plan_file.h"

#include <fmt/format.h>

#include <utility>

#include "analyzer/ingest/log_records.h"
#include "analyzer/ingest/recognised.h"
#include "parser/log/event.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kHeadSize = 256 * 1024;
constexpr std::size_t kMostText = std::size_t{256} << 20;

double milliseconds(Micros time) {
  constexpr double kMicros = 1000;
  return static_cast<double>(time.count()) / kMicros;
}

void take_record(const LogRecord& record, std::uint64_t at, PlanFile& file) {
  const Event event = event_of(record);
  const auto* duration = std::get_if<DurationEvent>(&event);
  if (duration == nullptr || duration->kind != DurationEvent::Kind::kPlan) return;
  const auto line = static_cast<std::uint32_t>(at);
  Result<Plan> plan = read_logged_plan(duration->text);
  if (!plan) {
    file.troubles.push_back({line, plan.error().message});
    return;
  }
  plan->line = line;
  plan->logged_ms = milliseconds(duration->duration);
  file.plans.push_back(std::move(*plan));
}

void read_log(RecognisedInput& input, const FormatHints& hints, PlanFile& file) {
  read_log_records(input, hints, [&](const LogRecord& record, std::uint64_t line) {
    take_record(record, line, file);
  });
}

void read_text(std::string_view text, PlanFile& file) {
  PlansRead read = read_plans(text);
  file.plans = std::move(read.plans);
  file.troubles = std::move(read.troubles);
}

Error no_plan(const RecognisedInput& input, const PlanFile& file, bool is_log) {
  if (input.fault) return {*input.fault};
  if (!file.troubles.empty()) {
    const PlanTrouble& trouble = file.troubles.front();
    return {fmt::format("{}:{}: {}", input.path, trouble.line, trouble.message)};
  }
  if (is_log) {
    return {
        fmt::format("{}: is a log without a plan: auto_explain writes plans into it", input.path)};
  }
  return {
      fmt::format("{}: holds no plan: nothing in it reads like the output of EXPLAIN (text, "
                  "JSON, YAML or XML)",
                  input.path)};
}

}  // namespace

Result<PlanFile> read_plan_file(const std::string& path, const FormatHints& common_hints) {
  auto opened = open_input(path);
  if (!opened) return opened.error();
  RecognisedInput input = *std::move(opened);
  FormatHints hints = common_hints;
  hints.modified = input.stream->modified();
  drop_byte_order_mark(input.head);
  PlanFile file;
  file.path = path;
  auto format = recognise(input.head, input.ended, hints);
  const bool is_log = format && *format;
  if (!is_log) fill(*input.stream, input.head, kMostText, input.ended, input.fault);
  if (!is_log && !input.ended) {
    return Error{fmt::format("{}: is larger than the {} MB of a plan", path, kMostText >> 20)};
  }
  // A paste may have a line or two of a log around it.
  const std::string text = input.ended ? input.head : std::string();
  if (is_log) {
    input.format = **std::move(format);
    read_log(input, hints, file);
  }
  if (file.plans.empty() && !text.empty()) read_text(text, file);
  if (file.plans.empty()) return no_plan(input, file, is_log);
  if (input.fault) file.troubles.push_back({0, *input.fault + "; what stood before it was read"});
  return file;
}

}  // namespace pgcounsel
