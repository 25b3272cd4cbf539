#include "analyzer/ledger/identity.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <functional>

#include "parser/bytes.h"

namespace pgcounsel {
namespace {

// A stored record: 16 bits of its time in the minute, 12 of the tag, 36 of the hash.
constexpr unsigned kTagAt = 36, kIndexAt = 48;
constexpr std::uint64_t kHashBits = (std::uint64_t{1} << kTagAt) - 1;
constexpr std::uint64_t kTagBits = (std::uint64_t{1} << (kIndexAt - kTagAt)) - 1;
// Tags of lines, a range for each counter: 1 to 1365, 1366 to 2730, 2731 to 4095.
constexpr std::uint64_t kLines = kTagBits / 3;
constexpr std::size_t kWordSize = 8;
constexpr int kWholeSecond = 60'000;  // index of an entry without milliseconds: this + second
constexpr std::size_t kMinutesKept = 3;

std::int64_t minute_number(std::int64_t second) {
  return second >= 0 ? second / 60 : (second - 59) / 60;
}

// The longest end of `left` that is a beginning of `right`.
std::size_t overlap(const std::vector<SeenSecond::Entry>& left,
                    const std::vector<SeenSecond::Entry>& right) {
  for (std::size_t length = std::min(left.size(), right.size()); length > 0; --length) {
    if (std::equal(left.end() - static_cast<std::ptrdiff_t>(length), left.end(), right.begin())) {
      return length;
    }
  }
  return 0;
}

bool same_moment(const RecordKey& a, const RecordKey& b) {
  return a.second == b.second && a.millisecond == b.millisecond;
}

// The edge of two parts of a second: where one of them comes from or goes beyond it, there is none.
template <class Outer>
std::optional<std::int16_t> joined(std::optional<std::int16_t> a, std::optional<std::int16_t> b,
                                   Outer is_outer) {
  if (!a || !b) return std::nullopt;
  return is_outer(*a, *b) ? a : b;
}

bool tags_agree(std::uint16_t a, std::uint16_t b) {
  const auto range = [](std::uint16_t tag) { return (tag - 1U) / kLines; };
  const bool comparable = a != 0 && b != 0 && range(a) == range(b);
  return !comparable || a == b;
}

SeenSecond::Entry entry_of(const RecordKey& key) {
  return {key.hash, key.millisecond, key.tag};
}

// One second to be stored.
struct SecondView {
  int number = 0;
  std::optional<std::int16_t> begin_edge, end_edge;
  std::span<const SeenSecond::Entry> known, added;
  bool has_edge() const { return begin_edge || end_edge; }
};

std::uint64_t word_of(const SeenSecond::Entry& entry, int second) {
  const int millisecond = entry.millisecond();
  const int index = millisecond < 0 ? kWholeSecond + second : second * 1000 + millisecond;
  return (static_cast<std::uint64_t>(index) << kIndexAt) | (std::uint64_t{entry.tag()} << kTagAt) |
         entry.hash();
}

void append(std::span<const SeenSecond::Entry> entries, int second, std::string& out) {
  constexpr std::size_t kAtOnce = 64;
  std::array<char, kAtOnce * kWordSize> bytes;
  while (!entries.empty()) {
    const std::size_t count = std::min(kAtOnce, entries.size());
    char* to = bytes.data();
    for (const SeenSecond::Entry& entry : entries.first(count)) {
      const std::uint64_t word = word_of(entry, second);
      for (unsigned i = 0; i < kWordSize; ++i) *to++ = static_cast<char>(word >> (8 * i));
    }
    out.append(bytes.data(), count * kWordSize);
    entries = entries.subspan(count);
  }
}

std::string encode(std::span<const SecondView> seconds) {
  ByteWriter head;
  head.put(static_cast<std::uint64_t>(std::count_if(
      seconds.begin(), seconds.end(), [](const SecondView& second) { return second.has_edge(); })));
  std::size_t entries = 0;
  for (const SecondView& second : seconds) {
    entries += second.known.size() + second.added.size();
    if (!second.has_edge()) continue;
    head.put(static_cast<std::uint64_t>(second.number));
    for (const auto& edge : {second.begin_edge, second.end_edge}) {
      head.put(edge ? static_cast<std::uint64_t>(*edge + 2) : 0U);
    }
  }
  std::string bytes = head.take();
  bytes.reserve(bytes.size() + kWordSize * entries);
  for (const SecondView& second : seconds) {
    append(second.known, second.number, bytes);
    append(second.added, second.number, bytes);
  }
  return bytes;
}

// As a message does that tells a position.
inline bool ends_with_digit(std::string_view message) {
  return !message.empty() && message.back() >= '0' && message.back() <= '9';
}

}  // namespace

void set_key(const LogRecord& record, RecordKey& key) {
  const auto count = record.time.time_since_epoch().count();
  key.second = floor_to(record.time, kSecond).time_since_epoch().count() / kSecond.count();
  if (record.has_fraction && !record.time_of_envelope) {
    key.millisecond = static_cast<std::int16_t>((count - key.second * kSecond.count()) / 1000);
  }
  std::string_view message = record.message;
  if (ends_with_digit(message)) message = without_position(message);
  // A pooler says the same of many connections in one millisecond: their numbers tell them apart.
  const std::uint64_t seed =
      ((std::uint64_t{record.pid} << 8) | static_cast<std::uint64_t>(record.severity)) ^
      (record.connection * 0x9E3779B97F4A7C15ULL);
  key.hash = XXH3_64bits_withSeed(message.data(), message.size(), seed) & kHashBits;
  if (record.session_line != 0) {
    const auto range = static_cast<std::uint64_t>(record.line_counter);
    key.tag = static_cast<std::uint16_t>(1 + range * kLines + record.session_line % kLines);
  }
}

std::string encode(const SeenMinute& minute) {
  std::vector<SecondView> seconds;
  for (const auto& [number, seen] : minute) {
    seconds.push_back({number, seen.begin_edge, seen.end_edge, seen.entries, {}});
  }
  return encode(seconds);
}

Result<SeenMinute> decode_minute(std::string_view bytes) {
  const Error damaged{"damaged record identities"};
  SeenMinute minute;
  ByteReader in(bytes);
  const std::uint64_t edges = in.get();
  for (std::uint64_t i = 0; i < edges && in.ok(); ++i) {
    const std::uint64_t second = in.get();
    const std::uint64_t begin = in.get(), end = in.get();
    if (second > 59 || begin > 1001 || end > 1001) return damaged;
    SeenSecond& seen = minute[static_cast<int>(second)];
    if (begin > 0) seen.begin_edge = static_cast<std::int16_t>(static_cast<int>(begin) - 2);
    if (end > 0) seen.end_edge = static_cast<std::int16_t>(static_cast<int>(end) - 2);
  }
  const std::string_view words = in.rest();
  if (!in.ok() || words.size() % 8 != 0) return damaged;
  for (std::size_t at = 0; at < words.size(); at += 8) {
    std::uint64_t word = 0;
    for (unsigned i = 0; i < 8; ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(words[at + i])} << (8 * i);
    }
    const int index = static_cast<int>(word >> kIndexAt);
    const bool whole = index >= kWholeSecond;
    if (index >= kWholeSecond + 60) return damaged;
    minute[whole ? index - kWholeSecond : index / 1000].entries.push_back(
        {word & kHashBits, static_cast<std::int16_t>(whole ? -1 : index % 1000),
         static_cast<std::uint16_t>((word >> kTagAt) & kTagBits)});
  }
  return minute;
}

