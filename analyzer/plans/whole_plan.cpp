#include "analyzer/plans/whole_plan.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "parser/sql/token.h"

namespace pgcounsel {
namespace {

struct Needs {
  std::string_view type;
  std::size_t children;
};
constexpr std::array kNeeds{
    Needs{"Hash Join", 2},        Needs{"Merge Join", 2},  Needs{"Nested Loop", 2},
    Needs{"Recursive Union", 2},  Needs{"Hash", 1},        Needs{"Sort", 1},
    Needs{"Incremental Sort", 1}, Needs{"Aggregate", 1},   Needs{"Group", 1},
    Needs{"WindowAgg", 1},        Needs{"Unique", 1},      Needs{"Limit", 1},
    Needs{"LockRows", 1},         Needs{"Gather", 1},      Needs{"Gather Merge", 1},
    Needs{"Materialize", 1},      Needs{"Memoize", 1},     Needs{"SetOp", 1},
    Needs{"ProjectSet", 1},       Needs{"ModifyTable", 1}, Needs{"Subquery Scan", 1},
    Needs{"BitmapAnd", 2},        Needs{"BitmapOr", 2},    Needs{"Bitmap Heap Scan", 1}};

bool closes(std::string_view expression) {
  Lexer lexer(expression);
  std::int64_t open = 0;
  for (Token token = lexer.next(); token.kind != TokenKind::kEnd; token = lexer.next()) {
    if (!token.closed) return false;
    open += token.is_symbol('(') ? 1 : token.is_symbol(')') ? -1 : 0;
  }
  return open == 0;
}

}  // namespace

bool is_whole(const Plan& plan) {
  if (plan.format != PlanFormat::kText) return true;
  for (std::size_t place = 0; place < plan.nodes.size(); ++place) {
    const PlanNode& node = plan.nodes[place];
    const auto needs = std::find_if(kNeeds.begin(), kNeeds.end(),
                                    [&node](const Needs& row) { return node.is(row.type); });
    if (needs == kNeeds.end()) continue;
    std::size_t children = 0;
    for (std::size_t child = place + 1; child < node.end && children < needs->children;
         child = plan.nodes[child].end) {
      ++children;
    }
    if (children < needs->children) return false;
  }
  const PlanTexts& last = plan.nodes.back().texts;
  return std::all_of(last.begin(), last.end(),
                     [](const auto& entry) { return closes(entry.second); });
}

}  // namespace pgcounsel
