// Nearly every head can be split without trying: each name ends at the first place where the
// literal behind it stands, and everything fits. That is the first way that trying would take, so
// its answer is the same.

#include "parser/log/prefix/split.h"

#include <algorithm>
#include <cstring>

#include "parser/log/prefix/attempt.h"
#include "parser/log/prefix/fields.h"
#include "parser/number.h"
#include "parser/same_text.h"

namespace pgcounsel {
namespace {

using Program = PrefixMatcher::Program;

constexpr std::size_t kLongestName = 255;
constexpr std::size_t kMostBlanks = 3;  // that are missing in the prefix, before the tag
constexpr int kMostTags = 64;           // of a line that are tried

template <class Number>
inline std::size_t read_number(std::string_view text, Number& out) {
  constexpr std::size_t kSafeDigits = 9;  // fit any number
  Number value = 0;
  std::size_t end = 0;
  const std::size_t safe = std::min(text.size(), kSafeDigits);
  for (; end < safe && is_digit(text[end]); ++end) {
    value = value * 10 + static_cast<Number>(text[end] - '0');
  }
  if (end == 0) return kNoField;
  if (end < text.size() && is_digit(text[end])) {
    end += run_of(text, end, is_digit);
    to_number(text.substr(0, end), 10, out);
  } else {
    out = value;
  }
  return end;
}

std::size_t read_time(std::string_view text, const Program& program, bool keep, LogTimes* times,
                      PrefixMatch& out) {
  const std::optional<LogTime> time =
      times != nullptr ? times->read(text) : parse_log_time(text, program.zone);
  if (!time) return kNoField;
  if (keep) out.time = time;
  return time->length;
}

std::size_t keep_if(std::size_t length, std::string_view text, std::string_view& out) {
  if (length != kNoField) out = text.substr(0, length);
  return length;
}

std::size_t read_bare_field(const Program& program, char escape, std::string_view text,
                            LogTimes* times, PrefixMatch& out) {
  switch (escape) {
    case 'm':
    case 't':
      return read_time(text, program, true, times, out);
    case 's':
      return read_time(text, program, program.start_is_time, nullptr, out);
    case 'n': {
      LogTime time{};
      const std::size_t length = read_epoch(text, time);
      if (length != kNoField) out.time = time;
      return length;
    }
    case 'p':
      return read_number(text, out.pid);
    case 'l':
      return read_number(text, out.line_number);
    case 'Q': {
      const std::size_t length = number_length(text, true);
      if (length != kNoField) to_number(text.substr(0, length), 10, out.query_id);
      return length;
    }
    case 'c':
      return keep_if(session_id_length(text), text, out.session_id);
    case 'v':
      return keep_if(virtual_xid_length(text), text, out.virtual_xid);
    case 'e':
      return keep_if(sqlstate_length(text), text, out.sqlstate);
    default:
      return number_length(text, false);  // %x, %P
  }
}

bool is_plain_name(char escape) {
  return escape != 'b' && escape != 'r' && escape != 'h';
}
// Whether a literal stands behind the name of that step.
bool is_closed(const Program& program, std::size_t step) {
  return step + 1 < program.steps.size() && program.steps[step + 1].kind == StepKind::kLiteral;
}

// Where the name at `at` ends if it does not hold the literal behind it; kNoField: not to be told
// so easily.
std::size_t end_of_name(const Program& program, std::size_t step, std::string_view head,
                        std::size_t at) {
  const PrefixStep& name = program.steps[step];
  if (name.width != 0) return kNoField;
  const std::string_view text = head.substr(at);
  if (name.escape == 'b') {
    const std::size_t length = backend_type_length(text);
    if (length != kNoField) return at + length;
  }
  if (name.escape == 'r') {
    const std::size_t length = host_and_port_length(text);
    if (length != kNoField) return at + length;
  }
  if (name.escape == 'r' || name.escape == 'h') {
    const std::size_t length = ipv6_run(text);
    if (length >= 2 && text.substr(0, length).find(':') != kNoField) return kNoField;
  }
  if (step + 1 == program.steps.size()) {
    std::size_t end = head.size();
    while (end > at && head[end - 1] == ' ' && head.size() - end < kMostBlanks) --end;
    return end;
  }
  if (!is_closed(program, step)) return kNoField;
  const PrefixStep& next = program.steps[step + 1];
  if (step + 2 == program.steps.size()) at = std::max(at, first_end_of(next.literal, head));
  return next.literal.size() == 1 ? head.find(next.literal[0], at) : head.find(next.literal, at);
}

// kMaybe: by trying. kNo: not this head. kNever: no longer head of the line, either.
enum class Fit { kYes, kNo, kMaybe, kNever };

// The first way in which trying would split the head.
Fit split_plainly(const Program& program, std::string_view head, std::size_t at, PrefixMatch& out) {
  bool has_choice = false;  // a name could end elsewhere
  bool is_leftmost = true;  // and only further on
  for (std::size_t i = program.lead; i < program.steps.size(); ++i) {
    const PrefixStep& step = program.steps[i];
    switch (step.kind) {
      case StepKind::kLiteral: {
        const std::size_t size = step.literal.size();
        if (head.size() - at < size) return has_choice ? Fit::kMaybe : Fit::kNo;
        if (std::memcmp(head.data() + at, step.literal.data(), size) != 0) {
          return has_choice ? Fit::kMaybe : Fit::kNever;
        }
        at += size;
        break;
      }
      case StepKind::kStop:
        if (ends_head(head, at)) return Fit::kYes;
        break;
      case StepKind::kField: {
        const std::size_t length = read_step(program, step, head.substr(at), nullptr, out);
        if (length == kNoField) {
          return has_choice ? Fit::kMaybe : step.escape == 'e' ? Fit::kNo : Fit::kNever;
        }
        at += length;
        break;
      }
      case StepKind::kName: {
        has_choice = true;
        is_leftmost = is_leftmost && step.width == 0 && is_plain_name(step.escape);
        const std::size_t end = end_of_name(program, i, head, at);
        if (end == kNoField && is_leftmost && is_closed(program, i)) return Fit::kNo;
        if (end == kNoField || end - at > kLongestName) return Fit::kMaybe;
        const std::string_view value = head.substr(at, end - at);
        if (step.behind_at && value.find('@') != kNoField) return Fit::kMaybe;
        keep_name(step.escape, value, out);
        at = end;
        break;
      }
    }
  }
  if (ends_head(head, at)) return Fit::kYes;
  return has_choice ? Fit::kMaybe : Fit::kNo;
}

Fit split_once(const Program& program, std::string_view head, std::size_t at, int& attempts,
               PrefixMatch& out) {
  const PrefixMatch lead = out;
  const Fit fit = split_plainly(program, head, at, out);
  if (fit == Fit::kYes) return fit;
  out = lead;
  if (fit != Fit::kMaybe) return fit;
  return split_by_trying(program, head, at, attempts, out) ? Fit::kYes : Fit::kNo;
}

}  // namespace

std::size_t first_end_of(std::string_view literal, std::string_view head) {
  const std::size_t most = literal.size() + kMostBlanks;
  return head.size() > most ? head.size() - most : 0;
}

bool ends_head(std::string_view head, std::size_t at) {
  if (at >= head.size()) return at == head.size();
  if (head.size() - at > kMostBlanks) return false;
  return std::all_of(head.begin() + static_cast<std::ptrdiff_t>(at), head.end(),
                     [](char c) { return c == ' '; });
}

std::size_t read_step(const Program& program, const PrefixStep& step, std::string_view text,
                      LogTimes* times, PrefixMatch& out) {
  if (step.width == 0) {
    const std::size_t length = read_bare_field(program, step.escape, text, times, out);
    // Process ids, virtual transactions and the like, which some processes do not have.
    const bool may_be_absent = step.escape == 'v' || step.escape == 'P';
    return length == kNoField && may_be_absent ? 0 : length;
  }
  const std::size_t width = step.least_width();
  const auto is_blank = [](char c) { return c == ' '; };
  const std::size_t before = step.width > 0 ? run_of(text, 0, is_blank) : 0;
  const std::size_t length = read_bare_field(program, step.escape, text.substr(before), times, out);
  if (length != kNoField) {
    const std::size_t padding = length < width ? width - length : 0;
    if (step.width > 0 && before == padding) return before + length;
    if (step.width < 0 && run_of(text, length, is_blank) >= padding) return length + padding;
  }
  return run_of(text, 0, is_blank) >= width ? width : kNoField;
}

// `10.0.0.7(41798)` or `[local]`.
[[gnu::noinline]] void keep_client(std::string_view value, PrefixMatch& out) {
  out.host = value;
  if (host_and_port_length(value) != value.size()) return;
  const std::size_t bracket = value.rfind('(');
  out.host = value.substr(0, bracket);
  out.port = number_of<std::uint16_t>(value.substr(bracket + 1, value.size() - bracket - 2));
}

void keep_name(char escape, std::string_view value, PrefixMatch& out) {
  switch (escape) {
    case 'u':
      out.user = value;
      break;
    case 'd':
      out.database = value;
      break;
    case 'a':
      out.application = value;
      break;
    case 'h':
      out.host = value;
      break;
    case 'b':
      out.backend_type = value;
      break;
    case 'r':
      keep_client(value, out);
      break;
    default:
      break;  // %i and %L: nobody asks
  }
}

bool read_lead(const Program& program, std::string_view line, LogTimes* times, PrefixMatch& out,
               std::size_t& at) {
  const std::string_view head = line.substr(0, kLongestHead);
  at = 0;
  for (std::size_t i = 0; i < program.lead; ++i) {
    const PrefixStep& step = program.steps[i];
    if (step.kind == StepKind::kLiteral) {
      const std::size_t size = step.literal.size();
      if (head.size() - at < size || !same_text({head.data() + at, size}, step.literal)) {
        return false;
      }
      at += size;
    } else {
      const std::size_t length = step.escape == 'p' && step.width == 0
                                     ? read_number(head.substr(at), out.pid)
                                 : step.escape == 'l' && step.width == 0
                                     ? read_number(head.substr(at), out.line_number)
                                     : read_step(program, step, head.substr(at), times, out);
      if (length == kNoField) return false;
      at += length;
    }
  }
  return true;
}

bool split_line(const Program& program, std::string_view line, std::size_t at, PlacedTag& tag,
                PrefixMatch& out) {
  int attempts = 0;
  for (int tags = 0; tags < kMostTags; ++tags) {
    const Fit fit = split_once(program, line.substr(0, tag.at), at, attempts, out);
    if (fit == Fit::kYes || fit == Fit::kNever) return fit == Fit::kYes;
    if (!find_tag(line, tag.at + 1, tag)) return false;
  }
  return false;
}

void set_tag(const PlacedTag& placed, PrefixMatch& match) {
  match.kind = placed.tag.kind;
  match.severity = placed.tag.severity;
  match.localised = placed.tag.localised;
  match.body = placed.at + placed.tag.length;
}

void conclude(PrefixMatch& match) {
  std::optional<SessionKey> session;
  if (!match.session_id.empty()) session = session_of_id(match.session_id);
  if (match.pid == 0 && !match.session_id.empty()) {
    to_number(match.session_id.substr(match.session_id.find('.') + 1), 16, match.pid);
  }
  match.session = session ? *session : match.pid != 0 ? session_of_pid(match.pid) : SessionKey{};
}

void find_lead(Program& program) {
  constexpr std::string_view kChanging = "mtnlvxQ";
  constexpr std::string_view kIds = "plQcve";
  const auto& steps = program.steps;
  const auto is_fixed = [](const PrefixStep& step) {
    return step.kind == StepKind::kLiteral || step.kind == StepKind::kField;
  };
  const auto changes = [&](const PrefixStep& step) {
    return step.kind == StepKind::kField && kChanging.find(step.escape) != kNoField;
  };
  std::size_t behind_last_change = 0;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (changes(steps[i])) behind_last_change = i + 1;
  }
  const auto fixed = static_cast<std::size_t>(
      std::find_if_not(steps.begin(), steps.end(), is_fixed) - steps.begin());
  program.remembers_rest = behind_last_change <= fixed;
  program.lead = program.remembers_rest ? behind_last_change : fixed;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].kind != StepKind::kField) continue;
    const char escape = steps[i].escape;
    auto& is_there = program.lead_has[static_cast<std::size_t>(escape)];
    if (i < program.lead) {
      const bool is_time = escape == 'm' || escape == 't' || escape == 'n' ||
                           (escape == 's' && program.start_is_time);
      program.lead_has_time = program.lead_has_time || is_time;
      program.lead_has_ids = program.lead_has_ids || kIds.find(escape) != kNoField;
      is_there = true;
    } else if (is_there) {
      program.remembers_rest = false;  // it is there twice
    }
  }
}

}  // namespace pgcounsel
