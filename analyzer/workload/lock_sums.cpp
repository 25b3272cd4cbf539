#include "analyzer/workload/lock_sums.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "parser/bytes.h"
#include "parser/sql/mixing.h"

namespace pgcounsel {
namespace {

// Begins of one wait differ by the milliseconds between its lines and what they tell.
constexpr Micros kBeginStep{100'000};
constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15ULL, kSeed = 0xD6E8FEB86659FD93ULL;
constexpr std::uint64_t kEndsLast = std::uint64_t{1} << 63;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  return multiply_fold(hash ^ kSeed, value + kOdd);
}

// Where the wait stands among those of its hour. Ends of statements give way to waits.
std::uint64_t rank_of(const LockWait& wait) {
  const Time step = floor_to(wait.begin, kBeginStep);
  const std::uint64_t hash =
      mix(wait.object, static_cast<std::uint64_t>(step.time_since_epoch().count()));
  return wait.is_end ? hash | kEndsLast : hash & ~kEndsLast;
}

// Whether what is reckoned with its times fits.
constexpr std::int64_t kMostMicros = std::int64_t{1} << 60;
bool fits(Micros value) {
  return value >= Micros{-kMostMicros} && value <= Micros{kMostMicros};
}
bool is_possible(const LockWait& wait) {
  return fits(wait.begin.time_since_epoch()) && fits(wait.end.time_since_epoch()) &&
         fits(wait.waited) && (wait.holders.empty() || fits(wait.told.time_since_epoch()));
}

auto order_of(const LockWait& wait) {
  return std::tuple(wait.begin, wait.pid, wait.object);
}

// Numbers for texts that come again.
class TextTable {
 public:
  std::uint64_t number_of(const std::string& text) {
    const auto [it, inserted] = numbers_.try_emplace(text, texts_.size());
    if (inserted) texts_.push_back(text);
    return it->second;
  }
  void write(ByteWriter& out) const {
    out.put(texts_.size());
    for (const std::string& text : texts_) out.put_text(text);
  }

 private:
  std::map<std::string, std::uint64_t> numbers_;
  std::vector<std::string> texts_;
};

constexpr std::uint64_t kAcquired = 1, kIsEnd = 2;

void write_wait(ByteWriter& out, const LockWait& wait, std::int64_t& previous, TextTable& texts) {
  const std::int64_t begin = wait.begin.time_since_epoch().count();
  const auto put_after = [&](Time time) {
    std::int64_t from = begin;
    out.put_distance(time.time_since_epoch().count(), from);
  };
  out.put_distance(begin, previous);
  put_after(wait.end);
  out.put_signed(wait.waited.count());
  out.put(wait.pid);
  out.put(wait.object);
  out.put(wait.victim);
  out.put(static_cast<std::uint64_t>(wait.target));
  out.put((wait.acquired ? kAcquired : 0) | (wait.is_end ? kIsEnd : 0));
  out.put(wait.holders.size());
  for (const std::uint32_t holder : wait.holders) out.put(holder);
  if (!wait.holders.empty()) put_after(wait.told);
  out.put(texts.number_of(wait.relation));
  out.put(texts.number_of(wait.source));
  out.put(wait.line);
}

LockWait read_wait(ByteReader& in, std::int64_t& previous, const std::vector<std::string>& texts) {
  LockWait wait;
  const std::int64_t begin = in.get_distance(previous);
  const auto get_after = [&in, begin] {
    std::int64_t from = begin;
    return Time{Micros{in.get_distance(from)}};
  };
  wait.begin = Time{Micros{begin}};
  wait.end = get_after();
  wait.waited = Micros{in.get_signed()};
  wait.pid = static_cast<std::uint32_t>(in.get());
  wait.object = in.get();
  wait.victim = in.get();
  wait.target = static_cast<LockTarget>(std::min<std::uint64_t>(in.get(), kLockTargets - 1));
  const std::uint64_t marks = in.get();
  wait.acquired = (marks & kAcquired) != 0;
  wait.is_end = (marks & kIsEnd) != 0;
  const std::uint64_t holders = in.get();
  for (std::uint64_t i = 0; i < holders && in.ok(); ++i) {
    wait.holders.push_back(static_cast<std::uint32_t>(in.get()));
  }
  if (!wait.holders.empty()) wait.told = get_after();
  const auto text = [&]() -> std::string {
    const std::uint64_t number = in.get();
    return number < texts.size() ? texts[number] : std::string();
  };
  wait.relation = text();
  wait.source = text();
  wait.line = in.get();
  return wait;
}

bool touches(const LockWait& wait, const LockWait& next) {
  return wait.pid == next.pid && wait.object == next.object && wait.is_end == next.is_end &&
         next.begin <= wait.end;
}

std::vector<LockWait> joined(std::vector<LockWait> waits) {
  std::sort(waits.begin(), waits.end(), [](const LockWait& a, const LockWait& b) {
    return std::tuple(a.pid, a.object, a.begin) < std::tuple(b.pid, b.object, b.begin);
  });
  std::vector<LockWait> whole;
  for (LockWait& wait : waits) {
    if (!whole.empty() && touches(whole.back(), wait)) {
      whole.back().merge(wait);
    } else {
      whole.push_back(std::move(wait));
    }
  }
  return whole;
}

// A wait without `acquired` lasts until the error that ended its statement, if nothing of that
// process lies between. Leaves out the ends.
std::vector<LockWait> ended(std::vector<LockWait> waits) {
  std::sort(waits.begin(), waits.end(), [](const LockWait& a, const LockWait& b) {
    return std::tuple(a.pid, a.begin, a.is_end, a.object) <
           std::tuple(b.pid, b.begin, b.is_end, b.object);
  });
  for (std::size_t i = 0; i + 1 < waits.size(); ++i) {
    LockWait& wait = waits[i];
    const LockWait& next = waits[i + 1];
    if (wait.is_end || wait.acquired || !next.is_end || next.pid != wait.pid) continue;
    wait.waited = std::max(wait.waited, next.begin - wait.begin);
    wait.end = std::max(wait.end, next.begin);
  }
  std::erase_if(waits, [](const LockWait& wait) { return wait.is_end; });
  return waits;
}

}  // namespace

void LockWait::merge(const LockWait& other) {
  if (std::tie(other.source, other.line) < std::tie(source, line)) {
    source = other.source;
    line = other.line;
  }
  begin = std::min(begin, other.begin);
  end = std::max(end, other.end);
  waited = std::max(waited, other.waited);
  victim = std::max(victim, other.victim);
  target = std::max(target, other.target);
  acquired |= other.acquired;
  if (relation.empty() || (!other.relation.empty() && other.relation < relation)) {
    relation = other.relation;
  }
  if (other.told > told) {
    holders = other.holders;
    told = other.told;
  } else if (other.told == told) {
    holders.insert(holders.end(), other.holders.begin(), other.holders.end());
    std::sort(holders.begin(), holders.end());
    holders.erase(std::unique(holders.begin(), holders.end()), holders.end());
    if (holders.size() > kMostHolders) holders.resize(kMostHolders);
  }
}

void LockWaits::add(const LockWait& wait) {
  const auto [it, inserted] = waits_.try_emplace(rank_of(wait), wait);
  if (!inserted) it->second.merge(wait);
  if (waits_.size() <= kMostWaitsOfHour) return;
  const auto last = std::prev(waits_.end());
  is_cut_ |= !last->second.is_end;
  waits_.erase(last);
}

void LockWaits::merge(const LockWaits& other) {
  for (const auto& [rank, wait] : other.waits_) add(wait);
  is_cut_ |= other.is_cut_;
}

std::vector<LockWait> LockWaits::waits() const {
  std::vector<LockWait> list;
  list.reserve(waits_.size());
  for (const auto& [rank, wait] : waits_) list.push_back(wait);
  std::sort(list.begin(), list.end(),
            [](const LockWait& a, const LockWait& b) { return order_of(a) < order_of(b); });
  return list;
}

std::size_t LockWaits::count() const {
  const auto first_end = waits_.lower_bound(kEndsLast);
  return static_cast<std::size_t>(std::distance(waits_.begin(), first_end));
}

std::string LockWaits::encode() const {
  TextTable texts;
  ByteWriter rows;
  std::int64_t previous = 0;
  for (const LockWait& wait : waits()) write_wait(rows, wait, previous, texts);
  ByteWriter out;
  out.put(is_cut_ ? 1 : 0);
  texts.write(out);
  return out.take() + rows.take();
}

Result<LockWaits> LockWaits::decode(std::string_view bytes) {
  LockWaits waits;
  ByteReader in(bytes);
  const bool is_cut = in.get() != 0;
  std::vector<std::string> texts;
  const std::uint64_t count = in.get();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) texts.emplace_back(in.get_text());
  std::int64_t previous = 0;
  const Error damaged{"damaged waits for locks"};
  while (in.ok() && !in.at_end()) {
    const LockWait wait = read_wait(in, previous, texts);
    if (!is_possible(wait)) return damaged;
    waits.add(wait);
  }
  if (!in.ok()) return damaged;
  waits.is_cut_ = is_cut;
  return waits;
}

