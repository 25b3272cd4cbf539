#include "analyzer/ledger/identity.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "parser/bytes.h"

namespace pgcounsel {
namespace {

constexpr std::uint64_t kHashBits = (std::uint64_t{1} << 48) - 1;
constexpr int kWholeSecond = 60'000;  // index of an entry without milliseconds: this + second
constexpr std::size_t kMinutesKept = 3;

std::string_view without_position(std::string_view message) {
  constexpr std::string_view kAt = " at character ";
  std::size_t end = message.size();
  while (end > 0 && message[end - 1] >= '0' && message[end - 1] <= '9') --end;
  const bool found = end < message.size() && message.substr(0, end).ends_with(kAt);
  return found ? message.substr(0, end - kAt.size()) : message;
}

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

}  // namespace

RecordKey key_of(const LogRecord& record) {
  RecordKey key;
  const auto count = record.time.time_since_epoch().count();
  key.second = floor_to(record.time, kSecond).time_since_epoch().count() / kSecond.count();
  if (record.has_fraction) {
    key.millisecond = static_cast<std::int32_t>((count - key.second * kSecond.count()) / 1000);
  }
  const std::string_view message = without_position(record.message);
  const std::uint64_t seed =
      (std::uint64_t{record.pid} << 8) | static_cast<std::uint64_t>(record.severity);
  key.hash = XXH3_64bits_withSeed(message.data(), message.size(), seed) & kHashBits;
  return key;
}

std::string encode(const SeenMinute& minute) {
  ByteWriter head;
  std::uint64_t edges = 0;
  for (const auto& [second, seen] : minute) edges += seen.begin_edge || seen.end_edge ? 1 : 0;
  head.put(edges);
  for (const auto& [second, seen] : minute) {
    if (!seen.begin_edge && !seen.end_edge) continue;
    head.put(static_cast<std::uint64_t>(second));
    head.put((seen.begin_edge ? 1U : 0U) | (seen.end_edge ? 2U : 0U));
  }
  std::string bytes = head.take();
  for (const auto& [second, seen] : minute) {
    for (const SeenSecond::Entry& entry : seen.entries) {
      const int index =
          entry.millisecond < 0 ? kWholeSecond + second : second * 1000 + entry.millisecond;
      const std::uint64_t word = (static_cast<std::uint64_t>(index) << 48) | entry.hash;
      char raw[8];
      for (unsigned i = 0; i < 8; ++i) raw[i] = static_cast<char>(word >> (8 * i));
      bytes.append(raw, 8);
    }
  }
  return bytes;
}

Result<SeenMinute> decode_minute(std::string_view bytes) {
  const Error damaged{"damaged record identities"};
  SeenMinute minute;
  ByteReader in(bytes);
  const std::uint64_t edges = in.get();
  for (std::uint64_t i = 0; i < edges && in.ok(); ++i) {
    const std::uint64_t second = in.get();
    const std::uint64_t marks = in.get();
    if (second > 59) return damaged;
    SeenSecond& seen = minute[static_cast<int>(second)];
    seen.begin_edge = (marks & 1) != 0;
    seen.end_edge = (marks & 2) != 0;
  }
  const std::string_view words = in.rest();
  if (!in.ok() || words.size() % 8 != 0) return damaged;
  for (std::size_t at = 0; at < words.size(); at += 8) {
    std::uint64_t word = 0;
    for (unsigned i = 0; i < 8; ++i) {
      word |= std::uint64_t{static_cast<unsigned char>(words[at + i])} << (8 * i);
    }
    const int index = static_cast<int>(word >> 48);
    const bool whole = index >= kWholeSecond;
    if (index >= kWholeSecond + 60) return damaged;
    minute[whole ? index - kWholeSecond : index / 1000].entries.push_back(
        {word & kHashBits, whole ? -1 : index % 1000});
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
        target.index.emplace(seen.entries[i].hash, i);
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
    const std::int32_t known = second.known.entries[it->second].millisecond;
    const bool agrees = known < 0 || key.millisecond < 0 || known == key.millisecond;
    if (agrees && !second.used[it->second] && (!found || it->second < *found)) found = it->second;
  }
  if (!found) return false;
  second.used[*found] = true;
  return true;
}

// The server takes the times of %t and of the other formats one after the other, so the second of the
// same record can be the next one. Only between formats: one of the two has whole seconds.
bool RecordFilter::match_neighbour(const RecordKey& key) {
  for (const std::int64_t second : {key.second - 1, key.second + 1}) {
    Minute& minute = minute_of(second);
    const auto it = minute.seconds.find(static_cast<int>(second - minute_number(second) * 60));
    if (it == minute.seconds.end()) continue;
    Second& neighbour = it->second;
    auto [entry, end] = neighbour.index.equal_range(key.hash);
    for (; entry != end; ++entry) {
      const bool coarse = neighbour.known.entries[entry->second].millisecond < 0;
      if (coarse == (key.millisecond < 0) || neighbour.used[entry->second]) continue;
      neighbour.used[entry->second] = true;
      return true;
    }
  }
  return false;
}

bool RecordFilter::needs_edge_rule(std::int64_t second, bool first_of_source, bool last_of_source) {
  const Minute& minute = minute_of(second);
  const auto it = minute.seconds.find(static_cast<int>(second - minute_number(second) * 60));
  if (minute.forgotten || it == minute.seconds.end()) return false;
  const Second& known = it->second;
  if (known.known.entries.empty() || !known.added.empty()) return false;
  return (first_of_source && known.known.end_edge) || (last_of_source && known.known.begin_edge);
}

std::size_t RecordFilter::decidable(std::span<const RecordKey> keys, bool last) {
  if (last || keys.empty() || keys.back().millisecond >= 0) return keys.size();
  const std::int64_t second = keys.back().second;
  const std::int64_t first = first_second_.value_or(keys.front().second);
  if (!needs_edge_rule(second, second == first, true)) return keys.size();
  std::size_t count = keys.size();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (keys[i].second == second) return i;
  }
  return count;
}

