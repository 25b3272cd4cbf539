#include "analyzer/workload/histogram.h"

#include "parser/bytes.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kManyBuckets = 24;
constexpr std::uint32_t kWidestInterval = 768;  // ten powers of two above the exact values

bool is_before(const std::pair<std::uint32_t, std::uint64_t>& entry, std::uint32_t bucket) {
  return entry.first < bucket;
}

}  // namespace

std::uint64_t Histogram::middle_of(std::uint32_t bucket) {
  if (bucket < kExact) return bucket;
  const unsigned shift = (bucket >> kSubBits) - 1;
  const std::uint64_t mantissa = (bucket & ((1U << kSubBits) - 1)) | (1U << kSubBits);
  return (mantissa << shift) + ((std::uint64_t{1} << shift) >> 1);
}

void Histogram::settle() {
  for (std::size_t i = 0; i < latest_count_; ++i) {
    const std::uint32_t bucket = latest_[i];
    const std::uint32_t at = bucket - first_;
    if (bucket >= first_ && at < dense_.size()) {
      ++dense_[at];
    } else {
      add_slowly(bucket);
    }
  }
  count_ += latest_count_;
  latest_count_ = 0;
}

void Histogram::add_slowly(std::uint32_t bucket) {
  if (!dense_.empty()) {
    const std::uint32_t end = first_ + static_cast<std::uint32_t>(dense_.size());
    if (bucket >= first_ && bucket - first_ < kWidestInterval) {
      dense_.resize(bucket - first_ + 1);
      dense_.back() = 1;
      return;
    }
    if (bucket < first_ && end - bucket <= kWidestInterval) {
      dense_.insert(dense_.begin(), first_ - bucket, 0);
      first_ = bucket;
      dense_.front() = 1;
      return;
    }
  }
  const auto it = std::lower_bound(sparse_.begin(), sparse_.end(), bucket, is_before);
  if (it != sparse_.end() && it->first == bucket) {
    ++it->second;
    return;
  }
  sparse_.insert(it, {bucket, 1});
  if (dense_.empty() && sparse_.size() > kManyBuckets) make_dense();
}

void Histogram::make_dense() {
  first_ = sparse_.front().first;
  const auto end =
      std::lower_bound(sparse_.begin(), sparse_.end(), first_ + kWidestInterval, is_before);
  dense_.resize(std::prev(end)->first - first_ + 1);
  for (auto it = sparse_.begin(); it != end; ++it) dense_[it->first - first_] = it->second;
  sparse_.erase(sparse_.begin(), end);
}

std::vector<Histogram::Bucket> Histogram::buckets() const {
  if (latest_count_ > 0) {
    Histogram settled = *this;
    settled.settle();
    return settled.buckets();
  }
  if (dense_.empty()) return sparse_;
  std::vector<Bucket> all;
  all.reserve(sparse_.size() + dense_.size());
  const auto above = std::lower_bound(sparse_.begin(), sparse_.end(), first_, is_before);
  all.insert(all.end(), sparse_.begin(), above);
  for (std::size_t i = 0; i < dense_.size(); ++i) {
    if (dense_[i] > 0) all.emplace_back(first_ + static_cast<std::uint32_t>(i), dense_[i]);
  }
  all.insert(all.end(), above, sparse_.end());
  return all;
}

bool Histogram::operator==(const Histogram& other) const {
  return buckets() == other.buckets();
}

void Histogram::merge(const Histogram& other) {
  const std::vector<Bucket> mine = buckets(), theirs = other.buckets();
  std::vector<Bucket> merged;
  merged.reserve(mine.size() + theirs.size());
  auto a = mine.begin();
  auto b = theirs.begin();
  while (a != mine.end() || b != theirs.end()) {
    if (b == theirs.end() || (a != mine.end() && a->first < b->first)) {
      merged.push_back(*a++);
    } else if (a == mine.end() || b->first < a->first) {
      merged.push_back(*b++);
    } else {
      merged.emplace_back(a->first, a->second + b->second);
      ++a;
      ++b;
    }
  }
  sparse_ = std::move(merged);
  dense_.clear();
  count_ = count() + other.count();
  latest_count_ = 0;
}

Micros Histogram::quantile(double fraction) const {
  if (count() == 0) return Micros{0};
  const auto wanted =
      std::min(count() - 1,
               static_cast<std::uint64_t>(std::max(0.0, fraction) * static_cast<double>(count())));
  std::uint64_t seen = 0;
  for (const auto& [bucket, times] : buckets()) {
    seen += times;
    if (seen > wanted) return Micros{static_cast<Micros::rep>(middle_of(bucket))};
  }
  return Micros{0};
}

std::string Histogram::encode() const {
  ByteWriter out;
  std::uint32_t previous = 0;
  for (const auto& [bucket, times] : buckets()) {
    out.put(bucket - previous);
    out.put(times);
    previous = bucket;
  }
  return out.take();
}

Result<Histogram> Histogram::decode(std::string_view bytes) {
  Histogram histogram;
  ByteReader in(bytes);
  std::uint64_t bucket = 0;
  while (!in.at_end()) {
    const std::uint64_t distance = in.get();
    const std::uint64_t times = in.get();
    bucket += distance;
    const bool ascends = distance > 0 || histogram.sparse_.empty();
    const bool is_near = distance <= kLastBucket && bucket <= kLastBucket;
    if (!in.ok() || !ascends || !is_near) return Error{"damaged histogram"};
    histogram.sparse_.emplace_back(static_cast<std::uint32_t>(bucket), times);
    histogram.count_ += times;
  }
  return histogram;
}

}  // namespace pgcounsel
