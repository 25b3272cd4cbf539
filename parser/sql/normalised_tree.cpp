#include "parser/sql/normalised_tree.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace pgcounsel {
namespace {

std::size_t size_of_parameter(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '$') return 0;
  const std::size_t end = std::min(text.find_first_not_of("0123456789", at + 1), text.size());
  return end == at + 1 ? 0 : end - at;
}

void put(std::string& text, std::size_t at, std::size_t size, std::string_view literal) {
  std::fill_n(text.begin() + static_cast<std::ptrdiff_t>(at), size, ' ');
  std::ranges::copy(literal, text.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

std::optional<SyntaxTree> parse_normalised(std::string& text, SyntaxError* error) {
  SyntaxError first;
  auto tree = SyntaxTree::parse(text, &first);
  std::string changed = text;
  SyntaxError last = first;
  // Each mends one place, and the parser gives up further behind.
  constexpr int kMost = 40;
  for (int tries = 0; !tree && tries < kMost; ++tries) {
    const std::size_t at = last.position, size = size_of_parameter(changed, at);
    if (size == 0) break;
    for (const std::string_view literal : {"''", "0"}) {
      put(changed, at, size, literal);
      tree = SyntaxTree::parse(changed, &last);
      if (tree || last.position > at) break;
    }
    if (!tree && last.position <= at) break;
  }
  if (tree) {
    text = std::move(changed);
  } else if (error != nullptr) {
    *error = std::move(first);
  }
  return tree;
}

}  // namespace pgcounsel
