// A log_line_prefix is compiled into a row of steps: literals, fields, and the stop of %q. Fields
// with a shape of their own (times, numbers, ids) read as far as their shape goes. Names have none:
// `%u@%d/%a %c ` over
//   web@shop/sidekiq 7.1 [3 of 10 busy] 6b029e2a.68d2 LOG:  ...
// tries for %a each end at which the literal behind it (a blank) stands, leftmost first, until the
// rest matches: after `sidekiq` the next field is no session id, and so on up to the right end.
// Trying is bounded four ways: a name is at most kLongestName bytes, a prefix ends within
// kLongestHead bytes of its line, a line may cost at most kMostAttempts ends, and after
// kManyAttempts of them it is given up where the literals do not stand before a severity at all.

#include "parser/log/prefix/prefix.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "parser/log/prefix/fields.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestHead = 4096;
constexpr std::size_t kLongestName = 255;
constexpr std::size_t kMostSteps = 200;
constexpr int kMostAttempts = 8192;
constexpr int kManyAttempts = 64;
constexpr int kWidestPadding = 1000;
constexpr char kLiteral = '\0';
constexpr char kQuit = 'q';

constexpr std::string_view kNames = "udahrbiL";
// Process ids, virtual transactions and the like, which some processes do not have.
constexpr std::string_view kMayBeAbsent = "vP";
constexpr std::string_view kEscapes = "audrhbpPtmnsiecvlxqQL";

struct Step {
  char escape = kLiteral;
  int width = 0;             // the least width of a field; negative: blanks are on its right
  std::string_view literal;  // of a kLiteral; into Program::literals
  bool behind_at = false;    // the %d of `%u@%d`
};

std::size_t width_of(const Step& step) {
  return static_cast<std::size_t>(step.width < 0 ? -step.width : step.width);
}

}  // namespace

struct PrefixMatcher::Program {
  std::string text;
  std::string literals;
  std::vector<Step> steps;
  std::array<bool, 128> has{};
  Zone zone;
  bool start_is_time = false;  // no %m, %t or %n: %s has to do
  bool has_user_at_database = false;
};

namespace {

using Program = PrefixMatcher::Program;

class Attempt {
 public:
  Attempt(const Program& program, std::string_view line, bool strict, PrefixMatch& out)
      : program_(program),
        line_(line),
        head_(line.substr(0, kLongestHead)),
        strict_(strict),
        out_(out) {}

  // Whether the steps from `step` on fit the line from `at` on.
  bool run(std::size_t step, std::size_t at) {
    for (; step < program_.steps.size(); ++step) {
      const Step& next = program_.steps[step];
      if (next.escape == kLiteral) {
        if (!head_.substr(at).starts_with(next.literal)) return false;
        at += next.literal.size();
      } else if (next.escape == kQuit) {
        if (ends_at(at)) return true;
      } else if (kNames.find(next.escape) != kNoField) {
        return run_name(step, at);
      } else {
        std::size_t length = read_field(next, head_.substr(at));
        if (length == kNoField) return false;
        at += length;
      }
    }
    return ends_at(at);
  }

  bool gave_up() const { return attempts_ > kMostAttempts; }

 private:
  bool ends_at(std::size_t at) {
    constexpr std::size_t kMostBlanks = 3;
    std::size_t end = at;
    while (end < head_.size() && head_[end] == ' ' && end - at < kMostBlanks) ++end;
    std::optional<LineTag> tag = read_line_tag(line_.substr(end));
    if (!tag) return false;
    out_.kind = tag->kind;
    out_.severity = tag->severity;
    out_.localised = tag->localised;
    out_.body = end + tag->length;
    return true;
  }

  // A field with a shape of its own, its padding included.
  std::size_t read_field(const Step& step, std::string_view text) {
    if (step.width == 0) {
      std::size_t length = read_bare_field(step.escape, text);
      return length == kNoField && kMayBeAbsent.find(step.escape) != kNoField ? 0 : length;
    }
    std::size_t width = width_of(step);
    auto is_blank = [](char c) { return c == ' '; };
    std::size_t before = step.width > 0 ? run_of(text, 0, is_blank) : 0;
    std::size_t length = read_bare_field(step.escape, text.substr(before));
    if (length != kNoField) {
      std::size_t padding = length < width ? width - length : 0;
      if (step.width > 0 && before == padding) return before + length;
      if (step.width < 0 && run_of(text, length, is_blank) >= padding) return length + padding;
    }
    return run_of(text, 0, is_blank) >= width ? width : kNoField;
  }

