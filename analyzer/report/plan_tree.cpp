#include "analyzer/report/plan_tree.h"

#include <fmt/format.h>

#include <algorithm>

#include "analyzer/plans/node_words.h"
#include "analyzer/report/escape.h"
#include "analyzer/report/plan_details.h"
#include "analyzer/report/plan_units.h"
#include "analyzer/report/units.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kWordsNeed = 40;  // columns, however deep a node is
constexpr std::size_t kDeepest = 30;    // levels that are shown as blanks

class Tree {
 public:
  Tree(const PlanRow& row, const Pen& pen, std::size_t width)
      : row_(row),
        pen_(pen),
        width_(std::max(width, kNarrowestPlan)),
        gutter_(row.figures.has_timing ? kTimedGutter : kCostGutter),
        levels_(std::min(kDeepest, (width_ - std::min(width_, gutter_ + kWordsNeed)) / kIndent)) {}

  std::string run() {
    const std::string columns =
        row_.figures.has_timing ? "   #      own share" : "   #        cost";
    const std::string_view rows = row_.figures.has_actual ? "node, rows estimated → come" : "node";
    out_ = pen_(Ink::kDim, left(columns, gutter_) + std::string(rows)) + "\n";
    for (std::size_t place = 0; place < row_.plan.nodes.size(); ++place) add_node(place);
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kIndent = 2, kTimedGutter = 32, kCostGutter = 18;

  void add_node(std::size_t place) {
    const PlanNode& node = row_.plan.nodes[place];
    const std::size_t level = std::min<std::size_t>(node.depth, levels_);
    std::string head(level * kIndent, ' ');
    if (node.depth > levels_) head += fmt::format("[{}] ", node.depth);
    const std::size_t begins = gutter_ + level * kIndent;
    std::string words = node.depth > 0 ? "-> " : "";
    if (node.has(PlanText::kSubplanName)) {
      words += std::string(node.text(PlanText::kSubplanName)) + ": ";
    }
    words = shortened(one_line(words + node_words(node)), width_ - gutter_ - head.size());
    out_ += gutter_of(place) + head + (bright(place) ? pen_(Ink::kBold, words) : words) + "\n";
    add_details(place, begins + (node.depth > 0 ? 3 : kIndent));
  }

  // The number by which findings name the node, and its own time or cost.
  std::string gutter_of(std::size_t place) const {
    const std::string number = right(fmt::format("{}", place + 1), 4);
    const PlanFigures& figures = row_.figures;
    if (!figures.has_timing) {
      const PlanNode& node = row_.plan.nodes[place];
      const bool known = node.has(PlanNumber::kTotalCost);
      const std::string cost = known ? plan_cost(node.number(PlanNumber::kTotalCost)) : "";
      return number + right(cost, kCostGutter - 6) + "  ";
    }
    const double own = figures.nodes[place].exclusive_ms, share = figures.share(place);
    constexpr double kMillion = 1e6;
    const Micros part{static_cast<Micros::rep>(std::clamp(share, 0.0, 1.0) * kMillion)};
    const std::string time =
        fmt::format("{} {}", right(plan_ms(own), 8), right(plan_share(own, figures.total_ms), 5));
    return fmt::format("{} {} {}  ", number, painted(time, share),
                       painted(share_bar(part, kSecond), share));
  }

  std::string painted(const std::string& text, double share) const {
    constexpr double kSome = 0.1, kMuch = 0.4, kMost = 0.9;
    if (share > kMost) return pen_(Ink::kAlarm, text);
    if (share > kMuch) return pen_(Ink::kRed, text);
    return share > kSome ? pen_(Ink::kYellow, text) : text;
  }

  bool bright(std::size_t place) const {
    constexpr double kSome = 0.1;
    return row_.figures.has_timing && row_.figures.share(place) > kSome;
  }

  std::string painted(const PlanDetail& detail, const std::string& text) const {
    if (detail.weight == PlanDetail::Weight::kAlarming) return pen_(Ink::kRed, text);
    return pen_(detail.weight == PlanDetail::Weight::kNotable ? Ink::kYellow : Ink::kDim, text);
  }

  // Short facts one after the other, conditions on lines of their own.
  void add_details(std::size_t place, std::size_t begins) {
    std::vector<PlanDetail> details = details_of(row_, place);
    details.insert(details.begin(), rows_detail(row_, place));
    const std::string margin(begins, ' ');
    const std::size_t room = width_ - begins;
    std::string line;
    std::size_t length = 0;
    const auto end_line = [&] {
      if (length > 0) out_ += margin + line + "\n";
      line.clear();
      length = 0;
    };
    for (const PlanDetail& detail : details) {
      if (detail.is_condition || detail.text.empty()) continue;
      const std::string text = shortened(one_line(detail.text), room);
      if (length > 0 && length + 3 + length_of(text) > room) end_line();
      if (length > 0) line += " · ";
      length += length_of(text) + (length > 0 ? 3 : 0);
      line += painted(detail, text);
    }
    end_line();
    for (const PlanDetail& detail : details) {
      if (!detail.is_condition) continue;
      for (const std::string& text : in_two_lines(detail.text, room)) {
        out_ += margin + painted(detail, text) + "\n";
      }
    }
  }

  const PlanRow& row_;
  const Pen& pen_;
  const std::size_t width_, gutter_, levels_;
  std::string out_;
};

}  // namespace

std::string plan_tree(const PlanRow& row, const Pen& pen, std::size_t width) {
  return Tree(row, pen, width).run();
}

}  // namespace pgcounsel
