#include "advisors/cli/settings_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kLargestFile = 1 << 20;
constexpr std::string_view kBlanks = " \t\r";

bool begins_comment(std::string_view text, std::size_t at) {
  if (text[at] != '#' && text[at] != ';') return false;
  return at == 0 || kBlanks.find(text[at - 1]) != std::string_view::npos;
}

std::string_view without_comment(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (begins_comment(text, at)) return trimmed(text.substr(0, at));
  }
  return trimmed(text);
}

// The value of what stands behind `=`; nothing when its quote is not closed or text follows it.
std::optional<std::string_view> value_of(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.front() != '"') return without_comment(text);
  const std::size_t close = text.find('"', 1);
  if (close == std::string_view::npos) return std::nullopt;
  if (!without_comment(text.substr(close + 1)).empty()) return std::nullopt;
  return text.substr(1, close - 1);
}

Error unreadable(const std::string& path, std::string_view reason) {
  return {fmt::format("--config {}: {}", path, reason)};
}

}  // namespace

Result<std::vector<Setting>> parse_settings(const std::string& path, std::string_view text) {
  std::vector<Setting> settings;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = trimmed(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    if (line.empty() || begins_comment(line, 0)) continue;
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      return Error{fmt::format("{}:{}: a line is `name = value` or a # comment", path, number)};
    }
    std::optional<std::string_view> value = value_of(line.substr(equals + 1));
    if (!value) {
      return Error{fmt::format("{}:{}: a value in quotes ends with its quote", path, number)};
    }
    std::string_view name = trimmed(line.substr(0, equals));
    settings.push_back({std::string(name), std::string(*value), number});
  }
  return settings;
}

Result<std::vector<Setting>> read_settings(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return unreadable(path, std::strerror(errno));
  std::string text(kLargestFile, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  const int error = std::ferror(file) != 0 ? errno : 0;
  std::fclose(file);
  if (error != 0) return unreadable(path, std::strerror(error));
  if (text.size() == kLargestFile) return unreadable(path, "too large for a list of settings");
  return parse_settings(path, text);
}

}  // namespace pgcounsel