RecordFilter::Minute& RecordFilter::minute_of(std::int64_t second) {
  const std::int64_t number = minute_number(second);
  const auto [it, inserted] = minutes_.try_emplace(number);
  if (inserted) {
    Known known = fetch_(number);
    it->second.forgotten = known.forgotten;
    for (auto& [index, seen] : known.minute) {
      Second& target = it->second.seconds[index];
      target.used.assign(seen.entries.size(), false);
      for (std::size_t i = 0; i < seen.entries.size(); ++i) {
        target.index.emplace(seen.entries[i].hash(), i);
      }
      target.known = std::move(seen);
    }
  }
  return it->second;
}

// Uses up a known record that explains `key`.
bool RecordFilter::match(Second& second, const RecordKey& key) {
  auto [it, end] = second.index.equal_range(key.hash);
  std::optional<std::size_t> found;
  for (; it != end; ++it) {
    const SeenSecond::Entry& known = second.known.entries[it->second];
    const bool agrees = (known.millisecond() < 0 || key.millisecond < 0 ||
                         known.millisecond() == key.millisecond) &&
                        tags_agree(known.tag(), key.tag);
    if (agrees && !second.used[it->second] && (!found || it->second < *found)) found = it->second;
  }
  if (!found) return false;
  second.used[*found] = true;
  return true;
}

