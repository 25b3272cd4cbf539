#include "parser/sql/query_tags.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

using Tags = std::map<std::string, std::string, std::less<>>;

constexpr std::array<std::string_view, 6> kKeys{"controller", "action", "route",
                                                "job",        "file",   "line"};
constexpr std::size_t kLongest = 100;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// `%2Forders` -> `/orders`
std::string decoded(std::string_view value) {
  std::string text;
  for (std::size_t at = 0; at < value.size(); ++at) {
    const bool escaped = value[at] == '%' && at + 2 < value.size() &&
                         hex_digit(value[at + 1]) >= 0 && hex_digit(value[at + 2]) >= 0;
    if (escaped) {
      text += static_cast<char>(hex_digit(value[at + 1]) * 16 + hex_digit(value[at + 2]));
      at += 2;
    } else {
      text += value[at];
    }
  }
  return text;
}

bool reads_like_a_name(std::string_view value) {
  constexpr std::string_view kSigns = "_-/.:#{}<>*^$()?+ ";
  return !value.empty() && value.size() <= kLongest && std::ranges::all_of(value, [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           kSigns.find(c) != std::string_view::npos;
  });
}

void read_tag(std::string_view tag, Tags& tags) {
  const std::size_t end = tag.find_first_of("=:");
  if (end == std::string_view::npos) return;
  const std::string_view key = trimmed(tag.substr(0, end));
  if (std::ranges::find(kKeys, key) == kKeys.end()) return;
  std::string_view value = trimmed(tag.substr(end + 1));
  if (value.size() >= 2 && value.front() == '\'' && value.back() == '\'') {
    value = value.substr(1, value.size() - 2);
  }
  if (std::string text = decoded(value); reads_like_a_name(text))
    tags.emplace(key, std::move(text));
}

void read_comment(std::string_view comment, Tags& tags) {
  while (!comment.empty()) {
    const std::size_t end = std::min(comment.find(','), comment.size());
    read_tag(comment.substr(0, end), tags);
    comment.remove_prefix(std::min(end + 1, comment.size()));
  }
}

}  // namespace

std::string action_of_tags(std::string_view sql) {
  constexpr std::size_t kMostComments = 4;
  Tags tags;
  // They stand at either end; one inside a string would have to look like one.
  std::size_t at = sql.size();
  for (std::size_t n = 0; n < kMostComments; ++n) {
    const std::size_t open = at == 0 ? std::string_view::npos : sql.rfind("/*", at - 1);
    if (open == std::string_view::npos) break;
    const std::size_t close = sql.find("*/", open + 2);
    if (close != std::string_view::npos) read_comment(sql.substr(open + 2, close - open - 2), tags);
    at = open;
  }
  const auto tag = [&](std::string_view key) {
    const auto found = tags.find(key);
    return found == tags.end() ? std::string() : found->second;
  };
  if (!tag("controller").empty() && !tag("action").empty()) {
    return tag("controller") + "#" + tag("action");
  }
  for (const std::string_view key : {"action", "route", "job"}) {
    if (!tag(key).empty()) return tag(key);
  }
  if (tag("file").empty()) return {};
  return tag("line").empty() ? tag("file") : tag("file") + ":" + tag("line");
}

}  // namespace pgcounsel
