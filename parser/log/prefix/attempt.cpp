// `%u@%d/%a %c ` over
//   web@shop/sidekiq 7.1 [3 of 10 busy] 6b029e2a.68d2 LOG:  ...
// tries for %a each end at which the literal behind it (a blank) stands, leftmost first, until the
// rest matches: after `sidekiq` the next field is no session id, and so on up to the right end.
// Trying is bounded: a name is at most kLongestName bytes, a line may cost at most kMostAttempts
// ends, and after kManyAttempts of them it is given up where the literals do not stand there at
// all.

#include "parser/log/prefix/attempt.h"

#include <algorithm>

#include "parser/log/prefix/fields.h"
#include "parser/log/prefix/split.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestName = 255;
constexpr int kMostAttempts = 8192;
constexpr int kManyAttempts = 64;

class Attempt {
 public:
  Attempt(const PrefixMatcher::Program& program, std::string_view head, bool strict, int& attempts,
          PrefixMatch& out)
      : program_(program), head_(head), strict_(strict), attempts_(attempts), out_(out) {}

  // Whether the steps from `step` on fit the head from `at` on.
  bool run(std::size_t step, std::size_t at) {
    for (; step < program_.steps.size(); ++step) {
      const PrefixStep& next = program_.steps[step];
      switch (next.kind) {
        case StepKind::kLiteral:
          if (!head_.substr(at).starts_with(next.literal)) return false;
          at += next.literal.size();
          break;
        case StepKind::kStop:
          if (ends_head(head_, at)) return true;
          break;
        case StepKind::kName:
          return run_name(step, at);
        case StepKind::kField: {
          const std::size_t length = read_step(program_, next, head_.substr(at), nullptr, out_);
          if (length == kNoField) return false;
          at += length;
          break;
        }
      }
    }
    return ends_head(head_, at);
  }

  bool gave_up() const { return attempts_ > kMostAttempts; }

 private:
  // Whether the literals behind the first name stand there one after the other.
  bool has_literals() const {
    std::size_t at = first_name_at_;
    for (std::size_t i = first_name_; i < program_.steps.size(); ++i) {
      const PrefixStep& step = program_.steps[i];
      if (step.kind == StepKind::kStop) break;
      if (step.kind != StepKind::kLiteral) continue;
      at = head_.find(step.literal, at);
      if (at == kNoField) return false;
      at += step.literal.size();
    }
    return true;
  }

  bool run_name(std::size_t step, std::size_t at) {
    if (first_name_ == kNoField) {
      first_name_ = step;
      first_name_at_ = at;
    }
    const PrefixStep& name = program_.steps[step];
    if (name.width == 0 && run_well_formed(step, at)) return true;
    const std::size_t width = name.least_width();
    const std::size_t last = std::min(head_.size(), at + std::max(kLongestName, width));
    const bool closed =
        step + 1 < program_.steps.size() && program_.steps[step + 1].kind == StepKind::kLiteral;
    const std::string_view close = closed ? program_.steps[step + 1].literal : std::string_view{};
    std::size_t first = at + width;
    if (closed && step + 2 == program_.steps.size()) {
      first = std::max(first, first_end_of(close, head_));
    }
    for (std::size_t end = first; end <= last; ++end) {
      if (closed) end = head_.find(close, end);
      if (end > last || ++attempts_ > kMostAttempts) return false;
      if (++own_attempts_ == kManyAttempts && !has_literals()) {
        is_hopeless_ = true;
        return false;
      }
      if (run_behind(step, at, end)) return true;
      if (is_hopeless_) return false;
    }
    return false;
  }

  // Addresses hold colons and brackets and backend types blanks, so that the literal behind them
  // may stand within them.
  bool run_well_formed(std::size_t step, std::size_t at) {
    const std::string_view text = head_.substr(at);
    const char escape = program_.steps[step].escape;
    if (escape == 'b') {
      const std::size_t length = backend_type_length(text);
      return length != kNoField && run_behind(step, at, at + length);
    }
    if (escape != 'r' && escape != 'h') return false;
    if (escape == 'r') {
      const std::size_t length = host_and_port_length(text);
      if (length != kNoField && run_behind(step, at, at + length)) return true;
    }
    for (std::size_t length = ipv6_run(text); length >= 2; --length) {
      if (is_ipv6(text.substr(0, length)) && run_behind(step, at, at + length)) return true;
    }
    return false;
  }

  // Whether the rest fits if the name of `step` is [at, end).
  bool run_behind(std::size_t step, std::size_t at, std::size_t end) {
    const PrefixStep& name = program_.steps[step];
    std::string_view value = head_.substr(at, end - at);
    if (strict_ && name.behind_at && value.find('@') != kNoField) return false;
    if (!run(step + 1, end)) return false;
    if (name.width != 0 && value.size() == name.least_width()) {
      while (name.width > 0 && value.starts_with(' ')) value.remove_prefix(1);
      while (name.width < 0 && value.ends_with(' ')) value.remove_suffix(1);
    }
    keep_name(name.escape, value, out_);
    return true;
  }

  const PrefixMatcher::Program& program_;
  std::string_view head_;
  bool strict_;
  int& attempts_;  // of the line
  PrefixMatch& out_;
  int own_attempts_ = 0;
  bool is_hopeless_ = false;
  std::size_t first_name_ = kNoField;
  std::size_t first_name_at_ = 0;
};

}  // namespace

bool split_by_trying(const PrefixMatcher::Program& program, std::string_view head, std::size_t at,
                     int& attempts, PrefixMatch& out) {
  const bool strict = program.has_user_at_database;
  Attempt first(program, head, strict, attempts, out);
  if (first.run(program.lead, at)) return true;
  if (!strict || first.gave_up()) return false;
  return Attempt(program, head, false, attempts, out).run(program.lead, at);
}

}  // namespace pgcounsel
