#include "analyzer/workload/histogram.h"

#include <algorithm>
#include <bit>

#include "parser/bytes.h"

namespace pgcounsel {
namespace {

constexpr unsigned kSubBits = 6;                        // 64 buckets for each power of two
constexpr std::uint64_t kExact = 1U << (kSubBits + 1);  // values below are their own bucket
constexpr std::uint32_t kLastBucket = (64 - kSubBits) << kSubBits;

std::uint32_t bucket_of(std::uint64_t value) {
  if (value < kExact) return static_cast<std::uint32_t>(value);
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kSubBits;
  return static_cast<std::uint32_t>((static_cast<std::uint64_t>(shift) << kSubBits) +
                                    (value >> shift));
}

std::uint64_t middle_of(std::uint32_t bucket) {
  if (bucket < kExact) return bucket;
  const unsigned shift = (bucket >> kSubBits) - 1;
  const std::uint64_t mantissa = (bucket & ((1U << kSubBits) - 1)) | (1U << kSubBits);
  return (mantissa << shift) + ((std::uint64_t{1} << shift) >> 1);
}

}  // namespace

void Histogram::add(Micros value, std::uint64_t times) {
  const std::uint32_t bucket =
      bucket_of(static_cast<std::uint64_t>(std::max<Micros::rep>(0, value.count())));
  const auto it =
      std::lower_bound(buckets_.begin(), buckets_.end(), bucket,
                       [](const auto& entry, std::uint32_t b) { return entry.first < b; });
  if (it != buckets_.end() && it->first == bucket) {
    it->second += times;
  } else {
    buckets_.insert(it, {bucket, times});
  }
  count_ += times;
}

void Histogram::merge(const Histogram& other) {
  std::vector<std::pair<std::uint32_t, std::uint64_t>> merged;
  merged.reserve(buckets_.size() + other.buckets_.size());
  auto a = buckets_.begin();
  auto b = other.buckets_.begin();
  while (a != buckets_.end() || b != other.buckets_.end()) {
    if (b == other.buckets_.end() || (a != buckets_.end() && a->first < b->first)) {
      merged.push_back(*a++);
    } else if (a == buckets_.end() || b->first < a->first) {
      merged.push_back(*b++);
    } else {
      merged.emplace_back(a->first, a->second + b->second);
      ++a;
      ++b;
    }
  }
  buckets_ = std::move(merged);
  count_ += other.count_;
}

Micros Histogram::quantile(double fraction) const {
  if (count_ == 0) return Micros{0};
  const auto wanted = std::min(count_ - 1, static_cast<std::uint64_t>(std::max(0.0, fraction) *
                                                                      static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (const auto& [bucket, times] : buckets_) {
    seen += times;
    if (seen > wanted) return Micros{static_cast<Micros::rep>(middle_of(bucket))};
  }
  return Micros{0};
}

std::string Histogram::encode() const {
  ByteWriter out;
  std::uint32_t previous = 0;
  for (const auto& [bucket, times] : buckets_) {
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
    const bool ascends = distance > 0 || histogram.buckets_.empty();
    const bool is_near = distance <= kLastBucket && bucket <= kLastBucket;
    if (!in.ok() || !ascends || !is_near) return Error{"damaged histogram"};
    histogram.buckets_.emplace_back(static_cast<std::uint32_t>(bucket), times);
    histogram.count_ += times;
  }
  return histogram;
}

}  // namespace pgcounsel
