// Finds plans in a text: takes the decoration off, goes from line to line, and where one begins
// like a plan of a form hands what follows to the reader of that form, which tells how much it
// took.
#include "parser/plan/plan_reader.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

#include "parser/plan/generic_plan.h"
#include "parser/plan/pasted.h"
#include "parser/plan/plan_forms.h"
#include "parser/plan/plan_log_lines.h"
#include "parser/plan/plan_text_line.h"
#include "parser/plan/plan_text_query.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Names that stand first in the object that holds a plan.
constexpr std::string_view kFirstNames[] = {
    "Plan",          "Query Text",    "Query Parameters", "Query Identifier",
    "Planning Time", "Planning",      "Triggers",         "Node Type",
    "Settings",      "QUERY PLAN",    "explain",          "JIT",
    "Plans",         "Execution Time"};

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, std::min(text.size(), text.find('\n', at)) - at);
}

std::string_view without_blanks_before(std::string_view text) {
  return text.substr(std::min(text.size(), text.find_first_not_of(kBlanks)));
}

bool begins_json(std::string_view text) {
  text = without_blanks_before(text);
  constexpr int kDeepest = 8;
  bool in_object = false;
  for (int depth = 0; depth < kDeepest && (text.starts_with('[') || text.starts_with('{'));
       ++depth) {
    in_object = text.starts_with('{');
    text = without_blanks_before(text.substr(1));
  }
  if (!in_object || !text.starts_with('"')) return false;
  text.remove_prefix(1);
  return std::any_of(std::begin(kFirstNames), std::end(kFirstNames), [text](std::string_view name) {
    return text.starts_with(name) && text.substr(name.size()).starts_with('"');
  });
}

bool begins_yaml(std::string_view text) {
  text = without_blanks_before(text);
  if (text.starts_with("- ")) text.remove_prefix(2);
  constexpr std::size_t kMostLinesBefore = 4;
  for (std::size_t lines = 0; lines < kMostLinesBefore; ++lines) {
    const std::string_view line = trimmed(line_at(text, 0));
    const std::string_view rest = without_blanks_before(text.substr(line_at(text, 0).size()));
    if (line == "Plan:") return rest.starts_with("Node Type:");
    if (!line.starts_with("Query ")) return false;
    text = rest;
  }
  return false;
}

std::optional<PlanFormat> form_of(std::string_view text) {
  const std::string_view begin = without_blanks_before(text);
  if (begin.empty()) return std::nullopt;
  const char c = begin[0];
  if (c == '[' || c == '{')
    return begins_json(text) ? std::optional(PlanFormat::kJson) : std::nullopt;
  if (c == '<')
    return begin.starts_with("<explain") ? std::optional(PlanFormat::kXml) : std::nullopt;
  if ((c == '-' || c == 'P' || c == 'Q') && begins_yaml(text)) return PlanFormat::kYaml;
  if (begin.starts_with(kQueryText)) return PlanFormat::kText;
  const TextLine kind = kind_of_text_line(line_at(begin, 0));
  const bool head =
      kind == TextLine::kHead || kind == TextLine::kCutHead || kind == TextLine::kBareHead;
  return head ? std::optional(PlanFormat::kText) : std::nullopt;
}

PlanRead read_any(PlanFormat form, std::string_view text) {
  switch (form) {
    case PlanFormat::kJson:
      return read_json_plan(text);
    case PlanFormat::kYaml:
      return read_yaml_plan(text);
    case PlanFormat::kXml:
      return read_xml_plan(text);
    case PlanFormat::kText:
      break;
  }
  return read_text_plan(text);
}

PlanRead read_form(PlanFormat form, std::string_view text) {
  PlanRead read = read_any(form, text);
  for (Plan& plan : read.plans) plan.generic = is_generic(plan);
  return read;
}

// The trouble of a plan behind which nodes stand that are no part of it.
std::optional<PlanTrouble> trouble_of_rest(std::string_view text, std::size_t taken) {
  auto line = static_cast<std::uint32_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(taken), '\n'));
  for (std::size_t at = taken; at < text.size();) {
    const std::string_view one = line_at(text, at);
    ++line;
    at += one.size() + 1;
    const TextLine kind = kind_of_text_line(one);
    if (kind == TextLine::kHead || kind == TextLine::kCutHead || behind_arrow(trimmed(one))) {
      return PlanTrouble{line, "nodes stand behind the plan's end"};
    }
  }
  return std::nullopt;
}