// The server takes the times of %t and of the other formats one after the other, so the second of
// the same record can be the next one. Only between formats: one of the two has whole seconds.
bool RecordFilter::match_neighbour(const RecordKey& key) {
  for (const std::int64_t second : {key.second - 1, key.second + 1}) {
    Second* const neighbour = find_second(second);
    if (neighbour == nullptr) continue;
    auto [entry, end] = neighbour->index.equal_range(key.hash);
    for (; entry != end; ++entry) {
      const bool coarse = neighbour->known.entries[entry->second].millisecond() < 0;
      if (coarse == (key.millisecond < 0) || neighbour->used[entry->second]) continue;
      neighbour->used[entry->second] = true;
      return true;
    }
  }
  return false;
}

RecordFilter::Second& RecordFilter::second_of(std::int64_t second) {
  Minute& minute = minute_of(second);
  minute.changed = true;
  return minute.seconds[static_cast<int>(second - minute_number(second) * 60)];
}

bool RecordFilter::needs_edge_rule(const RecordKey& key, bool begins, bool ends) {
  if (key.tag != 0) return false;
  const Second* const found = find_second(key.second);
  if (found == nullptr || minute_of(key.second).forgotten) return false;
  const Second& second = *found;
  const bool own = std::any_of(second.added.begin(), second.added.end(), [&](const auto& entry) {
    return entry.millisecond() == key.millisecond;
  });
  if (own) return false;  // this source has passed here already
  return (begins && second.known.end_edge == key.millisecond) ||
         (ends && second.known.begin_edge == key.millisecond);
}

RecordFilter::Second* RecordFilter::find_second(std::int64_t second) {
  Minute& minute = minute_of(second);
  const auto it = minute.seconds.find(static_cast<int>(second - minute_number(second) * 60));
  return it == minute.seconds.end() ? nullptr : &it->second;
}

RecordFilter::Moment RecordFilter::moment_of(std::int64_t number) {
  Moment moment;
  moment.number = number;
  moment.forgotten = minute_of(number).forgotten;
  if (moment.forgotten) return moment;
  moment.second = &second_of(number);
  const SeenSecond& known = moment.second->known;
  moment.begins_in = known.begin_edge && known.end_edge != known.begin_edge;
  moment.all_new = known.entries.empty() && !moment.begins_in;
  for (const std::int64_t beside : {number - 1, number + 1}) {
    const Second* neighbour = find_second(beside);
    moment.all_new &= neighbour == nullptr || neighbour->known.entries.empty();
  }
  return moment;
}

std::size_t RecordFilter::decidable(std::span<const RecordKey> keys, bool last) {
  if (last || keys.empty()) return keys.size();
  const RecordKey& end = keys.back();
  const bool begins = same_moment(first_.value_or(keys.front()), end);
  if (!needs_edge_rule(end, begins, true)) return keys.size();
  const auto it = std::find_if(keys.begin(), keys.end(),
                               [&end](const RecordKey& key) { return same_moment(key, end); });
  return static_cast<std::size_t>(it - keys.begin());
}

