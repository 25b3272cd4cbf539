#include "parser/log/prefix/head_reader.h"

#include <cstring>

#include "parser/log/prefix/program.h"
#include "parser/log/prefix/split.h"
#include "parser/same_text.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;

std::uint64_t eight_bytes(const char* at) {
  std::uint64_t bytes;
  std::memcpy(&bytes, at, sizeof bytes);
  return bytes;
}

// Of the size and of bytes at the start, in the middle and at the end: collisions only cost time.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::uint64_t hash = text.size();
  if (text.size() < kWord) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kOdd;
    return hash >> 32;
  }
  for (const std::size_t at : {std::size_t{0}, (text.size() - kWord) / 2, text.size() - kWord}) {
    hash = (hash ^ eight_bytes(text.data() + at)) * kOdd;
    hash ^= hash >> 32;
  }
  return hash;
}

// Of the first bytes behind the lead, which mostly tell the process or the host.
std::uint64_t hash_of_key(const char* at) {
  return ((eight_bytes(at) * kOdd) ^ eight_bytes(at + sizeof(std::uint64_t))) * kOdd >> 48;
}

void set_tag(std::size_t at, const LineTag& tag, LineHead& head) {
  head.kind = tag.kind;
  head.severity = tag.severity;
  head.localised = tag.localised;
  head.body = at + tag.length;
}

void set_time(const std::optional<LogTime>& time, LineHead& head) {
  head.has_time = time.has_value();
  head.time = time ? time->time : Time{};
  head.has_fraction = time && time->has_fraction;
  head.zone_is_certain = !time || time->zone_is_certain;
}

// Whether the texts are the same; `size` is of both.
bool same(const char* a, const char* b, std::size_t size) {
  if (size >= kFindBlock) return same_blocks(a, b, size);
  return same_text({a, size}, {b, size});
}

// The fields of sessions and transactions.
void set_ids(const PrefixMatch& match, LogRecord& record) {
  record.sqlstate = match.sqlstate;
  record.pid = match.pid;
  record.session = match.session;
  record.query_id = match.query_id;
  record.session_line = match.line_number;
  record.in_transaction.reset();
  if (!match.virtual_xid.empty()) record.in_transaction = !match.virtual_xid.ends_with("/0");
}

}  // namespace

LineHead head_of(const PrefixMatch& match) {
  LineHead head;
  LogRecord& record = head.record;
  set_ids(match, record);
  record.user = known_name(match.user);
  record.database = known_name(match.database);
  record.application = known_name(match.application);
  record.host = match.host;
  record.port = match.port;
  record.line_counter = LineCounter::kText;
  set_time(match.time, head);
  head.severity = match.severity;
  head.localised = match.localised;
  head.kind = match.kind;
  head.body = match.body;
  return head;
}

HeadReader::HeadReader(std::span<const PrefixMatcher> prefixes)
    : prefixes_(prefixes),
      first_(prefixes.empty() ? nullptr : &prefixes.front().program()),
      is_time_only_(first_ != nullptr && first_->leads_with_time_only()),
      times_(first_ == nullptr ? Zone{} : first_->zone) {}

const LineHead* HeadReader::read(std::string_view line) {
  if (last_ != nullptr) {
    // Mostly a DETAIL line, or a record of the same session and millisecond: up to the tag it has
    // the bytes of the line before.
    const std::size_t end = last_text_.size();
    const LineTag* tag = usual_tag(line, end);
    if (tag != nullptr && same(line.data(), last_text_.data(), end)) {
      set_tag(end, *tag, *last_);
      return last_;
    }
    last_ = nullptr;
  }
  std::size_t at = 0;
  if (first_ == nullptr || !read_lead_of(line, at)) return read_with_others(line);
  Slot* near = nullptr;
  if (first_->remembers_rest && line.size() - at >= kKeySize) {
    near = &near_[hash_of_key(line.data() + at) % kSlots];
    if (*near != 0) {
      Known& known = known_[*near - 1];
      const std::size_t end = at + known.rest.size();
      // What is remembered has no tag in it: the one behind it is the first one of the line.
      const LineTag* tag = end <= kLongestHead ? usual_tag(line, end) : nullptr;
      if (tag != nullptr && same(line.data() + at, known.rest.data(), known.rest.size())) {
        return with_known(line, end, *tag, known);
      }
    }
  }
  const LineHead* head = search(line, at, near);
  return head != nullptr ? head : read_with_others(line);
}