// A text that holds one plan and nothing else.
PlanRead read_only_plan(std::string_view text) {
  const auto form = form_of(text);
  if (!form) {
    PlanRead none;
    none.trouble = PlanTrouble{1, "there is no plan"};
    return none;
  }
  const std::size_t blanks = std::min(text.size(), text.find_first_not_of(kBlanks));
  const std::size_t begin = blanks == 0 ? 0 : text.rfind('\n', blanks - 1) + 1;  // npos + 1 is 0
  PlanRead read = read_form(*form, text.substr(begin));
  const auto before = static_cast<std::uint32_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(begin), '\n'));
  if (*form == PlanFormat::kText && !read.trouble) {
    read.trouble = trouble_of_rest(text.substr(begin), std::min(read.taken, text.size() - begin));
  }
  if (!read.trouble && read.plans.empty()) read.trouble = PlanTrouble{1, "there is no plan"};
  if (read.trouble) read.trouble->line += before;
  for (Plan& plan : read.plans) {
    plan.line += before;
    for (PlanNode& node : plan.nodes) node.line += before;
  }
  return read;
}

class PlansReader {
 public:
  explicit PlansReader(std::string_view text) : pasted_(undecorated(text)), text_(pasted_.text) {
    // So that no reader of a broken plan looks for its end in blanks again and again.
    text_ = text_.substr(0, text_.find_last_not_of(kBlanks) + 1);
  }

  PlansRead read() {
    while (at_ < text_.size()) read_line();
    end_entry();
    return std::move(found_);
  }

 private:
  void read_line() {
    const std::string_view line = line_at(text_, at_);
    if (line_ > entry_ + 1) end_entry();
    if (const auto ms = plan_entry_ms(line)) return read_entry(*ms);
    const std::size_t next = at_ + line.size() + 1;
    if (next < text_.size() && text_[next] == '\t' && is_log_line(line)) {
      skip_to(end_of_message(next));  // what a message quotes is no plan of its own
      return;
    }
    const std::size_t indent = indent_of(line).bytes;
    if (indent == line.size()) return skip_to(next);
    const auto form = form_of(text_.substr(at_));
    if (!form) return skip_to(next);
    PlanRead read = read_form(*form, text_.substr(at_));
    const std::size_t end = std::min(text_.size(), at_ + read.taken);
    add(std::move(read), line_);
    skip_to(std::max(next, end == 0 || text_[end - 1] == '\n' ? end : text_.find('\n', end)));
  }

  // Lines of a log's message begin with a tab; without one the plan stands in the next lines.
  void read_entry(double ms) {
    end_entry();
    logged_ms_ = ms;
    entry_ = line_;
    const std::size_t begin = at_ + line_at(text_, at_).size() + 1;
    skip_to(begin);
    const std::size_t end = end_of_message(begin);
    if (end == begin) return;
    std::string message;
    for (std::size_t at = begin; at < end; at += line_at(text_, at).size() + 1) {
      message += line_at(text_, at).substr(1);
      message += '\n';
    }
    add(read_only_plan(message), line_);
    skip_to(end);
  }

  void end_entry() {
    if (!logged_ms_) return;
    found_.troubles.push_back({input_line(entry_), "no plan follows the entry's first line"});
    logged_ms_.reset();
  }

  std::size_t end_of_message(std::size_t at) const {
    while (at < text_.size() && text_[at] == '\t') at += line_at(text_, at).size() + 1;
    return std::min(at, text_.size());
  }

  // `first`: the line on which what was read begins.
  void add(PlanRead read, std::uint32_t first) {
    if (read.trouble) {
      PlanTrouble trouble = std::move(*read.trouble);
      trouble.line = input_line(first + std::max(trouble.line, 1U) - 1);
      found_.troubles.push_back(std::move(trouble));
      logged_ms_.reset();
      return;
    }
    for (Plan& plan : read.plans) {
      plan.line = input_line(first + std::max(plan.line, 1U) - 1);
      for (PlanNode& node : plan.nodes) {
        if (node.line > 0) node.line = input_line(first + node.line - 1);
      }
      plan.logged_ms = std::exchange(logged_ms_, std::nullopt);
      found_.plans.push_back(std::move(plan));
    }
  }

  std::uint32_t input_line(std::uint32_t line) const {
    return pasted_.lines.empty()
               ? line
               : pasted_.lines[std::min<std::size_t>(line, pasted_.lines.size() - 1)];
  }

  void skip_to(std::size_t at) {
    at = std::min(at, text_.size());
    line_ += static_cast<std::uint32_t>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                                   text_.begin() + static_cast<std::ptrdiff_t>(at),
                                                   '\n'));
    at_ = at;
  }

  Undecorated pasted_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 0;           // of the undecorated text, 0-based
  std::optional<double> logged_ms_;  // of the entry whose plan is to come
  std::uint32_t entry_ = 0;          // its first line
  PlansRead found_;
};

}  // namespace

PlansRead read_plans(std::string_view text) {
  return PlansReader(text).read();
}

Result<Plan> read_logged_plan(std::string_view text) {
  PlanRead read = read_only_plan(text);
  if (read.trouble) {
    return Error{"The logged plan cannot be read: in its line " +
                 std::to_string(read.trouble->line) + " " + read.trouble->message + "."};
  }
  return std::move(read.plans.front());
}

}  // namespace pgcounsel
