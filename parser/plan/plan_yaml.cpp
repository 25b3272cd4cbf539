// Plans of FORMAT YAML, as the server writes it: one `Name: value` or `- item` a line, levels told
// by indentation, strings in double quotes with JSON's escapes. Of what YAML knows beyond that,
// strings in single quotes, bare words and lists in brackets are read, nothing else.
#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "parser/json.h"
#include "parser/json_flat.h"
#include "parser/plan/plan_build.h"
#include "parser/plan/plan_forms.h"
#include "parser/plan/plan_names.h"
#include "parser/trimmed.h"

namespace pgcounsel {
namespace {

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ' ' ||
         c == '-' || c == '/' || c == '_' || c == '.';
}

bool is_item(std::string_view content) {
  return content == "-" || content.starts_with("- ");
}

// `Name: value`, or `Name:` alone; false where it is something else.
bool split_field(std::string_view content, std::string_view& name, std::string_view& value) {
  const std::size_t colon = content.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  name = content.substr(0, colon);
  value = content.substr(colon + 1);
  if (!value.empty() && !value.starts_with(' ')) return false;
  value = trimmed(value);
  return std::all_of(name.begin(), name.end(), is_of_name);
}

class YamlPlanReader {
 public:
  explicit YamlPlanReader(std::string_view text) : text_(text), builder_(PlanFormat::kYaml, text) {}

  PlanRead read() {
    while (take_line() && !is_behind() && read_line()) {
    }
    if (failure_ != nullptr) {
      const std::size_t place = line_;
      return builder_.broken(place, failure_, end_of_broken());
    }
    if (levels_.empty()) return builder_.broken(0, "it holds no plan", text_.size());
    end_levels();
    PlanRead read = builder_.finished(is_behind_ ? line_ : text_.size());
    const bool is_whole = !is_cut_ && std::all_of(read.plans.begin(), read.plans.end(), ends_whole);
    if (is_whole) return read;
    const std::size_t last = text_.substr(0, read.taken).find_last_not_of(" \t\r\n");
    return builder_.broken(last, kCutOff, read.taken);
  }

 private:
  static constexpr const char* kCutOff = "the text ends before the plan does";

  struct Level {
    std::size_t column = 0;
    bool is_list = false;
  };

  // The next line that is not blank; false at the end.
  bool take_line() {
    while (next_ < text_.size()) {
      line_ = next_;
      const std::size_t newline = std::min(text_.find('\n', line_), text_.size());
      next_ = std::min(newline + 1, text_.size());
      content_ = text_.substr(line_, newline - line_);
      column_ = std::min(content_.find_first_not_of(' '), content_.size());
      content_ = trimmed(content_.substr(column_));
      if (!content_.empty()) return true;
    }
    return false;
  }

  // Whether the line stands behind the document: `(1 row)`, or what begins the next one.
  bool is_behind() {
    if (levels_.empty() || column_ > levels_.front().column || has_tab()) return false;
    is_behind_ = column_ < levels_.front().column || is_behind_top_level();
    return is_behind_;
  }

  bool is_behind_top_level() const {
    if (levels_.front().is_list) return !is_item(content_);
    std::string_view name, value;
    if (!split_field(content_, name, value)) return true;
    return has_plan_ && (same_plan_name(name, "Plan") || same_plan_name(name, "Query Text"));
  }

  bool has_tab() const { return text_[line_ + column_] == '\t'; }

  bool read_line() {
    if (has_tab()) return fail("a tab stands where YAML has spaces");
    if (!open_or_close_levels()) return false;
    std::size_t place = line_ + column_;
    while (is_item(content_)) {
      if (!levels_.back().is_list) return fail("an item stands among fields");
      const std::size_t begin = std::min(content_.find_first_not_of(' ', 1), content_.size());
      content_.remove_prefix(begin);
      column_ += begin;
      if (!is_field_or_item()) return read_value({});
      builder_.begin({}, place);
      levels_.push_back({column_, is_item(content_)});
      place = line_ + column_;
    }
    return read_field(place);
  }

  bool is_field_or_item() const {
    std::string_view name, value;
    return is_item(content_) || split_field(content_, name, value);
  }

  // Brings the levels to where the line stands.
  bool open_or_close_levels() {
    const bool begins_list = is_item(content_);
    if (levels_.empty()) {
      begin_level({}, line_ + column_, begins_list);
      return true;
    }
    if (has_pending_) {
      has_pending_ = false;
      const std::size_t around = levels_.back().column;
      if (column_ > around || (begins_list && column_ == around)) {
        begin_level(pending_, pending_place_, begins_list);
        return true;
      }
      builder_.begin(pending_, pending_place_);  // `Triggers:` without any
      builder_.end();
    }
    while (!levels_.empty() && levels_.back().column > column_) end_level();
    if (!levels_.empty() && levels_.back().column == column_ && levels_.back().is_list &&
        !begins_list) {
      end_level();  // its items stand in the column of its name
    }
    if (levels_.empty() || levels_.back().column != column_) {
      return fail("the line is indented like none of those above it");
    }
    return true;
  }

  void begin_level(std::string_view name, std::size_t place, bool is_list) {
    builder_.begin(name, place);
    levels_.push_back({column_, is_list});
  }