void DeadlockStats::merge(const DeadlockStats& other) {
  count += other.count;
  if (std::tie(other.first, other.source, other.line) >= std::tie(first, source, line)) return;
  first = other.first;
  source = other.source;
  line = other.line;
}

void LockSums::merge(const LockSums& other) {
  for (const auto& [hour, waits] : other.hours) hours[hour].merge(waits);
  for (const auto& [key, stats] : other.deadlocks) deadlocks[key].merge(stats);
}

LockSums LockSums::slice(Time since, Time until) const {
  LockSums part;
  part.hours.insert(hours.lower_bound(since), hours.lower_bound(std::max(since, until)));
  for (const auto& [key, stats] : deadlocks) {
    if (key.hour >= since && key.hour < until) part.deadlocks.emplace(key, stats);
  }
  return part;
}

std::size_t LockSums::bytes() const {
  constexpr std::size_t kOfWait = sizeof(LockWait) + 96;
  std::size_t bytes = 0;
  for (const auto& [hour, waits] : hours) bytes += waits.size() * kOfWait;
  return bytes + deadlocks.size() * 256;
}

std::uint64_t lock_object(std::uint32_t pid, LockTarget target, std::string_view mode,
                          std::string_view object) {
  std::uint64_t hash = mix(pid, static_cast<std::uint64_t>(target));
  for (const char c : mode) hash = mix(hash, static_cast<unsigned char>(c));
  if (target == LockTarget::kAdvisory) return hash;
  for (const char c : object) hash = mix(hash, static_cast<unsigned char>(c));
  return hash;
}

std::vector<LockWait> waits_of(const LockSums& sums) {
  std::vector<LockWait> all;
  for (const auto& [hour, waits] : sums.hours) {
    std::vector<LockWait> of_hour = waits.waits();
    std::move(of_hour.begin(), of_hour.end(), std::back_inserter(all));
  }
  all = ended(joined(std::move(all)));
  std::sort(all.begin(), all.end(),
            [](const LockWait& a, const LockWait& b) { return order_of(a) < order_of(b); });
  return all;
}

}  // namespace pgcounsel