  std::size_t read_bare_field(char escape, std::string_view text) {
    std::size_t length = kNoField;
    switch (escape) {
      case 'm':
      case 't':
        return read_time(text, true);
      case 's':
        return read_time(text, program_.start_is_time);
      case 'n': {
        LogTime time{};
        length = read_epoch(text, time);
        if (length != kNoField) out_.time = time;
        return length;
      }
      case 'p':
        length = number_length(text, false);
        if (length != kNoField) to_number(text.substr(0, length), 10, out_.pid);
        return length;
      case 'l':
        length = number_length(text, false);
        if (length != kNoField) to_number(text.substr(0, length), 10, out_.line_number);
        return length;
      case 'Q':
        length = number_length(text, true);
        if (length != kNoField) to_number(text.substr(0, length), 10, out_.query_id);
        return length;
      case 'c':
        length = session_id_length(text);
        if (length != kNoField) out_.session_id = text.substr(0, length);
        return length;
      case 'v':
        length = virtual_xid_length(text);
        if (length != kNoField) out_.virtual_xid = text.substr(0, length);
        return length;
      case 'e':
        length = sqlstate_length(text);
        if (length != kNoField) out_.sqlstate = text.substr(0, length);
        return length;
      default:
        return number_length(text, false);  // %x, %P
    }
  }

  std::size_t read_time(std::string_view text, bool keep) {
    std::optional<LogTime> time = parse_log_time(text, program_.zone);
    if (!time) return kNoField;
    if (keep) out_.time = time;
    return time->length;
  }

  // Whether the literals behind the first name stand there one after the other, before a severity.
  bool has_literals() const {
    std::size_t at = first_name_at_;
    std::size_t limit = head_.size();
    auto starts_tag = [this](std::size_t i) {
      const bool can = is_upper(head_[i]) || static_cast<unsigned char>(head_[i]) >= 0x80;
      return can && read_line_tag(line_.substr(i));
    };
    while (limit > at && !starts_tag(limit - 1)) --limit;
    if (limit == at) return false;
    for (std::size_t i = first_name_; i < program_.steps.size(); ++i) {
      const Step& step = program_.steps[i];
      if (step.escape == kQuit) break;
      if (step.escape != kLiteral) continue;
      at = head_.find(step.literal, at);
      if (at == kNoField || at + step.literal.size() >= limit) return false;
      at += step.literal.size();
    }
    return true;
  }

  bool run_name(std::size_t step, std::size_t at) {
    if (first_name_ == kNoField) {
      first_name_ = step;
      first_name_at_ = at;
    }
    const Step& name = program_.steps[step];
    if (name.width == 0 && run_well_formed(step, at)) return true;
    std::size_t last = std::min(head_.size(), at + std::max(kLongestName, width_of(name)));
    bool closed = step + 1 < program_.steps.size() && program_.steps[step + 1].escape == kLiteral;
    std::string_view close = closed ? program_.steps[step + 1].literal : std::string_view{};
    for (std::size_t end = at + width_of(name); end <= last; ++end) {
      if (closed) end = head_.find(close, end);
      if (end > last || ++attempts_ > kMostAttempts) return false;
      if (attempts_ == kManyAttempts && !has_literals()) {
        attempts_ = kMostAttempts + 1;
        return false;
      }
      if (run_behind(step, at, end)) return true;
    }
    return false;
  }

