#include "parser/json_stream.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "parser/lines.h"

namespace pgcounsel {
namespace {

constexpr std::array<std::string_view, 7> kContainers = {
    "events", "records", "logEvents", "entries", "resourceLogs", "scopeLogs", "logRecords"};

// What is open for longer than this is taken as broken.
constexpr std::size_t kMostBytes = std::size_t{96} << 20;

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_container(std::string_view key) {
  return std::find(kContainers.begin(), kContainers.end(), key) != kContainers.end();
}

// Whether an array, as far as it is known, holds objects or nothing.
bool holds_objects(std::string_view array) {
  const auto first = array.find_first_not_of(" \n\r\t", 1);
  return first != std::string_view::npos && (array[first] == '{' || array[first] == ']');
}

// Whether a value may begin behind `before`, the last character that is not blank.
bool may_begin(char before, char container) {
  return before == ':' || before == '[' || (before == ',' && container == '[');
}

// Whether an entry of an array may follow behind `before`.
bool precedes_entry(std::string_view before) {
  const auto trim = [&] {
    while (before.ends_with(' ') || before.ends_with('\t')) before.remove_suffix(1);
  };
  trim();
  if (before.ends_with('[')) return true;
  if (!before.ends_with(',')) return false;
  before.remove_suffix(1);
  trim();
  return before.ends_with('}');
}

}  // namespace

JsonEntryStart find_json_entry(std::string_view text, std::size_t from, std::size_t limit) {
  constexpr std::size_t kLongestKey = 100;
  for (std::size_t at = from; at < limit; ++at) {
    const void* found = std::memchr(text.data() + at, '{', limit - at);
    if (found == nullptr) break;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    if (!precedes_entry(text.substr(0, at))) continue;
    if (at + kLongestKey > text.size() && text.find("\":", at + 2) == std::string_view::npos) {
      return {at, false};
    }
    if (text[at + 1] != '"') continue;
    const std::string_view key = text.substr(at + 2, kLongestKey);
    const std::size_t quote = key.find_first_of("\"\n");
    if (quote == std::string_view::npos || key[quote] != '"') continue;
    const std::size_t colon = key.find_first_not_of(' ', quote + 1);
    if (colon != std::string_view::npos && key[colon] == ':') return {at, true};
  }
  return {};
}

// Asked often for places in the same line, which may be long.
std::size_t JsonStream::line_end(std::size_t from) const {
  if (from < line_from_ || from > line_end_) {
    line_from_ = from;
    line_end_ = std::min(bytes_.find('\n', from), bytes_.size());
  }
  return line_end_;
}

bool JsonStream::is_patient() const {
  constexpr std::size_t kPatience = 4;  // times the bytes, for values that have no end
  return wasted_ <= kPatience * bytes_.size();
}

void JsonStream::move_to(std::size_t to) {
  line_ += newlines_in(bytes_.substr(at_, to - at_));
  at_ = to;
}

// The mark of UTF-8 is one, too: files that begin with it may have been put together.
void JsonStream::skip_separators() {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  for (; at_ < bytes_.size(); ++at_) {
    const char c = bytes_[at_];
    if (c == '{') return;
    if (c == '\n') {
      ++line_;
      fresh_line_ = true;
    } else if (c == ',' || c == '[' || c == ']' || c == '}') {
      fresh_line_ = false;
    } else if (bytes_.substr(at_).starts_with(kByteOrderMark)) {
      at_ += kByteOrderMark.size() - 1;
    } else if (!is_blank(c)) {
      return;
    }
  }
}

JsonStream::Step JsonStream::take(Item item, std::size_t end) {
  item_ = item;
  begin_ = at_;
  end_ = end;
  item_line_ = line_;
  move_to(end);
  done_ = at_;
  fresh_line_ = false;
  return Step::kItem;
}

JsonStream::Step JsonStream::stray_line() {
  std::size_t end = line_end(at_);
  const bool is_open = end == bytes_.size() && !last_ && end - at_ < kMostBytes;
  const JsonEntryStart entry =
      is_patient() ? find_json_entry(bytes_, at_ + 1, end) : JsonEntryStart{};
  if (entry.at < end && entry.is_known) {
    end = entry.at;
  } else if (is_open) {
    return Step::kEnd;
  }
  take(Item::kStray, end);
  while (end_ > begin_ && is_blank(bytes_[end_ - 1])) --end_;
  return Step::kItem;
}

// What is closed at `end` but no object: where it was torn, whole ones may stand inside.
JsonStream::Step JsonStream::refused_object(std::size_t end) {
  const bool is_line = end <= line_end(at_);
  if (is_line && is_patient()) {
    wasted_ += end - at_;
    const JsonEntryStart entry = find_json_entry(bytes_, at_ + 1, end);
    if (entry.at < end && entry.is_known) return take(Item::kStray, entry.at);
  }
  return take(Item::kStray, end);
}

// A file that begins with a key, or with a comma before one, lacks what the key is in. So does one
// with a key there behind an item: the next piece may begin with it.
bool JsonStream::begins_torn() const {
  return line_ == 1 &&
         bytes_.substr(done_, at_ - done_).find_first_not_of(", \t") == std::string_view::npos;
}

// The closing quote of the string that begins at `quote`; `limit` where it has none, or a newline
// before it: then the line was cut.
std::size_t JsonStream::string_end(std::size_t quote, std::size_t limit) const {
  const char* const data = bytes_.data();
  std::size_t at = quote + 1;
  while (at < limit) {
    const void* found = std::memchr(data + at, '"', limit - at);
    if (found == nullptr) return limit;
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - data);
    std::size_t slashes = 0;
    while (end - slashes > at && data[end - slashes - 1] == '\\') ++slashes;
    if (slashes % 2 == 0) {
      return std::memchr(data + quote, '\n', end - quote) == nullptr ? end : limit;
    }
    at = end + 1;
  }
  return limit;
}

