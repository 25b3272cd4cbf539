#include "parser/csv.h"

#include <algorithm>

namespace pgcounsel {

std::string_view with_single_quotes(std::string_view field, TextArena& arena) {
  std::string& text = arena.with_room(field.size());
  const std::size_t begin = text.size();
  for (auto at = field.find('"'); at != std::string_view::npos; at = field.find('"')) {
    text += field.substr(0, at + 1);
    field.remove_prefix(std::min(at + 2, field.size()));
  }
  text += field;
  return std::string_view(text).substr(begin);
}

// Begins behind the opening quote; what stands between the closing one and the delimiter is kept.
std::string CsvReader::quoted_field() {
  const std::size_t begin = at_;
  std::string field;
  while (true) {
    const std::size_t quote = bytes_.find('"', at_);
    if (quote == std::string_view::npos) {
      unclosed_ = true;
      at_ = begin;
      return '"' + plain_field();
    }
    field.append(bytes_, at_, quote - at_);
    at_ = quote + 1;
    if (at_ >= bytes_.size() || bytes_[at_] != '"') break;
    field.push_back('"');
    ++at_;
  }
  return field + plain_field();
}

std::string CsvReader::plain_field() {
  const std::size_t begin = at_;
  while (at_ < bytes_.size() && bytes_[at_] != delimiter_ && bytes_[at_] != '\n') ++at_;
  std::string_view field = bytes_.substr(begin, at_ - begin);
  if (at_ < bytes_.size() && bytes_[at_] == '\n' && field.ends_with('\r')) field.remove_suffix(1);
  return std::string(field);
}

bool CsvReader::next(std::vector<std::string>& fields) {
  fields.clear();
  if (at_ >= bytes_.size()) return false;
  while (true) {
    const bool quoted = !unclosed_ && at_ < bytes_.size() && bytes_[at_] == '"';
    if (quoted) ++at_;
    fields.push_back(quoted ? quoted_field() : plain_field());
    if (at_ >= bytes_.size()) return true;
    const char stop = bytes_[at_++];
    if (stop == '\n') return true;
  }
}

}  // namespace pgcounsel
