#include "parser/log/export_json.h"

#include <charconv>

namespace pgcounsel {
namespace {

constexpr int kDeepest = 32;

class TreeParser {
 public:
  explicit TreeParser(std::string_view bytes) : bytes_(bytes) {}

  bool at_end() {
    skip_blanks();
    return at_ >= bytes_.size();
  }
  bool take(char c) {
    skip_blanks();
    if (at_ >= bytes_.size() || bytes_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_line() {
    const std::size_t newline = bytes_.find('\n', at_);
    at_ = newline == std::string_view::npos ? bytes_.size() : newline + 1;
  }

  bool value(JsonTree& tree, int depth = 0) {
    skip_blanks();
    if (at_ >= bytes_.size() || depth > kDeepest) return false;
    const char c = bytes_[at_];
    if (c == '{' || c == '[') {
      ++at_;
      tree.kind = c == '{' ? JsonTree::Kind::kObject : JsonTree::Kind::kArray;
      return members(tree, c == '{' ? '}' : ']', depth);
    }
    if (c == '"') {
      tree.kind = JsonTree::Kind::kScalar;
      return string(tree.text);
    }
    return word(tree);
  }

 private:
  void skip_blanks() {
    const std::size_t next = bytes_.find_first_not_of(" \t\r\n", at_);
    at_ = next == std::string_view::npos ? bytes_.size() : next;
  }

  bool members(JsonTree& tree, char end, int depth) {
    if (take(end)) return true;
    while (true) {
      auto& [key, member] = tree.fields.emplace_back();
      if (end == '}' && (!take('"') || !string_behind_quote(key) || !take(':'))) return false;
      if (!value(member, depth + 1)) return false;
      if (take(end)) return true;
      if (!take(',')) return false;
    }
  }

  bool word(JsonTree& tree) {
    const std::size_t end = bytes_.find_first_of(",]} \t\r\n:\"{[", at_);
    tree.text = bytes_.substr(at_, end == std::string_view::npos ? end : end - at_);
    at_ += tree.text.size();
    if (tree.text != "null") tree.kind = JsonTree::Kind::kScalar;
    return !tree.text.empty();
  }

  bool string(std::string& text) { return take('"') && string_behind_quote(text); }

  bool string_behind_quote(std::string& text) {
    while (true) {
      const std::size_t stop = bytes_.find_first_of("\"\\", at_);
      if (stop == std::string_view::npos) return false;
      text.append(bytes_, at_, stop - at_);
      at_ = stop + 1;
      if (bytes_[stop] == '"') return true;
      if (!escape(text)) return false;
    }
  }

  bool escape(std::string& text) {
    if (at_ >= bytes_.size()) return false;
    const char c = bytes_[at_++];
    constexpr std::string_view kNames = "bfnrt", kMeant = "\b\f\n\r\t";
    if (c != 'u') {
      const std::size_t name = kNames.find(c);
      text.push_back(name == std::string_view::npos ? c : kMeant[name]);
      return true;
    }
    std::uint32_t code = 0;
    if (!unit(code)) return false;
    if (code >= 0xD800 && code < 0xDC00 && bytes_.substr(at_, 2) == "\\u") {
      at_ += 2;
      std::uint32_t low = 0;
      if (!unit(low)) return false;
      const bool pair = low >= 0xDC00 && low < 0xE000;
      code = pair ? 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
    }
    if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
    put_utf8(code, text);
    return true;
  }

  bool unit(std::uint32_t& code) {
    if (at_ + 4 > bytes_.size()) return false;
    const char* begin = bytes_.data() + at_;
    const auto [stop, error] = std::from_chars(begin, begin + 4, code, 16);
    at_ += 4;
    return error == std::errc{} && stop == begin + 4;
  }

  static void put_utf8(std::uint32_t code, std::string& text) {
    const auto tail = [&](unsigned shift) {
      text.push_back(static_cast<char>(0x80 | ((code >> shift) & 0x3F)));
    };
    if (code < 0x80) {
      text.push_back(static_cast<char>(code));
    } else if (code < 0x800) {
      text.push_back(static_cast<char>(0xC0 | (code >> 6)));
      tail(0);
    } else if (code < 0x10000) {
      text.push_back(static_cast<char>(0xE0 | (code >> 12)));
      tail(6);
      tail(0);
    } else {
      text.push_back(static_cast<char>(0xF0 | (code >> 18)));
      tail(12);
      tail(6);
      tail(0);
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::uint64_t for_each_json_tree(std::string_view bytes,
                                 const std::function<void(const JsonTree&)>& take) {
  TreeParser parser(bytes);
  std::uint64_t broken = 0;
  while (!parser.at_end()) {
    // The brackets and commas of an outermost array only separate.
    if (parser.take('[') || parser.take(',') || parser.take(']')) continue;
    JsonTree tree;
    if (parser.value(tree)) {
      take(tree);
    } else {
      ++broken;
      parser.skip_line();
    }
  }
  return broken;
}

}  // namespace pgcounsel
