#include "parser/log/prefix/head_reader.h"

#include <cstring>

#include "parser/log/prefix/program.h"
#include "parser/log/prefix/split.h"

namespace pgcounsel {
namespace {

// Of the size and of bytes at the start, in the middle and at the end: collisions only cost time.
std::uint64_t hash_of(std::string_view text) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  constexpr std::size_t kWord = sizeof(std::uint64_t);
  std::uint64_t hash = text.size();
  if (text.size() < kWord) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * kOdd;
    return hash >> 32;
  }
  for (const std::size_t at : {std::size_t{0}, (text.size() - kWord) / 2, text.size() - kWord}) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + at, kWord);
    hash = (hash ^ word) * kOdd;
    hash ^= hash >> 32;
  }
  return hash;
}

// The fields of the lead, which are not those of the line that the rest is known from.
void set_ids_of_lead(const PrefixMatcher::Program& program, const PrefixMatch& lead,
                     PrefixMatch& match) {
  if (program.leads_with('p')) match.pid = lead.pid;
  if (program.leads_with('l')) match.line_number = lead.line_number;
  if (program.leads_with('Q')) match.query_id = lead.query_id;
  if (program.leads_with('c')) match.session_id = lead.session_id;
  if (program.leads_with('v')) match.virtual_xid = lead.virtual_xid;
  if (program.leads_with('e')) match.sqlstate = lead.sqlstate;
}

}  // namespace

HeadReader::HeadReader(std::span<const PrefixMatcher> prefixes)
    : prefixes_(prefixes), times_(prefixes.empty() ? Zone{} : prefixes.front().program().zone) {}

const PrefixMatch* HeadReader::read(std::string_view line) {
  if (prefixes_.empty()) return nullptr;
  if (const PrefixMatch* match = read_with_first(line)) return match;
  for (const PrefixMatcher& prefix : prefixes_.subspan(1)) {
    if (prefix.match(line, match_)) return &match_;
  }
  return nullptr;
}

const PrefixMatch* HeadReader::read_with_first(std::string_view line) {
  const PrefixMatcher::Program& program = prefixes_.front().program();
  std::size_t at = 0;
  const bool is_time_only = program.leads_with_time_only();
  if (is_time_only) {
    match_.time = times_.read(line);
    if (!match_.time) return nullptr;
    at = match_.time->length;
  } else {
    match_ = PrefixMatch{};
    if (!read_lead(program, line, &times_, match_, at)) return nullptr;
  }
  PlacedTag tag;
  if (last_ != 0) {
    // Mostly the head of a DETAIL line, which is that of its record.
    Known& last = known_[last_ - 1];
    const std::size_t end = at + last.rest.size();
    const bool is_near = end <= kLongestHead && end < line.size();
    const LineTag* usual = is_near ? usual_tag(line, end) : nullptr;
    if (usual != nullptr && line.substr(at, last.rest.size()) == last.rest) {
      return with_known(last, {end, *usual});
    }
  }
  if (!find_tag(line, at, tag)) return nullptr;
  const std::size_t first = tag.at;
  const std::string_view rest = line.substr(at, first - at);
  std::uint16_t* slot = nullptr;
  if (program.remembers_rest) {
    slot = &slots_[hash_of(rest) % kSlots];
    if (*slot != 0 && known_[*slot - 1].rest == rest) {
      last_ = *slot;
      return with_known(known_[*slot - 1], tag);
    }
  }
  if (is_time_only) {
    const std::optional<LogTime> time = match_.time;
    match_ = PrefixMatch{};
    match_.time = time;
  }
  if (!split_line(program, line, at, tag, match_)) return nullptr;
  set_tag(tag, match_);
  // What follows from fields of the lead is not the same for the next line.
  const bool is_first = slot != nullptr && tag.at == first;
  if (is_first && program.lead_has_ids) remember(*slot, rest);
  conclude(match_);
  if (is_first && !program.lead_has_ids) remember(*slot, rest);
  return &match_;
}

const PrefixMatch* HeadReader::with_known(Known& known, const PlacedTag& tag) {
  const PrefixMatcher::Program& program = prefixes_.front().program();
  if (!program.lead_has_ids) {
    if (program.lead_has_time) known.match.time = match_.time;
    set_tag(tag, known.match);
    return &known.match;
  }
  const PrefixMatch lead = match_;
  match_ = known.match;
  if (program.lead_has_time) match_.time = lead.time;
  set_ids_of_lead(program, lead, match_);
  set_tag(tag, match_);
  conclude(match_);
  return &match_;
}

void HeadReader::remember(std::uint16_t& slot, std::string_view rest) {
  if (slot == 0) {
    known_.emplace_back();
    slot = static_cast<std::uint16_t>(known_.size());
  }
  known_[slot - 1] = {rest, match_};
  last_ = slot;
}

}  // namespace pgcounsel
