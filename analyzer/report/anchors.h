// Headings and the links to them. A link often stands above its heading, so a page is written
// twice: the first time to learn the anchors, the second time with all of them known. Repeated
// headings are numbered as GitHub does it (`-1`, `-2`).
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace pgcounsel {

class Anchors {
 public:
  // The page is written from its start again; the anchors of the time before stay known.
  void restart() { used_.clear(); }

  // A heading of `level` (1 to 6) as a block with the empty line after it. `id` is our own name of
  // the place, unique on the page; `text` may be any text.
  std::string heading(int level, std::string_view text, const std::string& id);

  bool has(const std::string& id) const { return slugs_.count(id) > 0; }
  // `label`, which is markdown, linked to the heading; the label alone where there is none.
  std::string link(std::string_view label, const std::string& id) const;

 private:
  std::map<std::string, std::string> slugs_;  // by id
  std::map<std::string, int> used_;           // slugs on the page so far
};

}  // namespace pgcounsel
