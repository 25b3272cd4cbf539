#include "analyzer/pools/calm.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace pgcounsel {
namespace {

// The part of a window's length on both sides of it in which the pool fills and drains.
constexpr double kRamp = 0.1;

// Seconds between two transactions, beyond which there is a silence.
std::size_t longest_pause(const std::vector<std::size_t>& begins) {
  constexpr std::size_t kNotLong = 60, kTimesUsual = 20;
  if (begins.size() < 2) return kNotLong;
  std::vector<std::size_t> pauses;
  for (std::size_t i = 1; i < begins.size(); ++i) pauses.push_back(begins[i] - begins[i - 1]);
  const auto middle = pauses.begin() + static_cast<std::ptrdiff_t>(pauses.size() / 2);
  std::nth_element(pauses.begin(), middle, pauses.end());
  return std::max(kNotLong, kTimesUsual * *middle);
}

}  // namespace

SecondWeights::SecondWeights(Time first, std::vector<double> weights)
    : first_(first), weights_(std::move(weights)) {
  before_.reserve(weights_.size() + 1);
  before_.push_back(0);
  for (const double weight : weights_) {
    before_.push_back(before_.back() + weight);
    counted_ += weight > 0 ? 1 : 0;
  }
}

double SecondWeights::until(Time time) const {
  if (time <= first_) return 0;
  const double second = seconds_of(time - first_);
  const auto whole = static_cast<std::size_t>(second);
  if (whole >= weights_.size()) return before_.back();
  return before_[whole] + (second - static_cast<double>(whole)) * weights_[whole];
}

double SecondWeights::at(Time time) const {
  if (time < first_) return 0;
  const auto second = static_cast<std::size_t>((time - first_) / kSecond);
  return second < weights_.size() ? weights_[second] : 0;
}

SecondWeights weights_of(const FullWindow& window) {
  return {window.start,
          std::vector<double>(static_cast<std::size_t>(window.length() / kSecond), 1)};
}

std::vector<bool> seconds_with_traffic(std::span<const double> used,
                                       std::span<const std::uint32_t> arrivals) {
  std::vector<std::size_t> begins;  // seconds in which transactions begin, then the end of all
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    if (arrivals[i] > 0) begins.push_back(i);
  }
  begins.push_back(used.size());
  const std::size_t longest = longest_pause(begins);
  std::vector<bool> traffic(used.size(), false);
  for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
    const std::size_t begin = begins[i];
    const std::size_t end = begins[i + 1] - begin <= longest ? begins[i + 1] : begin + 1;
    for (std::size_t at = begin; at < end; ++at) traffic[at] = used[at] > 0;
  }
  return traffic;
}

std::vector<bool> calm_seconds(std::span<const FullWindow> windows, Time first,
                               std::vector<bool> has_traffic) {
  const auto size = static_cast<Micros::rep>(has_traffic.size());
  for (const FullWindow& window : windows) {
    const double share = static_cast<double>(window.length().count()) * kRamp;
    const Micros ramp = std::max(kSecond, Micros{static_cast<Micros::rep>(share)});
    const Micros::rep begin = (floor_to(window.start - ramp, kSecond) - first) / kSecond;
    const Micros::rep end =
        (floor_to(window.end + ramp - Micros{1}, kSecond) - first) / kSecond + 1;
    for (Micros::rep at = std::clamp<Micros::rep>(begin, 0, size); at < std::min(end, size); ++at) {
      has_traffic[static_cast<std::size_t>(at)] = false;
    }
  }
  return has_traffic;
}

SecondWeights calm_weights(const FullWindow& window, Time since, Time until, Time first,
                           const std::vector<bool>& calm) {
  std::vector<double> weights(calm.size(), 0);
  const double length = std::max(seconds_of(window.length()), 1.0);
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const Time second = first + static_cast<Micros::rep>(i) * kSecond;
    if (!calm[i] || second < since || second >= until) continue;
    const Micros distance = std::max({window.start - second, second - window.end, Micros{0}});
    const double far = 1 + seconds_of(distance) / length;
    weights[i] = 1 / (far * far);
  }
  return {first, std::move(weights)};
}

}  // namespace pgcounsel