  void end_level() {
    builder_.end();
    levels_.pop_back();
  }

  // A name with nothing behind it can be the last line only if it may be that of an empty list.
  void end_levels() {
    is_cut_ = has_pending_ && pending_ != "Triggers" && pending_ != "Settings";
    while (!levels_.empty()) end_level();
  }

  bool read_field(std::size_t place) {
    std::string_view name, value;
    if (levels_.back().is_list || !split_field(content_, name, value)) {
      return fail(next_ == text_.size() ? kCutOff
                                        : "the line is neither `Name: value` nor `- item`");
    }
    if (levels_.size() == 1 && name == "Plan") has_plan_ = true;
    if (value.empty()) {
      has_pending_ = true;
      pending_ = name;
      pending_place_ = place;
      return true;
    }
    content_ = value;
    return read_value(name);
  }

  // The value that the rest of the line is.
  bool read_value(std::string_view name) {
    if (content_.starts_with('[')) return read_list(name);
    if (content_ == "{}") return true;
    std::string_view value;
    if (!take_value(value, false)) return false;
    if (!content_.empty()) return fail("something follows behind the end of a string");
    builder_.scalar(name, value);
    return true;
  }

  // `["a", "b"]`
  bool read_list(std::string_view name) {
    builder_.begin(name, line_);
    content_ = trimmed(content_.substr(1));
    while (!content_.starts_with(']')) {
      std::string_view value;
      if (!take_value(value, true)) return false;
      builder_.scalar({}, value);
      const bool goes_on = content_.starts_with(',');
      if (!goes_on && !content_.starts_with(']')) return fail("a comma or ] is missing");
      if (goes_on) content_ = trimmed(content_.substr(1));
    }
    builder_.end();
    if (content_.size() > 1) return fail("something follows behind the end of a list");
    return true;
  }

  // Takes a string or a word from the rest of the line.
  bool take_value(std::string_view& value, bool in_list) {
    if (content_.starts_with('"')) return take_double_quoted(value);
    if (content_.starts_with('\'')) return take_single_quoted(value);
    constexpr std::string_view kOther = "|>&*!{[%@`#";
    if (content_.empty()) return fail("a value is missing");
    if (kOther.find(content_.front()) != std::string_view::npos) {
      return fail("a value is written in a way that EXPLAIN does not write YAML");
    }
    const std::size_t size = in_list ? content_.find_first_of(",]") : content_.size();
    value = trimmed(content_.substr(0, size));
    content_.remove_prefix(std::min(size, content_.size()));
    return true;
  }

  bool take_double_quoted(std::string_view& value) {
    const char* const begin = content_.data() + 1;
    const char* const end = content_.data() + content_.size();
    bool has_escapes = false;
    const char* const stop = flat_json::string_end(begin, end, has_escapes);
    if (stop == end) return fail_open_string();
    value = flat_json::view(begin, stop);
    if (has_escapes) {
      value_.clear();
      unescape_json(value, value_);
      value = value_;
    }
    content_ = trimmed(flat_json::view(stop + 1, end));
    return true;
  }

  bool take_single_quoted(std::string_view& value) {
    value_.clear();
    content_.remove_prefix(1);
    while (true) {
      const std::size_t quote = content_.find('\'');
      if (quote == std::string_view::npos) return fail_open_string();
      value_ += content_.substr(0, quote);
      content_.remove_prefix(quote + 1);
      if (!content_.starts_with('\'')) break;
      value_ += '\'';
      content_.remove_prefix(1);
    }
    value = value_;
    content_ = trimmed(content_);
    return true;
  }

  bool fail_open_string() {
    return fail(next_ == text_.size() ? "the text ends inside of a string"
                                      : "a string does not end in its line");
  }

  bool fail(const char* what) {
    failure_ = what;
    return false;
  }

  // YAML has no end, so of a node cut off only what lacks can tell.
  static bool ends_whole(const Plan& plan) {
    const PlanNode& last = plan.nodes.back();
    const bool has_costs = last.has(PlanNumber::kStartupCost);
    const bool has_actual = last.has(PlanNumber::kActualRows);
    return has_costs == last.has(PlanNumber::kPlanWidth) &&
           has_actual == last.has(PlanNumber::kActualLoops);
  }

  // What cannot be read goes on up to a line that could begin a document.
  std::size_t end_of_broken() {
    const std::size_t column = levels_.empty() ? 0 : levels_.front().column;
    while (take_line()) {
      if (column_ <= column) return line_;
    }
    return text_.size();
  }

  std::string_view text_;
  std::size_t line_ = 0, next_ = 0;  // where the line begins, and the next one
  std::size_t column_ = 0;           // of what is in `content_`
  std::string_view content_;         // what is left of the line
  std::vector<Level> levels_;
  std::string_view pending_;  // a name with nothing behind it: what follows may belong to it
  std::size_t pending_place_ = 0;
  bool has_pending_ = false, has_plan_ = false, is_behind_ = false, is_cut_ = false;
  std::string value_;  // without its escapes
  PlanBuilder builder_;
  const char* failure_ = nullptr;
};

}  // namespace

PlanRead read_yaml_plan(std::string_view text) {
  return YamlPlanReader(text).read();
}

}  // namespace pgcounsel
