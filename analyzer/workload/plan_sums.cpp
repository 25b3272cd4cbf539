#include "analyzer/workload/plan_sums.h"

#include <algorithm>
#include <tuple>

namespace pgcounsel {
namespace {

// Which one gives way: the fastest, of equal ones that with the largest hash.
auto first_to_go(const std::map<std::uint64_t, PlanSample>& samples) {
  auto first = samples.begin();
  for (auto it = samples.begin(); it != samples.end(); ++it) {
    if (it->second.duration <= first->second.duration) first = it;
  }
  return first;
}

}  // namespace

void PlanStats::add(Time time, Micros duration) {
  ++calls;
  total += duration;
  slowest = std::max(slowest, duration);
  first = std::min(first, time);
  last = std::max(last, time);
}

void PlanStats::merge(const PlanStats& other) {
  calls += other.calls;
  total += other.total;
  slowest = std::max(slowest, other.slowest);
  first = std::min(first, other.first);
  last = std::max(last, other.last);
}

void PlanSample::merge(const PlanSample& other) {
  if (other.duration < duration) return;
  const auto place = [](const PlanSample& sample) {
    return std::tie(sample.plan, sample.time, sample.source, sample.line);
  };
  if (other.duration > duration || place(other) < place(*this)) *this = other;
}

bool PlanSamples::wants(std::uint64_t hash, Micros duration) const {
  if (const auto known = samples_.find(hash); known != samples_.end()) {
    return duration >= known->second.duration;
  }
  if (samples_.size() < kMostPlansOfDay) return true;
  const auto least = first_to_go(samples_);
  return duration > least->second.duration ||
         (duration == least->second.duration && hash < least->first);
}

void PlanSamples::add(std::uint64_t hash, const PlanSample& sample) {
  if (!wants(hash, sample.duration)) return;
  samples_[hash].merge(sample);
  if (samples_.size() > kMostPlansOfDay) samples_.erase(first_to_go(samples_));
}

void PlanSamples::merge(const PlanSamples& other) {
  for (const auto& [hash, sample] : other.samples_) add(hash, sample);
}

void PlanSums::merge(const PlanSums& other) {
  for (const auto& [key, stats] : other.hours) hours[key].merge(stats);
  for (const auto& [key, samples] : other.days) days[key].merge(samples);
  for (const auto& [hour, count] : other.unread) unread[hour] += count;
}

PlanSums PlanSums::slice(Time since, Time until) const {
  PlanSums part;
  for (const auto& [key, stats] : hours) {
    if (key.hour >= since && key.hour < until) part.hours.emplace(key, stats);
  }
  for (const auto& [key, samples] : days) {
    if (key.day + kDay > since && key.day < until) part.days.emplace(key, samples);
  }
  for (const auto& [hour, count] : unread) {
    if (hour >= since && hour < until) part.unread.emplace(hour, count);
  }
  return part;
}

std::size_t PlanSums::bytes() const {
  constexpr std::size_t kOfRow = 64;
  std::size_t bytes = hours.size() * (sizeof(PlanHourKey) + sizeof(PlanStats) + kOfRow);
  for (const auto& [key, samples] : days) {
    bytes += kOfRow;
    for (const auto& [hash, sample] : samples.all()) {
      bytes += kOfRow + sizeof(PlanSample) + sample.plan.capacity() + sample.source.capacity();
    }
  }
  return bytes;
}

}  // namespace pgcounsel
