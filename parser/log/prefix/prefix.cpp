// Compiles a log_line_prefix into a row of steps: literals, fields, and the stop of %q. Fields with
// a shape of their own (times, numbers, ids) read as far as their shape goes. Names have none: they
// end where the literal behind them stands.

#include "parser/log/prefix/prefix.h"

#include <fmt/format.h>

#include <algorithm>

#include "parser/log/prefix/fields.h"
#include "parser/log/prefix/program.h"
#include "parser/log/prefix/split.h"

namespace pgcounsel {
namespace {

using Program = PrefixMatcher::Program;

constexpr std::size_t kMostSteps = 200;
constexpr int kWidestPadding = 1000;

constexpr std::string_view kNames = "udahrbiL";
constexpr std::string_view kEscapes = "audrhbpPtmnsiecvlxqQL";

Error unusable(std::string_view prefix, std::string_view what) {
  return Error{fmt::format("log_line_prefix '{}' {}: give it as `SHOW log_line_prefix` prints it",
                           prefix, what)};
}

// Literals are collected first and cut into views when they no longer move.
struct Draft {
  std::vector<PrefixStep> steps;
  std::vector<std::string> literals;
};

void add_literal(Draft& draft, char c) {
  if (draft.steps.empty() || draft.steps.back().kind != StepKind::kLiteral) {
    draft.steps.emplace_back();
    draft.literals.emplace_back();
  }
  draft.literals.back() += c;
}

void mark_user_at_database(Program& program) {
  for (std::size_t i = 2; i < program.steps.size(); ++i) {
    bool at =
        program.steps[i - 1].kind == StepKind::kLiteral && program.steps[i - 1].literal == "@";
    if (at && program.steps[i].escape == 'd' && program.steps[i - 2].escape == 'u') {
      program.steps[i].behind_at = true;
      program.has_user_at_database = true;
    }
  }
}

void finish(Program& program, Draft draft) {
  for (const std::string& literal : draft.literals) program.literals += literal;
  std::size_t used = 0;
  std::size_t next_literal = 0;
  for (PrefixStep& step : draft.steps) {
    if (step.kind != StepKind::kLiteral) continue;
    std::size_t size = draft.literals[next_literal++].size();
    step.literal = std::string_view{program.literals}.substr(used, size);
    used += size;
  }
  program.steps = std::move(draft.steps);
  program.start_is_time = !program.has['m'] && !program.has['t'] && !program.has['n'];
  mark_user_at_database(program);
  find_lead(program);
}

PrefixStep escape_step(char escape, int width) {
  PrefixStep step;
  step.kind = escape == kStopStep               ? StepKind::kStop
              : kNames.find(escape) != kNoField ? StepKind::kName
                                                : StepKind::kField;
  step.escape = escape;
  step.width = width;
  return step;
}

}  // namespace

Result<PrefixMatcher> PrefixMatcher::compile(std::string_view log_line_prefix, Zone zone) {
  auto program = std::make_shared<Program>();
  program->text = log_line_prefix;
  program->zone = zone;
  Draft draft;
  for (std::size_t i = 0; i < log_line_prefix.size(); ++i) {
    if (log_line_prefix[i] != '%') {
      add_literal(draft, log_line_prefix[i]);
      continue;
    }
    std::size_t start = i++;
    bool left = i < log_line_prefix.size() && log_line_prefix[i] == '-';
    if (left) ++i;
    int width = 0;
    for (; i < log_line_prefix.size() && is_digit(log_line_prefix[i]); ++i) {
      width = std::min(width * 10 + (log_line_prefix[i] - '0'), kWidestPadding + 1);
    }
    if (i >= log_line_prefix.size()) {
      return unusable(log_line_prefix, "ends within an escape");
    }
    char escape = log_line_prefix[i];
    std::string_view written = log_line_prefix.substr(start, i + 1 - start);
    if (escape == '%' && written == "%%") {
      add_literal(draft, '%');
      continue;
    }
    if (kEscapes.find(escape) == kNoField || width > kWidestPadding) {
      return unusable(log_line_prefix, fmt::format("has the unknown escape {}", written));
    }
    program->has[static_cast<unsigned char>(escape)] = true;
    draft.steps.push_back(escape_step(escape, left ? -width : width));
  }
  if (draft.steps.size() > kMostSteps) return unusable(log_line_prefix, "has too many escapes");
  finish(*program, std::move(draft));
  PrefixMatcher matcher;
  matcher.program_ = std::move(program);
  return matcher;
}

bool PrefixMatcher::match(std::string_view line, PrefixMatch& out, LogTimes* times) const {
  out = PrefixMatch{};
  std::size_t at = 0;
  if (!read_lead(*program_, line, times, out, at)) return false;
  PlacedTag tag;
  if (!find_tag(line, at, tag) || !split_line(*program_, line, at, tag, out)) return false;
  set_tag(tag, out);
  conclude(out);
  return true;
}

const std::string& PrefixMatcher::text() const {
  return program_->text;
}

bool PrefixMatcher::has_escape(char escape) const {
  auto index = static_cast<unsigned char>(escape);
  return index < program_->has.size() && program_->has[index];
}

}  // namespace pgcounsel
