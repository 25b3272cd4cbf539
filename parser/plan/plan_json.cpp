// Plans of FORMAT JSON. An own small reader, since what is at hand elsewhere reads one level of an
// object at a time: a plan of 5,000 nested nodes would be gone through 10,000 times. Raw control
// characters and bytes that are not UTF-8 are taken as they are, as a paste may have them.
#include <algorithm>
#include <string>
#include <string_view>

#include "parser/find.h"
#include "parser/json.h"
#include "parser/json_flat.h"
#include "parser/plan/plan_build.h"
#include "parser/plan/plan_forms.h"

namespace pgcounsel {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '+' || c == '.';
}

class JsonPlanReader {
 public:
  explicit JsonPlanReader(std::string_view text) : text_(text), builder_(PlanFormat::kJson, text) {}

  PlanRead read() {
    skip_blanks();
    begin_ = at_;
    if (peek() != '[' && peek() != '{') failure_ = "it begins neither with [ nor with {";
    while (failure_ == nullptr && step()) {
    }
    if (failure_ == nullptr) return builder_.finished(at_);
    const std::size_t last = std::min(at_, text_.find_last_not_of(kBlanks) + 1);
    return builder_.broken(last, failure_, end_of_broken());
  }

 private:
  static constexpr std::string_view kBlanks = " \n\r\t";
  enum class Next : std::uint8_t { kValue, kValueOrEnd, kCommaOrEnd };

  // False behind the last bracket, and where something cannot be read.
  bool step() {
    skip_blanks();
    if (next_ != Next::kValue && !closers_.empty() && peek() == closers_.back()) return close();
    if (next_ == Next::kCommaOrEnd) return take_comma();
    if (!closers_.empty() && closers_.back() == '}' && !take_name()) return false;
    return peek() == '{' || peek() == '[' ? open() : take_scalar();
  }

  bool open() {
    builder_.begin(name_, at_);
    closers_.push_back(peek() == '{' ? '}' : ']');
    ++at_;
    name_ = {};
    next_ = Next::kValueOrEnd;
    return true;
  }

  bool close() {
    builder_.end();
    closers_.pop_back();
    ++at_;
    next_ = Next::kCommaOrEnd;
    return !closers_.empty();
  }

  bool take_comma() {
    if (peek() != ',') {
      return fail(closers_.back() == '}' ? "a comma or } is missing" : "a comma or ] is missing");
    }
    ++at_;
    next_ = Next::kValue;
    return true;
  }

  bool take_name() {
    if (peek() != '"') return fail("a name in quotes is missing");
    if (!take_string(name_, name_text_)) return false;
    skip_blanks();
    if (peek() != ':') return fail("a colon is missing behind a name");
    ++at_;
    skip_blanks();
    return true;
  }

  bool take_scalar() {
    std::string_view value;
    const bool is_string = peek() == '"';
    if (is_string ? !take_string(value, value_text_) : !take_word(value)) return false;
    if (is_string || value != "null") builder_.scalar(name_, value);
    name_ = {};
    next_ = Next::kCommaOrEnd;
    return true;
  }

  bool take_word(std::string_view& word) {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_of_word(text_[at_])) ++at_;
    word = text_.substr(begin, at_ - begin);
    if (word.empty() || at_ == text_.size()) return fail("a value is missing");
    if (is_value(word)) return true;
    at_ = begin;
    return fail("a value is neither a string nor a number, true, false or null");
  }

  static bool is_value(std::string_view word) {
    const bool is_number = word.front() == '-' || (word.front() >= '0' && word.front() <= '9');
    return is_number || word == "true" || word == "false" || word == "null";
  }

  // Takes the string that begins here; `text` is where it is written if it holds escapes.
  bool take_string(std::string_view& taken, std::string& text) {
    const char* const begin = text_.data() + at_ + 1;
    const char* const end = text_.data() + text_.size();
    bool has_escapes = false;
    const char* const stop = flat_json::string_end(begin, end, has_escapes);
    if (stop == end) {
      at_ = text_.size();
      failure_ = "the text ends inside of a string";
      return false;
    }
    at_ = static_cast<std::size_t>(stop + 1 - text_.data());
    taken = flat_json::view(begin, stop);
    if (has_escapes) {
      text.clear();
      unescape_json(taken, text);
      taken = text;
    }
    return true;
  }

  void skip_blanks() {
    constexpr auto kBlock = static_cast<std::size_t>(kFindBlock);
    constexpr std::uint32_t kAll = (1U << kBlock) - 1;
    if (peek() == '\n') ++at_;
    while (at_ + kBlock <= text_.size() && found_in_block(text_.data() + at_, ' ') == kAll) {
      at_ += kBlock;
    }
    while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool fail(const char* what) {
    failure_ = at_ < text_.size() ? what : "the text ends before the plan does";
    return false;
  }

  // Where what cannot be read ends as far as can be told: behind the line that closes what begins
  // it, else before the next one that begins like it. At least half of what was read is taken, so
  // that reading on from there again and again takes no more than twice the time.
  std::size_t end_of_broken() const {
    if (begin_ == text_.size()) return begin_;
    const std::size_t indent = begin_ - (text_.rfind('\n', begin_) + 1);
    const char opener = text_[begin_], closer = opener == '[' ? ']' : '}';
    for (std::size_t end = text_.find('\n', begin_ + (at_ - begin_) / 2);
         end != std::string_view::npos; end = text_.find('\n', end + 1)) {
      const std::size_t first = text_.find_first_not_of(' ', end + 1);
      if (first == std::string_view::npos) break;
      if (first - (end + 1) != indent) continue;
      if (text_[first] == closer) return first + 1;
      if (text_[first] == opener) return end + 1;
    }
    return text_.size();
  }

  std::string_view text_;
  std::size_t begin_ = 0, at_ = 0;
  PlanBuilder builder_;
  std::string closers_;  // the brackets that are to come
  Next next_ = Next::kValue;
  std::string_view name_;
  std::string name_text_, value_text_;  // without their escapes
  const char* failure_ = nullptr;
};

}  // namespace

PlanRead read_json_plan(std::string_view text) {
  return JsonPlanReader(text).read();
}

}  // namespace pgcounsel
