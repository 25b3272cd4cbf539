// Plans of FORMAT XML, as the server writes it: elements that hold elements or text. Attributes
// and comments are passed over; a document type, sections of character data and text between
// elements are not of that form. No recursion: the open elements lie on a stack.
#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "parser/number.h"
#include "parser/plan/plan_build.h"
#include "parser/plan/plan_forms.h"
#include "parser/utf8.h"

namespace pgcounsel {
namespace {

constexpr std::string_view kBlanks = " \n\r\t";

bool is_blank_text(std::string_view text) {
  return text.find_first_not_of(kBlanks) == std::string_view::npos;
}

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_' || c == '.' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

// What stands between & and ;.
bool append_entity(std::string_view name, std::string& text) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"lt", '<'}, {"gt", '>'}, {"amp", '&'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, meant] : kNamed) {
    if (name != known) continue;
    text += meant;
    return true;
  }
  if (!name.starts_with('#')) return false;
  name.remove_prefix(1);
  const bool is_hex = name.starts_with('x');
  if (is_hex) name.remove_prefix(1);
  const auto code = whole_text_number<std::uint32_t>(name, is_hex ? 16 : 10);
  const bool is_character = code.has_value() && *code < 0x110000 && *code >> 11 != 0xD800 >> 11;
  char bytes[4];
  if (is_character) text.append(bytes, write_utf8(bytes, *code));
  return is_character;
}

class XmlPlanReader {
 public:
  explicit XmlPlanReader(std::string_view text) : text_(text), builder_(PlanFormat::kXml, text) {}

  PlanRead read() {
    at_ = std::min(text_.find_first_not_of(kBlanks), text_.size());
    if (at_ == text_.size() || text_[at_] != '<') {
      return builder_.broken(at_, "it does not begin with <", text_.size());
    }
    while (failure_ == nullptr && step()) {
    }
    if (failure_ == nullptr) return builder_.finished(at_);
    const std::size_t last = std::min(at_, text_.find_last_not_of(kBlanks) + 1);
    return builder_.broken(last, failure_, end_of_broken());
  }

 private:
  struct Element {
    std::string_view name;
    std::size_t place = 0;
  };

  // Reads up to the end of the next tag; false behind the last one.
  bool step() {
    const std::size_t tag = text_.find('<', at_);
    if (tag == std::string_view::npos) return fail_end();
    const std::string_view before = text_.substr(at_, tag - at_);
    const std::string_view rest = text_.substr(tag);
    at_ = tag;
    if (rest.starts_with("</")) return take_end_tag(before);
    if (!is_blank_text(before)) return fail("text stands between elements");
    if (rest.starts_with("<!--")) return skip_past("-->");
    if (rest.starts_with("<?")) return skip_past("?>");
    if (rest.starts_with("<!")) return fail("EXPLAIN writes nothing that begins with <!");
    return take_begin_tag();
  }

  bool skip_past(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) return fail_end();
    at_ = found + end.size();
    return true;
  }

  std::string_view take_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_of_name(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  bool take_begin_tag() {
    // The open element is known to hold elements only now.
    if (is_leaf_) builder_.begin(open_.back().name, open_.back().place);
    Element element;
    element.place = at_++;
    element.name = take_name();
    if (element.name.empty() && at_ < text_.size()) return fail("a tag has no name");
    if (element.name == "explain" && !open_.empty()) {
      at_ = element.place;
      return fail("another plan begins before this one ends");
    }
    if (!skip_attributes()) return false;
    open_.push_back(element);
    is_leaf_ = true;
    return text_[at_ - 2] != '/' || end_element({});
  }

  bool skip_attributes() {
    while (true) {
      at_ = text_.find_first_of("\"'<>", at_);
      if (at_ == std::string_view::npos) return fail_end();
      const char c = text_[at_];
      if (c == '<') return fail("a tag does not end with >");
      ++at_;
      if (c == '>') return true;
      if (!skip_past({&c, 1})) return false;
    }
  }

  bool take_end_tag(std::string_view before) {
    const std::size_t place = at_;
    at_ += 2;
    const std::string_view name = take_name();
    at_ = std::min(text_.find_first_not_of(kBlanks, at_), text_.size());
    if (at_ == text_.size()) return fail_end();
    if (open_.empty() || name != open_.back().name || text_[at_] != '>') {
      at_ = place;
      return fail("an end tag is not that of the open element");
    }
    ++at_;
    return end_element(before);
  }

  // False where it was the last one, or its text cannot be read.
  bool end_element(std::string_view text) {
    if (is_leaf_) {
      if (!take_value(text)) return false;
    } else {
      if (!is_blank_text(text)) return fail("text stands between elements");
      builder_.end();
    }
    is_leaf_ = false;
    open_.pop_back();
    return !open_.empty();
  }

  bool take_value(std::string_view text) {
    std::size_t entity = text.find('&');
    if (entity == std::string_view::npos) {
      const bool is_empty_list = text.starts_with('\n') && is_blank_text(text);
      builder_.scalar(open_.back().name, is_empty_list ? std::string_view{} : text);
      return true;
    }
    value_.clear();
    while (entity != std::string_view::npos) {
      value_ += text.substr(0, entity);
      const std::size_t end = text.find(';', entity);
      if (end == std::string_view::npos) return fail("an entity does not end with ;");
      if (!append_entity(text.substr(entity + 1, end - entity - 1), value_)) {
        return fail("an entity is not known");
      }
      text.remove_prefix(end + 1);
      entity = text.find('&');
    }
    value_ += text;
    builder_.scalar(open_.back().name, value_);
    return true;
  }

  bool fail_end() {
    at_ = text_.size();
    return fail("the text ends before the plan does");
  }

  bool fail(const char* what) {
    failure_ = what;
    return false;
  }

  // What cannot be read goes on to the end of its root element, or up to the next one.
  std::size_t end_of_broken() const {
    constexpr std::string_view kEnd = "</explain>", kBegin = "<explain";
    // Only up to the next one: else many of them would be looked at from each of them on.
    const std::size_t next = std::min(text_.size(), text_.find(kBegin, at_));
    const std::size_t end = text_.substr(0, next).find(kEnd, at_);
    return end == std::string_view::npos ? next : end + kEnd.size();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  PlanBuilder builder_;
  std::vector<Element> open_;
  bool is_leaf_ = false;  // the last of them was not told to the builder: it may hold a text
  std::string value_;     // without its entities
  const char* failure_ = nullptr;
};

}  // namespace

PlanRead read_xml_plan(std::string_view text) {
  return XmlPlanReader(text).read();
}

}  // namespace pgcounsel