  // Addresses hold colons and brackets and backend types blanks, so that the literal behind them
  // may stand within them.
  bool run_well_formed(std::size_t step, std::size_t at) {
    std::string_view text = head_.substr(at);
    char escape = program_.steps[step].escape;
    if (escape == 'b') {
      std::size_t length = backend_type_length(text);
      return length != kNoField && run_behind(step, at, at + length);
    }
    if (escape != 'r' && escape != 'h') return false;
    if (escape == 'r') {
      std::size_t length = host_and_port_length(text);
      if (length != kNoField && run_behind(step, at, at + length)) return true;
    }
    std::size_t length =
        run_of(text.substr(0, 40), 0, [](char c) { return is_hex(c) || c == ':'; });
    for (; length >= 2; --length) {
      if (is_ipv6(text.substr(0, length)) && run_behind(step, at, at + length)) return true;
    }
    return false;
  }

  // Whether the rest fits if the name of `step` is [at, end).
  bool run_behind(std::size_t step, std::size_t at, std::size_t end) {
    const Step& name = program_.steps[step];
    std::string_view value = head_.substr(at, end - at);
    if (strict_ && name.behind_at && value.find('@') != kNoField) return false;
    if (!run(step + 1, end)) return false;
    if (name.width != 0 && value.size() == width_of(name)) {
      while (name.width > 0 && value.starts_with(' ')) value.remove_prefix(1);
      while (name.width < 0 && value.ends_with(' ')) value.remove_suffix(1);
    }
    keep(name.escape, value);
    return true;
  }

  void keep(char escape, std::string_view value) {
    switch (escape) {
      case 'u':
        out_.user = value;
        break;
      case 'd':
        out_.database = value;
        break;
      case 'a':
        out_.application = value;
        break;
      case 'h':
        out_.host = value;
        break;
      case 'b':
        out_.backend_type = value;
        break;
      case 'r':
        out_.host =
            host_and_port_length(value) == value.size() ? value.substr(0, value.rfind('(')) : value;
        break;
      default:
        break;  // %i and %L: nobody asks
    }
  }

  const Program& program_;
  std::string_view line_;
  std::string_view head_;
  bool strict_;
  PrefixMatch& out_;
  int attempts_ = 0;
  std::size_t first_name_ = kNoField;
  std::size_t first_name_at_ = 0;
};

Error unusable(std::string_view prefix, std::string_view what) {
  return Error{fmt::format("log_line_prefix '{}' {}: give it as `SHOW log_line_prefix` prints it",
                           prefix, what)};
}

// Literals are collected first and cut into views when they no longer move.
struct Draft {
  std::vector<Step> steps;
  std::vector<std::string> literals;
};

void add_literal(Draft& draft, char c) {
  if (draft.steps.empty() || draft.steps.back().escape != kLiteral) {
    draft.steps.emplace_back();
    draft.literals.emplace_back();
  }
  draft.literals.back() += c;
}

void mark_user_at_database(Program& program) {
  for (std::size_t i = 2; i < program.steps.size(); ++i) {
    bool at = program.steps[i - 1].escape == kLiteral && program.steps[i - 1].literal == "@";
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
  for (Step& step : draft.steps) {
    if (step.escape != kLiteral) continue;
    std::size_t size = draft.literals[next_literal++].size();
    step.literal = std::string_view{program.literals}.substr(used, size);
    used += size;
  }
  program.steps = std::move(draft.steps);
  program.start_is_time = !program.has['m'] && !program.has['t'] && !program.has['n'];
  mark_user_at_database(program);
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
    draft.steps.push_back(Step{escape, left ? -width : width, {}, false});
  }
  if (draft.steps.size() > kMostSteps) return unusable(log_line_prefix, "has too many escapes");
  finish(*program, std::move(draft));
  PrefixMatcher matcher;
  matcher.program_ = std::move(program);
  return matcher;
}

bool PrefixMatcher::match(std::string_view line, PrefixMatch& out) const {
  out = PrefixMatch{};
  bool strict = program_->has_user_at_database;
  Attempt attempt{*program_, line, strict, out};
  bool matched = attempt.run(0, 0);
  if (!matched && strict && !attempt.gave_up()) {
    matched = Attempt{*program_, line, false, out}.run(0, 0);
  }
  if (!matched) return false;
  if (out.pid == 0 && !out.session_id.empty()) {
    to_number(out.session_id.substr(out.session_id.find('.') + 1), 16, out.pid);
  }
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
