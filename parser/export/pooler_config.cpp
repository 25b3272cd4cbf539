#include "parser/export/pooler_config.h"

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

std::string_view take_line(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string_view line = trimmed(bytes.substr(0, end));
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  return line;
}

bool is_comment(std::string_view line) {
  return line.empty() || line.front() == ';' || line.front() == '#' || line.starts_with("%include");
}

// `name` of `[name]`.
std::optional<std::string> section_of(std::string_view line) {
  if (line.size() < 2 || line.front() != '[' || line.back() != ']') return std::nullopt;
  return lower_case(trimmed(line.substr(1, line.size() - 2)));
}

std::optional<std::pair<std::string_view, std::string_view>> setting_of(std::string_view line) {
  const std::size_t sign = line.find('=');
  if (sign == std::string_view::npos) return std::nullopt;
  return std::pair{trimmed(line.substr(0, sign)), trimmed(line.substr(sign + 1))};
}

// Takes `value` or `'val''ue'` from the front.
std::string take_value(std::string_view& text) {
  std::string value;
  if (!text.starts_with('\'')) {
    const std::size_t end = text.find_first_of(" \t");
    value = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    return value;
  }
  text.remove_prefix(1);
  while (!text.empty()) {
    if (text.front() == '\'') {
      text.remove_prefix(1);
      if (!text.starts_with('\'')) break;
    }
    value.push_back(text.front());
    text.remove_prefix(1);
  }
  return value;
}

// What is wanted of `host=10.0.0.1 dbname=shop password='x y' pool_size=8`.
using Keys = std::map<std::string, std::string>;
Keys keys_of(std::string_view text) {
  constexpr std::array<std::string_view, 6> kWanted{
      "dbname", "user", "pool_size", "reserve_pool", "reserve_pool_size", "pool_mode"};
  Keys keys;
  while (!(text = trimmed(text)).empty()) {
    const std::size_t sign = text.find('=');
    if (sign == std::string_view::npos) break;
    const std::string key = lower_case(trimmed(text.substr(0, sign)));
    text = trimmed(text.substr(sign + 1));
    std::string value = take_value(text);
    for (const std::string_view wanted : kWanted) {
      if (key == wanted) keys[key] = std::move(value);
    }
  }
  return keys;
}

struct Config {
  std::map<std::string, Keys> databases;
  Keys settings;  // of [pgbouncer]
};

void take_setting(const std::string& section, std::string_view name, std::string_view value,
                  Config& config) {
  if (section == "databases") config.databases[std::string(name)] = keys_of(value);
  if (section != "pgbouncer") return;
  const std::string key = lower_case(name);
  if (key == "default_pool_size" || key == "reserve_pool_size" || key == "pool_mode") {
    config.settings[key] = value;
  }
}

std::string value_or(const Keys& keys, const std::string& key, std::string otherwise) {
  const auto found = keys.find(key);
  return found == keys.end() || found->second.empty() ? std::move(otherwise) : found->second;
}

ExportRow row_of(const std::string& name, const Keys& keys, const Keys& settings) {
  const std::string reserve = value_or(settings, "reserve_pool_size", "0");
  ExportRow row;
  row.add("name", name);
  row.add("database", value_or(keys, "dbname", name));
  row.add("force_user", value_or(keys, "user", ""));
  row.add("pool_size", value_or(keys, "pool_size", value_or(settings, "default_pool_size", "20")));
  row.add("reserve_pool",
          value_or(keys, "reserve_pool_size", value_or(keys, "reserve_pool", reserve)));
  row.add("pool_mode", value_or(keys, "pool_mode", value_or(settings, "pool_mode", "session")));
  return row;
}

}  // namespace

bool is_pooler_config(std::string_view head) {
  while (!head.empty()) {
    const std::string_view line = take_line(head);
    if (is_comment(line)) continue;
    const auto section = section_of(line);
    return section && (*section == "pgbouncer" || *section == "databases" || *section == "users" ||
                       *section == "peers");
  }
  return false;
}

ExportCounts read_pooler_config(std::string_view bytes, const TakeExportRow& take) {
  ExportCounts counts;
  Config config;
  std::string section;
  while (!bytes.empty()) {
    const std::string_view line = take_line(bytes);
    if (is_comment(line)) continue;
    if (auto begins = section_of(line)) {
      section = *std::move(begins);
    } else if (const auto setting = setting_of(line)) {
      take_setting(section, setting->first, setting->second, config);
    } else {
      ++counts.unparsed;
    }
  }
  config.databases.try_emplace("*");
  for (const auto& [name, keys] : config.databases) {
    ++counts.rows;
    take(ExportKind::kPoolerConfig, row_of(name, keys, config.settings));
  }
  return counts;
}

}  // namespace pgcounsel
