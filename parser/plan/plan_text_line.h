// Tells lines of the text form from others, for those who look for a plan in a text.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pgcounsel {

// Where the text of a line begins; a tab counts as 8 blanks, so that what stood right of other
// lines still does after some of their blanks became tabs.
struct TextIndent {
  std::size_t bytes = 0, column = 0;
};
TextIndent indent_of(std::string_view line);

// The words behind an arrow, nothing where `line` (without blanks before it) has none.
std::optional<std::string_view> behind_arrow(std::string_view line);

enum class TextLine : std::uint8_t {
  kOther,
  kBlank,
  kHead,      // a node with its figures
  kCutHead,   // a node whose figures begin
  kBareHead,  // a node without figures, with an arrow or by its type
  kDetail,    // what is told of a node, or beside the tree
  kFrame,     // what psql prints around a plan, or a fence: no plan goes on behind it
};
TextLine kind_of_text_line(std::string_view line);

// `InitPlan 1 (returns $0)`, `SubPlan 2`, `CTE x`: the name of the node on the next line.
bool is_subplan_label(std::string_view line);

// `QUERY PLAN`, a rule under it, `(3 rows)`, a fence.
bool is_plan_frame(std::string_view line);

}  // namespace pgcounsel
