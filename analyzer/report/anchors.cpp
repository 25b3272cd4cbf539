#include "analyzer/report/anchors.h"

#include <fmt/format.h>

#include "analyzer/report/escape.h"

namespace pgcounsel {

std::string Anchors::heading(int level, std::string_view text, const std::string& id) {
  const std::string words = heading_text(text);
  const std::string slug = heading_slug(words);
  const int repeats = used_[slug]++;
  slugs_[id] = repeats == 0 ? slug : fmt::format("{}-{}", slug, repeats);
  return fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(level), '#'), words);
}

std::string Anchors::link(std::string_view label, const std::string& id) const {
  const auto found = slugs_.find(id);
  if (found == slugs_.end()) return std::string(label);
  return fmt::format("[{}](#{})", label, found->second);
}

}  // namespace pgcounsel
