// Plans of FORMAT TEXT: a head for each node, further right than its parent's, and below it one
// property a line. A plan ends where a line can be no part of it, so that it may stand in a text.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "parser/plan/plan_forms.h"
#include "parser/plan/plan_text_beside.h"
#include "parser/plan/plan_text_detail.h"
#include "parser/plan/plan_text_expression.h"
#include "parser/plan/plan_text_head.h"
#include "parser/plan/plan_text_line.h"
#include "parser/plan/plan_text_query.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

struct OpenNode {
  std::size_t place = 0, column = 0;
  std::size_t children = 0;  // without InitPlans and SubPlans
};

bool has_members(const PlanNode& node) {
  return node.is("Append") || node.is("Merge Append") || node.is("BitmapAnd") ||
         node.is("BitmapOr");
}

// Beginnings of lines that only the other forms have.
bool is_of_other_form(std::string_view line) {
  if (line.starts_with("- ")) line.remove_prefix(2);
  return line.starts_with("\"Node Type\"") || line.starts_with("Node Type: ") ||
         line.starts_with("<Node-Type>");
}

class TextPlanReader {
 public:
  explicit TextPlanReader(std::string_view text)
      : text_(text), literal_budget_(4 * text.size() + 1) {}

  PlanRead read() {
    plan_.format = PlanFormat::kText;
    at_ = read_text_query(text_, plan_);
    line_number_ = static_cast<std::uint32_t>(
        std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at_), '\n'));
    taken_ = at_;
    plan_.line = 1;
    while (!ended_ && next_line()) read_line();
    finish();
    return answer();
  }

 private:
  bool next_line() {
    if (at_ >= text_.size()) return false;
    const std::size_t stop = std::min(text_.size(), text_.find('\n', at_));
    raw_ = text_.substr(at_, stop - at_);
    at_ = std::min(text_.size(), stop + 1);
    ++line_number_;
    return true;
  }

  void read_line() {
    const TextIndent indent = indent_of(raw_);
    column_ = indent.column;
    line_ = trimmed(raw_.substr(indent.bytes));
    if (line_.empty()) {
      blank_before_ = true;
      return;
    }
    if (plan_.nodes.empty()) return read_root();
    if (const auto words = behind_arrow(line_)) return read_child(*words);
    if (read_property() || read_beside() || read_label() || read_next_root()) {
      last_is_bare_ = false;
      return taken();
    }
    read_other();
  }

  // The line before is a part of the plan.
  void taken() {
    taken_ = at_;
    others_ = 0;
    blank_before_ = false;
  }

  void read_root() {
    const auto words = behind_arrow(line_);
    PlanNode node;
    const TextHead head = read_text_head(words.value_or(line_), words.has_value(), node);
    const bool bare = head == TextHead::kBare && is_bare_plan(node);
    if (head != TextHead::kWhole && head != TextHead::kCut && !bare) {
      ended_ = true;
      return;
    }
    has_figures_ = head == TextHead::kWhole;
    root_has_arrow_ = words.has_value();
    add_node(std::move(node), head);
    taken();
  }

  // Without figures a head is one by what follows it, or by being a scan alone.
  bool is_bare_plan(const PlanNode& node) const {
    std::size_t at = at_;
    while (at < text_.size()) {
      const std::size_t stop = std::min(text_.size(), text_.find('\n', at));
      const std::string_view raw = text_.substr(at, stop - at);
      const std::string_view line = trimmed(raw);
      at = stop + 1;
      if (line.empty()) continue;
      if (is_subplan_label(line) || known_text_detail(line) || begins_child(line)) {
        return indent_of(raw).column > column_;
      }
      const TextLine kind = kind_of_text_line(line);
      const bool table = node.is("ModifyTable") && kind == TextLine::kBareHead;
      if (table && indent_of(raw).column > column_) return true;
      return may_be_alone(node) && (kind == TextLine::kFrame || kind == TextLine::kDetail);
    }
    return may_be_alone(node);
  }

  static bool begins_child(std::string_view line) {
    const auto words = behind_arrow(line);
    PlanNode child;
    return words && read_text_head(*words, true, child) != TextHead::kNone;
  }

  static bool may_be_alone(const PlanNode& node) {
    return node.is("Result") || (node.type.ends_with(" Scan") && node.has(PlanText::kAlias));
  }

  void read_child(std::string_view words) {
    PlanNode node;
    const TextHead head = read_text_head(words, true, node);
    if (head == TextHead::kNone) {
      last_is_bare_ = words.empty();
      return read_other();
    }
    if (root_has_arrow_ && column_ <= open_.front().column) {  // another plan begins
      ended_ = true;
      return;
    }
    add_node(std::move(node), head);
    taken();
  }

  // A head without an arrow is the root of the next plan; further right and without figures it is
  // one of the tables that a statement changes.
  bool read_next_root() {
    PlanNode node;
    const TextHead head = read_text_head(line_, false, node);
    if (head == TextHead::kBare && column_ > open_.front().column) return true;
    ended_ = head == TextHead::kWhole || head == TextHead::kCut ||
             (head == TextHead::kBare && is_bare_plan(node));
    return false;
  }

  void add_node(PlanNode node, TextHead head) {
    while (open_.size() > 1 && open_.back().column >= column_) {
      plan_.nodes[open_.back().place].end = plan_.nodes.size();
      open_.pop_back();
    }
    node.line = line_number_;
    node.depth = static_cast<std::uint32_t>(open_.size());
    if (!open_.empty()) {
      node.parent = open_.back().place;
      relate(node, open_.back());
    }
    label_ = {};
    if (head == TextHead::kCut) fault("the figures of a node are cut off");
    last_is_bare_ = head == TextHead::kBare || head == TextHead::kWords;
    open_.push_back({plan_.nodes.size(), column_, 0});
    plan_.nodes.push_back(std::move(node));
    section_ = PlanSection::kNode;
    last_text_ = PlanText::kSize;
  }

  void relate(PlanNode& node, OpenNode& parent) const {
    const PlanNode& above = plan_.nodes[parent.place];
    if (!label_.empty()) {
      const bool sub = label_.starts_with("SubPlan");
      node.texts.set(PlanText::kParentRelationship, sub ? "SubPlan" : "InitPlan");
      node.texts.set(PlanText::kSubplanName, std::string(label_));
      return;
    }
    const std::size_t child = parent.children++;
    const std::string_view relationship = has_members(above)          ? "Member"
                                          : above.is("Subquery Scan") ? "Subquery"
                                          : child == 0                ? "Outer"
                                                                      : "Inner";
    node.texts.set(PlanText::kParentRelationship, std::string(relationship));
  }

  bool read_property() {
    const auto detail = known_text_detail(line_);
    if (!detail) return read_worker();
    if (section_ == PlanSection::kWorker && column_ <= worker_column_) {
      section_ = PlanSection::kNode;
    }
    add_detail(*detail);
    return true;
  }

  void add_detail(const TextDetail& detail) {
    PlanNode& node = plan_.nodes.back();
    last_text_ = PlanText::kSize;
    switch (section_) {
      case PlanSection::kNode:
        // Of a grouping set, which JSON tells inside of the sets.
        if (detail.text == PlanText::kSortKey && node.is("Aggregate")) return;
        add_text_detail(detail, node.numbers, node.texts);
        if (detail.kind == Detail::kText) begin_expression(detail);
        return;
      case PlanSection::kWorker:
        return add_text_detail(detail, node.workers[worker_].numbers, node.workers[worker_].texts);
      case PlanSection::kPlanning:
        if (detail.kind == Detail::kBuffers) add_buffers(detail.value, plan_.planning);
        if (detail.kind == Detail::kIoTimings) add_io_timings(detail.value, plan_.planning);
        return;
      case PlanSection::kBeside:
      case PlanSection::kJit:
      case PlanSection::kSerialization:
        return;
    }
  }

  // `Worker 0:  actual time=0.1..0.2 rows=1 loops=1`, `Worker 0:  Sort Method: ...`; what stands
  // further right below it is the worker's too.
  bool read_worker() {
    std::string_view line = line_;
    if (!take_word(line, "Worker ")) return false;
    const auto number = take_figure(line);
    if (!number || *number < 0 || *number > kMostWorkers || !take_word(line, ":")) return false;
    PlanWorker& worker = worker_of(static_cast<int>(*number));
    section_ = PlanSection::kWorker;
    worker_column_ = column_;
    line = trimmed(line);
    if (read_actual_figures(line, worker.numbers)) return true;
    if (const auto detail = known_text_detail(line)) add_detail(*detail);
    return true;
  }

  PlanWorker& worker_of(int number) {
    std::vector<PlanWorker>& workers = plan_.nodes.back().workers;
    worker_ = 0;
    if (workers.size() <= kMostWorkers) {
      while (worker_ < workers.size() && workers[worker_].number != number) ++worker_;
    } else {
      worker_ = workers.size();
    }
    if (worker_ == workers.size()) workers.push_back({number, {}, {}});
    return workers[worker_];
  }

  bool read_beside() {
    if (line_.find(':') == std::string_view::npos) return false;
    // JIT of a worker stands below it.
    if (section_ == PlanSection::kWorker && column_ > worker_column_) {
      return other_text_detail(line_) || line_ == "JIT:";
    }
    const bool beside = read_beside_line(line_, section_, plan_);
    if (beside) last_text_ = PlanText::kSize;
    if (!beside && !is_of_other_form(line_) && !open_expression() && other_text_detail(line_)) {
      last_text_ = PlanText::kSize;
      return true;
    }
    return beside;
  }

  bool read_label() {
    if (!is_subplan_label(line_) || open_expression()) return false;
    label_ = line_;
    return true;
  }

  // A literal with a newline goes on in the next lines. A line that was cut inside of a literal
  // looks the same: then the literal does not end where its expression does.
  void begin_expression(const TextDetail& detail) {
    last_text_ = detail.text;
    expression_ = {};
    expression_known_ = false;
    if (std::count(detail.value.begin(), detail.value.end(), '\'') % 2 == 0) return;
    ExpressionEnd end = expression();
    if (!end.in_literal()) return;
    std::size_t at = at_;
    std::uint32_t lines = 0;
    do {
      const std::size_t stop = std::min(text_.size(), text_.find('\n', at));
      if (at >= text_.size() || stop - at >= literal_budget_) return;
      literal_budget_ -= stop - at + 1;
      end.pass(text_.substr(at, stop - at));
      at = stop + 1;
      ++lines;
    } while (end.in_quotes());
    if (end.is_open()) return;
    const std::size_t stop = at - 1;
    last_text()->append("\n").append(text_.substr(at_, stop - at_));
    expression_ = end;
    at_ = std::min(at, text_.size());
    line_number_ += lines;
  }

  std::string* last_text() {
    if (last_text_ == PlanText::kSize || plan_.nodes.empty()) return nullptr;
    for (auto& [name, text] : plan_.nodes.back().texts) {
      if (name == last_text_) return &text;
    }
    return nullptr;
  }

  const ExpressionEnd& expression() {
    if (!expression_known_) {
      if (const std::string* text = last_text()) expression_.pass(*text);
      expression_known_ = true;
    }
    return expression_;
  }

  bool open_expression() {
    const std::string* text = last_text();
    return text != nullptr && (expression().is_open() || text->ends_with(','));
  }

  // A line that says nothing by itself: the rest of an expression that a tool wrapped, or a text
  // that stands behind the plan or in it.
  void read_other() {
    if (ended_) return;
    if (is_of_other_form(line_)) {
      fault("lines of another form stand in a plan in text form");
      ended_ = true;
    } else if (is_plan_frame(line_)) {
      ended_ = true;
    } else if (open_expression()) {
      std::string_view rest = raw_;
      while (rest.ends_with('\r')) rest.remove_suffix(1);
      last_text()->append(rest);
      expression_.pass(rest);
      taken();
    } else {
      constexpr int kMostOthers = 2;
      ended_ = blank_before_ || ++others_ > kMostOthers;
    }
  }

  void fault(std::string message) {
    if (!trouble_) trouble_ = PlanTrouble{line_number_, std::move(message)};
  }

  void finish() {
    for (const OpenNode& open : open_) plan_.nodes[open.place].end = plan_.nodes.size();
    if (plan_.nodes.empty()) return;
    if ((last_is_bare_ && has_figures_) || !label_.empty()) {
      fault("the plan is cut off: its last node is not whole");
    } else if (section_ == PlanSection::kNode && last_text() != nullptr && expression().is_open()) {
      fault("the plan is cut off inside of an expression");
    }
    tell_times_of_what_never_ran();
    tell_relations_of_triggers(plan_);
  }

  // Which JSON tells as zeros.
  void tell_times_of_what_never_ran() {
    if (!plan_.root().has(PlanNumber::kActualTotalTime)) return;
    for (PlanNode& node : plan_.nodes) {
      if (!node.has(PlanNumber::kActualLoops) || node.has(PlanNumber::kActualTotalTime)) continue;
      if (node.number(PlanNumber::kActualLoops) > 0) continue;
      node.numbers.set(PlanNumber::kActualStartupTime, 0);
      node.numbers.set(PlanNumber::kActualTotalTime, 0);
    }
  }

  PlanRead answer() {
    PlanRead read;
    read.taken = taken_;
    if (plan_.nodes.empty() && !plan_.query.empty()) {
      read.trouble = PlanTrouble{plan_.line, "no plan follows the text of its query"};
    }
    if (trouble_) read.trouble = std::move(trouble_);
    if (!read.trouble && !plan_.nodes.empty()) read.plans.push_back(std::move(plan_));
    return read;
  }

  static constexpr int kMostWorkers = 1024;  // as the server allows

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_number_ = 0;
  std::string_view raw_, line_;  // the line, and without blanks around it
  std::size_t column_ = 0;

  Plan plan_;
  std::vector<OpenNode> open_;
  std::string_view label_;
  PlanSection section_ = PlanSection::kNode;
  std::size_t worker_ = 0, worker_column_ = 0;
  PlanText last_text_ = PlanText::kSize;  // the expression that the next line may go on with
  ExpressionEnd expression_;
  bool expression_known_ = false;
  std::size_t literal_budget_;  // bytes that may be looked at for ends of literals
  bool has_figures_ = false, root_has_arrow_ = false;
  bool last_is_bare_ = false;  // the line before is a node without figures

  std::size_t taken_ = 0;  // behind the last line of the plan
  bool blank_before_ = false, ended_ = false;
  int others_ = 0;  // lines since then that say nothing
  std::optional<PlanTrouble> trouble_;
};

}  // namespace

PlanRead read_text_plan(std::string_view text) {
  return TextPlanReader(text).read();
}

}  // namespace pgcounsel
