#include "advisors/rewrite/edit.h"

#include <algorithm>

namespace pgcounsel {

std::optional<std::string> apply_edits(const SyntaxTree& tree, std::vector<TextEdit> edits) {
  std::ranges::stable_sort(edits, {}, [](const TextEdit& edit) { return edit.span.begin; });
  std::string text;
  std::size_t at = 0;
  for (const TextEdit& edit : edits) {
    const bool fits = edit.span.begin >= at && edit.span.begin <= edit.span.end &&
                      edit.span.end <= tree.text().size();
    if (!fits) return std::nullopt;
    text.append(tree.text(), at, edit.span.begin - at);
    text += edit.text;
    at = edit.span.end;
  }
  text.append(tree.text(), at);
  if (text == tree.text() || !SyntaxTree::parse(text)) return std::nullopt;
  return text;
}

TextEdit put_number(const SyntaxTree& tree, TextSpan span, long number) {
  std::string text = std::to_string(number);
  const bool glued = number < 0 && span.begin > 0 && tree.text()[span.begin - 1] == '=';
  return {span, glued ? " " + text : text};
}

}  // namespace pgcounsel