inline bool HeadReader::read_lead_of(std::string_view line, std::size_t& at) {
  if (is_time_only_) {
    const LogTime* const time = times_.next(line);
    if (time == nullptr) return false;
    lead_.time = *time;
    at = time->length;
    return true;
  }
  lead_ = PrefixMatch{};
  return read_lead(*first_, line, &times_, lead_, at);
}

inline const LineHead* HeadReader::with_known(std::string_view line, std::size_t tag_at,
                                              const LineTag& tag, Known& known) {
  if (first_->lead_has_ids) set_ids_of_lead(known);
  if (first_->lead_has_time) set_time(lead_.time, known.head);
  set_tag(tag_at, tag, known.head);
  last_text_ = {line.data(), tag_at};
  return last_ = &known.head;
}

const LineHead* HeadReader::read_with_others(std::string_view line) {
  if (prefixes_.size() < 2) return nullptr;
  PrefixMatch match;
  for (const PrefixMatcher& prefix : prefixes_.subspan(1)) {
    if (!prefix.match(line, match)) continue;
    other_ = head_of(match);
    return &other_;
  }
  return nullptr;
}

// Reads a head by its first tag; `near` is the slot where it is looked for first, or null.
const LineHead* HeadReader::search(std::string_view line, std::size_t at, Slot* near) {
  PlacedTag tag;
  if (!find_tag(line, at, tag)) return nullptr;
  if (!first_->remembers_rest) return split(line, at, tag, nullptr);
  const std::string_view rest = line.substr(at, tag.at - at);
  Slot& slot = slots_[hash_of(rest) % kSlots];
  const LineHead* head = slot != 0 && known_[slot - 1].rest == rest
                             ? with_known(line, tag.at, tag.tag, known_[slot - 1])
                             : split(line, at, tag, &slot);
  if (near != nullptr) *near = slot;
  return head;
}

// The fields of the lead, which are not those of the line that the rest is known from.
void HeadReader::set_ids_of_lead(Known& known) const {
  PrefixMatch& match = known.match;
  if (first_->leads_with('l')) match.line_number = lead_.line_number;
  if (first_->leads_with('Q')) match.query_id = lead_.query_id;
  if (first_->leads_with('v')) match.virtual_xid = lead_.virtual_xid;
  if (first_->leads_with('e')) match.sqlstate = lead_.sqlstate;
  const std::uint32_t pid = first_->leads_with('p') ? lead_.pid : known.pid;
  const std::string_view session = first_->leads_with('c') ? lead_.session_id : match.session_id;
  if (pid != known.last_pid || !same_text(session, match.session_id)) {
    known.last_pid = match.pid = pid;
    match.session_id = session;
    conclude(match);
  }
  set_ids(match, known.head.record);
}

const LineHead* HeadReader::split(std::string_view line, std::size_t at, PlacedTag tag,
                                  Slot* slot) {
  const std::size_t first_tag = tag.at;
  PrefixMatch match = lead_;
  if (!split_line(*first_, line, at, tag, match)) return nullptr;
  set_tag(tag, match);
  LineHead* head = &other_;
  const std::uint32_t pid = match.pid;
  conclude(match);
  if (slot != nullptr && tag.at == first_tag) {
    if (*slot == 0) {
      known_.emplace_back();
      *slot = static_cast<Slot>(known_.size());
    }
    Known& known = known_[*slot - 1];
    known.rest = line.substr(at, tag.at - at);
    known.match = match;
    known.pid = known.last_pid = pid;
    head = &known.head;
  }
  *head = head_of(match);
  // No name is in the lead, so lines with a head that is remembered have its names.
  if (head != &other_) head->record.names = new_number_of_names();
  last_text_ = line.substr(0, tag.at);
  return last_ = head;
}

}  // namespace pgcounsel