void RecordFilter::tell_at_edge(const RecordKey& moment, std::span<const RecordKey> keys,
                                const std::vector<std::size_t>& rows, std::vector<bool>& is_new) {
  Second& target = second_of(moment.second);
  std::vector<SeenSecond::Entry> fresh, known;
  for (const std::size_t row : rows) {
    fresh.push_back(entry_of(keys[row]));
  }
  for (const SeenSecond::Entry& entry : target.known.entries) {
    if (entry.millisecond() == moment.millisecond) known.push_back(entry);
  }
  // One record inside the other part says little; two in a row are the same ones.
  const auto inside = fresh.size() < 2
                          ? known.end()
                          : std::search(known.begin(), known.end(), fresh.begin(), fresh.end());
  const auto around = known.size() < 2
                          ? fresh.end()
                          : std::search(fresh.begin(), fresh.end(), known.begin(), known.end());
  std::size_t repeated_from = 0, repeated_to = 0;  // of `fresh`
  if (inside != known.end()) {
    repeated_to = fresh.size();
  } else if (around != fresh.end()) {
    repeated_from = static_cast<std::size_t>(around - fresh.begin());
    repeated_to = repeated_from + known.size();
  } else {
    const bool follows = target.known.end_edge && target.begin_edge;
    const bool precedes = target.known.begin_edge && target.end_edge;
    const std::size_t after = follows ? overlap(known, fresh) : 0;
    const std::size_t before = precedes ? overlap(fresh, known) : 0;
    if (after >= before) {
      repeated_to = after;
    } else {
      repeated_from = fresh.size() - before;
      repeated_to = fresh.size();
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool repeated = i >= repeated_from && i < repeated_to;
    is_new[rows[i]] = !repeated;
    if (!repeated) target.added.push_back(fresh[i]);
  }
}

std::vector<bool> RecordFilter::tell(std::span<const RecordKey> keys, bool last) {
  std::vector<bool> is_new(keys.size(), false);
  if (keys.empty()) {
    if (last && newest_) second_of(newest_->second).end_edge = newest_->millisecond;
    return is_new;
  }
  newest_ = keys.back();
  const bool begins = !first_.has_value();
  if (begins) {
    first_ = keys.front();
    second_of(first_->second).begin_edge = first_->millisecond;
  }
  const RecordKey end = keys.back();
  if (last) second_of(end.second).end_edge = end.millisecond;
  const bool one_moment = same_moment(*first_, end);
  const bool begin_rule = begins && needs_edge_rule(*first_, true, last && one_moment);
  const bool end_rule = last && needs_edge_rule(end, one_moment, true);
  std::vector<std::size_t> at_begin, at_end, into_known;
  const auto decide = [&](std::size_t i) {
    is_new[i] = !match(second_of(keys[i].second), keys[i]) && !match_neighbour(keys[i]);
  };
  const auto note = [&](std::size_t i) {
    if (!is_new[i]) return;
    second_of(keys[i].second).added.push_back(entry_of(keys[i]));
  };
  Moment moment = moment_of(keys.front().second);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const RecordKey& key = keys[i];
    if (begin_rule && same_moment(key, *first_)) {
      at_begin.push_back(i);
      continue;
    }
    if (end_rule && same_moment(key, end)) {
      at_end.push_back(i);
      continue;
    }
    if (key.second != moment.number) moment = moment_of(key.second);
    if (moment.forgotten) continue;
    if (moment.all_new) {
      is_new[i] = true;
      moment.second->added.push_back(entry_of(key));
    } else if (moment.begins_in && key.tag == 0 &&
               moment.second->known.begin_edge == key.millisecond && !same_moment(key, *first_)) {
      into_known.push_back(i);
    } else {
      decide(i);
      note(i);
    }
  }
  // Of equal records the known ones are the last: only these are behind where they begin.
  std::for_each(into_known.rbegin(), into_known.rend(), decide);
  std::for_each(into_known.begin(), into_known.end(), note);
  if (begin_rule) tell_at_edge(*first_, keys, at_begin, is_new);
  if (end_rule && !at_end.empty()) tell_at_edge(end, keys, at_end, is_new);
  added_ += keys.size();
  return is_new;
}

std::map<std::int64_t, std::string> RecordFilter::take_changed() {
  std::map<std::int64_t, std::string> changed;
  added_ = 0;
  for (auto& [number, minute] : minutes_) {
    if (!minute.changed || minute.forgotten) continue;
    minute.changed = false;
    std::vector<SecondView> seconds;
    for (const auto& [index, second] : minute.seconds) {
      const SeenSecond& known = second.known;
      SecondView& seen = seconds.emplace_back(
          SecondView{index, known.begin_edge, known.end_edge, known.entries, second.added});
      const bool touched =
          !second.added.empty() || second.begin_edge || second.end_edge ||
          std::find(second.used.begin(), second.used.end(), true) != second.used.end();
      if (!touched) continue;
      const bool is_joined = !known.entries.empty();
      seen.begin_edge = is_joined ? joined(known.begin_edge, second.begin_edge, std::less<>())
                                  : second.begin_edge;
      seen.end_edge =
          is_joined ? joined(known.end_edge, second.end_edge, std::greater<>()) : second.end_edge;
    }
    changed.emplace(number, encode(seconds));
  }
  while (minutes_.size() > kMinutesKept) minutes_.erase(minutes_.begin());
  return changed;
}

}  // namespace pgcounsel
