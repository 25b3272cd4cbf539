#include "analyzer/report/plan_change_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "analyzer/report/plan_units.h"

namespace pgcounsel {
namespace {

using Amount = std::optional<double>;

std::string compared(double before, double after, std::string (*words)(double),
                     std::string_view more, std::string_view less) {
  constexpr double kSame = 1.05;
  const double low = std::min(before, after), high = std::max(before, after);
  if (high <= low * kSame) {
    return fmt::format("about the same: {} before, {} now", words(before), words(after));
  }
  const std::string factor = low > 0 ? plan_factor(high / low) + " " : "";
  return fmt::format("{}{}: {} before, {} now", factor, after > before ? more : less, words(before),
                     words(after));
}

// ` (1.2 ms → 3.4 s)`; empty where one of them is not known.
std::string moved_words(const Amount& before, const Amount& after, std::string (*words)(double)) {
  if (!before || !after) return {};
  return fmt::format(" ({} → {})", words(*before), words(*after));
}

std::string of_one(const NodeSide& side, std::string_view did) {
  std::string words = fmt::format("{} {}", side.words, did);
  if (side.ms) words += fmt::format(" ({})", plan_ms(*side.ms));
  return words;
}

std::string words_of(const NodeChange& change) {
  const NodeSide &before = change.before, &after = change.after;
  switch (change.move) {
    case NodeMove::kNew:
      return fmt::format("{}: {}", change.what, of_one(after, "is new"));
    case NodeMove::kGone:
      return fmt::format("{}: {}", change.what, of_one(before, "is gone"));
    case NodeMove::kRows:
      return fmt::format("{}: {} rows became {}", change.what, plan_rows(before.rows.value_or(0)),
                         plan_rows(after.rows.value_or(0)));
    case NodeMove::kTime:
      return fmt::format("{}: {} took {} of its own, and takes {} now", change.what, after.words,
                         plan_ms(before.ms.value_or(0)), plan_ms(after.ms.value_or(0)));
    default:
      break;
  }
  return fmt::format("{}: {} became {}{}", change.what, before.words, after.words,
                     moved_words(before.ms, after.ms, plan_ms));
}

}  // namespace

std::string headline_of(const PlanChange& change) {
  const PlanSide &before = change.before, &after = change.after;
  if (before.ms && after.ms) return compared(*before.ms, *after.ms, plan_ms, "slower", "faster");
  if (!before.cost || !after.cost) return {};
  return "cost " + compared(*before.cost, *after.cost, plan_cost, "higher", "lower");
}

std::vector<std::string> words_on(const PlanChange& change) {
  std::vector<std::string> lines;
  if (change.before.join_order != change.after.join_order && !change.before.join_order.empty() &&
      !change.after.join_order.empty()) {
    lines.push_back(
        fmt::format("join order: {} became {}", change.before.join_order, change.after.join_order));
  }
  for (const NodeChange& node : change.nodes) lines.push_back(words_of(node));
  if (change.left_out > 0) {
    lines.push_back(fmt::format("and {} more changes", change.left_out));
  }
  return lines;
}

}  // namespace pgcounsel