void RecordFilter::tell_at_edge(std::int64_t second, std::span<const RecordKey> keys,
                                const std::vector<std::size_t>& rows, std::vector<bool>& is_new) {
  Second& target = minute_of(second).seconds[static_cast<int>(second - minute_number(second) * 60)];
  std::vector<SeenSecond::Entry> fresh;
  for (const std::size_t row : rows) fresh.push_back({keys[row].hash, keys[row].millisecond});
  const auto& known = target.known.entries;
  // One record inside the other part says little; two in a row are the same ones.
  const auto inside = fresh.size() < 2 ? known.end()
                                       : std::search(known.begin(), known.end(), fresh.begin(), fresh.end());
  const auto around = known.size() < 2 ? fresh.end()
                                       : std::search(fresh.begin(), fresh.end(), known.begin(), known.end());
  std::size_t repeated_from = 0, repeated_to = 0;  // of `fresh`
  if (inside != known.end()) {
    repeated_to = fresh.size();
  } else if (around != fresh.end()) {
    repeated_from = static_cast<std::size_t>(around - fresh.begin());
    repeated_to = repeated_from + known.size();
  } else {
    const std::size_t after =
        target.known.end_edge && target.begin_edge ? overlap(known, fresh) : 0;
    const std::size_t before =
        target.known.begin_edge && target.end_edge ? overlap(fresh, known) : 0;
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
  if (keys.empty()) return is_new;
  const bool begins = !first_second_.has_value();
  if (begins) first_second_ = keys.front().second;
  const std::int64_t last_second = keys.back().second;
  const auto second_of = [this](std::int64_t second) -> Second& {
    Minute& minute = minute_of(second);
    minute.changed = true;
    return minute.seconds[static_cast<int>(second - minute_number(second) * 60)];
  };
  if (begins) second_of(*first_second_).begin_edge = true;
  if (last) second_of(last_second).end_edge = true;
  std::map<std::int64_t, std::vector<std::size_t>> at_edges;
  std::optional<std::int64_t> edges[2];
  if (begins && keys.front().millisecond < 0 &&
      needs_edge_rule(*first_second_, true, last && *first_second_ == last_second)) {
    edges[0] = *first_second_;
  }
  if (last && keys.back().millisecond < 0 &&
      needs_edge_rule(last_second, last_second == *first_second_, true)) {
    edges[1] = last_second;
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const RecordKey& key = keys[i];
    if (key.second == edges[0] || key.second == edges[1]) {
      at_edges[key.second].push_back(i);
      continue;
    }
    Minute& minute = minute_of(key.second);
    if (minute.forgotten) continue;
    Second& second = second_of(key.second);
    is_new[i] = !match(second, key) && !match_neighbour(key);
    if (is_new[i]) second.added.push_back({key.hash, key.millisecond});
  }
  for (const auto& [second, rows] : at_edges) tell_at_edge(second, keys, rows, is_new);
  return is_new;
}

std::map<std::int64_t, SeenMinute> RecordFilter::take_changed() {
  std::map<std::int64_t, SeenMinute> changed;
  for (auto& [number, minute] : minutes_) {
    if (!minute.changed || minute.forgotten) continue;
    minute.changed = false;
    SeenMinute& row = changed[number];
    for (auto& [index, second] : minute.seconds) {
      SeenSecond& seen = row[index];
      const bool known = !second.known.entries.empty();
      const bool touched =
          !second.added.empty() || second.begin_edge || second.end_edge ||
          std::find(second.used.begin(), second.used.end(), true) != second.used.end();
      seen = second.known;
      seen.entries.insert(seen.entries.end(), second.added.begin(), second.added.end());
      if (touched) {
        seen.begin_edge = second.begin_edge && (!known || second.known.begin_edge);
        seen.end_edge = second.end_edge && (!known || second.known.end_edge);
      }
    }
  }
  while (minutes_.size() > kMinutesKept) minutes_.erase(minutes_.begin());
  return changed;
}

}  // namespace pgcounsel