// Whether the array that begins at `bracket` is a field whose name says that it holds entries.
bool JsonStream::opens_container(std::size_t bracket) const {
  std::string_view before = bytes_.substr(0, bracket);
  const auto trim = [&] {
    while (!before.empty() && is_blank(before.back())) before.remove_suffix(1);
  };
  trim();
  if (!before.ends_with(':')) return false;
  before.remove_suffix(1);
  trim();
  if (!before.ends_with('"')) return false;
  before.remove_suffix(1);
  for (const std::string_view name : kContainers) {
    if (!before.ends_with(name)) continue;
    const std::string_view quote = before.substr(0, before.size() - name.size());
    // One with an escape stands inside of a longer name.
    if (quote.ends_with('"') && !quote.ends_with("\\\"")) return true;
  }
  return false;
}

JsonStream::Found JsonStream::give_up(Found found, std::size_t from, std::size_t at) {
  if (found == Found::kOpen && (last_ || at - from > kMostBytes)) found = Found::kBroken;
  if (found == Found::kBroken) wasted_ += at - from;
  return found;
}

// From the bracket at `from` to behind the one that closes it, or (if `enter`) behind the one that
// begins an array of entries. The brackets and commas in between must make sense: behind a line
// that was cut, they do not.
JsonStream::Found JsonStream::scan(std::size_t from, bool enter, std::size_t& stop) {
  const bool patient = is_patient();
  const std::size_t limit = patient ? bytes_.size() : line_end(from);
  const Found out_of_bytes = patient ? Found::kOpen : Found::kBroken;
  open_.clear();
  char before = ':';
  bool strict = false;
  for (std::size_t at = from; at < limit; ++at) {
    const char c = bytes_[at];
    switch (c) {
      case '\n':
        strict = true;
        continue;
      case ' ':
      case '\r':
      case '\t':
        continue;
      case '"': {
        const std::size_t end = string_end(at, limit);
        if (end == limit) {
          const bool cut = std::memchr(bytes_.data() + at, '\n', limit - at) != nullptr;
          return give_up(cut ? Found::kBroken : out_of_bytes, from, line_end(at));
        }
        at = end;
        break;
      }
      case '{':
      case '[':
        if (strict && !may_begin(before, open_.empty() ? '\0' : open_.back())) {
          return give_up(Found::kBroken, from, at);
        }
        if (c == '[' && enter && open_.size() == 1 && opens_container(at)) {
          const auto first = bytes_.find_first_not_of(" \n\r\t", at + 1);
          if (first >= limit) return give_up(out_of_bytes, from, limit);
          if (holds_objects(bytes_.substr(at, first + 1 - at))) {
            stop = at + 1;
            return Found::kContainer;
          }
        }
        open_.push_back(c);
        break;
      case '}':
      case ']':
        if (strict && open_.back() != (c == '}' ? '{' : '['))
          return give_up(Found::kBroken, from, at);
        open_.pop_back();
        if (open_.empty()) {
          stop = at + 1;
          return Found::kClosed;
        }
        break;
      default:
        break;
    }
    before = c;
  }
  return give_up(out_of_bytes, from, limit);
}

// The line that begins here without blanks and a comma at its end; nothing where it is not whole or
// does not end as an object.
std::string_view JsonStream::trimmed_line() const {
  if (!fresh_line_) return {};
  const std::size_t newline = line_end(at_);
  if (newline == bytes_.size() && !last_) return {};
  std::size_t end = newline;
  const auto trim = [&] {
    while (end > at_ && is_blank(bytes_[end - 1])) --end;
  };
  trim();
  if (bytes_[end - 1] == ',') {
    --end;
    trim();
  }
  if (end <= at_ + 1 || bytes_[end - 1] != '}') return {};
  return bytes_.substr(at_, end - at_);
}

std::string_view JsonStream::object_start() {
  skip_separators();
  if (!fresh_line_ || at_ >= bytes_.size() || bytes_[at_] != '{') return {};
  return bytes_.substr(at_);
}

std::string_view JsonStream::object_line() {
  return object_start().empty() ? std::string_view{} : trimmed_line();
}

void JsonStream::take_line(std::size_t size) {
  fields_.clear();
  item_ = Item::kObject;
  begin_ = at_;
  item_line_ = line_;
  at_ = done_ = end_ = at_ + size;  // on the same line
  fresh_line_ = false;
}

// The most usual case, and the fastest: the line is an object. `container` is set to the inside of
// an array of entries that it holds.
bool JsonStream::read_line_object(std::size_t& container) {
  const std::string_view line = trimmed_line();
  if (line.empty() || !reader_.read(line, fields_)) return false;
  const std::size_t end = at_ + line.size();
  for (const JsonField& field : fields_) {
    if (enters_ && field.kind == JsonField::Kind::kArray && is_container(field.key) &&
        holds_objects(field.raw)) {
      container = static_cast<std::size_t>(field.raw.data() - bytes_.data()) + 1;
      return true;
    }
  }
  item_ = Item::kObject;
  begin_ = at_;
  item_line_ = line_;
  end_ = at_ = done_ = end;  // on the same line
  fresh_line_ = false;
  return true;
}

JsonStream::Step JsonStream::object_here() {
  std::size_t stop = 0;
  if (read_line_object(stop)) {
    if (stop == 0) return Step::kItem;
    move_to(stop);
    done_ = at_;
    fresh_line_ = false;
    return Step::kAgain;
  }
  switch (scan(at_, enters_, stop)) {
    case Found::kClosed:
      if (!reader_.read(bytes_.substr(at_, stop - at_), fields_)) return refused_object(stop);
      return take(Item::kObject, stop);
    case Found::kContainer:
      move_to(stop);
      done_ = at_;
      fresh_line_ = false;
      return Step::kAgain;
    case Found::kOpen:
      return Step::kEnd;
    case Found::kBroken:
      break;
  }
  return stray_line();
}

// Between entries a key stands only in what holds them: it and its value say nothing, unless the
// value is one more array of entries.
JsonStream::Step JsonStream::key_here() {
  const auto end_or_stray = [&](std::size_t at) {
    return at >= bytes_.size() && !last_ && bytes_.size() - at_ < kMostBytes ? Step::kEnd
                                                                             : stray_line();
  };
  const std::size_t quote = string_end(at_, line_end(at_));
  if (quote == line_end(at_)) return end_or_stray(quote);
  const std::size_t colon = bytes_.find_first_not_of(" \n\r\t", quote + 1);
  if (colon == std::string_view::npos) return end_or_stray(bytes_.size());
  if (bytes_[colon] != ':') return stray_line();
  const std::size_t value = bytes_.find_first_not_of(" \n\r\t", colon + 1);
  if (value == std::string_view::npos) return end_or_stray(bytes_.size());
  std::size_t stop = value;
  const char c = bytes_[value];
  if (c == '[' && enters_ && is_container(bytes_.substr(at_ + 1, quote - at_ - 1))) {
    stop = value + 1;
  } else if (c == '[' || c == '{') {
    const Found found = scan(value, false, stop);
    if (found == Found::kOpen) return Step::kEnd;
    if (found == Found::kBroken) return stray_line();
  } else if (c == '"') {
    const std::size_t limit = line_end(value);
    stop = string_end(value, limit);
    if (stop == limit) return end_or_stray(stop);
    ++stop;
  } else {
    stop = bytes_.find_first_of(",}] \n\r\t", value);
    if (stop == std::string_view::npos) return end_or_stray(bytes_.size());
    if (stop == value) return stray_line();
  }
  move_to(stop);
  if (bytes_[stop - 1] == '[') done_ = at_;
  fresh_line_ = false;
  return Step::kAgain;
}

JsonStream::Item JsonStream::next() {
  while (true) {
    skip_separators();
    if (at_ >= bytes_.size()) return Item::kEnd;
    Step step = Step::kAgain;
    switch (bytes_[at_]) {
      case '{':
        step = object_here();
        break;
      case '"':
        step = begins_torn() ? stray_line() : key_here();
        break;
      default:
        step = stray_line();
        break;
    }
    if (step == Step::kItem) return item_;
    if (step == Step::kEnd) return Item::kEnd;
  }
}

}  // namespace pgcounsel
