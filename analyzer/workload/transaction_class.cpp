#include "analyzer/workload/transaction_class.h"

#include <algorithm>
#include <utility>

namespace pgcounsel {
namespace {

constexpr std::size_t kLongestLoop = 8;
constexpr std::size_t kMostSteps = 64;
constexpr std::size_t kUsualSteps = 8;
constexpr std::uint64_t kSeed = 0x5C3A9F1D;

std::uint64_t mix(std::uint64_t hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9E3779B97F4A7C15ULL;
  return hash ^ (hash >> 32);
}

void write_steps(ByteWriter& out, const ClassSteps& steps) {
  out.put(steps.steps.size());
  for (const Fingerprint fingerprint : steps.steps) out.put(fingerprint.value);
  out.put(steps.loops.size());
  for (const auto& [first, last] : steps.loops) {
    out.put(first);
    out.put(last);
  }
}

ClassSteps read_steps(ByteReader& in) {
  ClassSteps steps;
  const std::uint64_t count = in.get();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) steps.steps.push_back(Fingerprint{in.get()});
  const std::uint64_t loops = in.get();
  for (std::uint64_t i = 0; i < loops && in.ok(); ++i) {
    const auto first = static_cast<std::uint8_t>(in.get());
    const auto last = static_cast<std::uint8_t>(in.get());
    if (first <= last && last < steps.steps.size()) steps.loops.emplace(first, last);
  }
  return in.ok() ? steps : ClassSteps{};
}

}  // namespace

void ClassBuilder::add(Fingerprint fingerprint) {
  auto& steps = steps_.steps;
  if (steps.size() >= kMostSteps) {
    cut_ = true;
    return;
  }
  if (steps.empty()) steps.reserve(kUsualSteps);
  steps.push_back(fingerprint);
  const std::size_t size = steps.size();
  for (std::size_t k = 1; k <= std::min(kLongestLoop, size / 2); ++k) {
    if (steps[size - 1 - k] != fingerprint) continue;
    const auto last = steps.end() - static_cast<std::ptrdiff_t>(k);
    if (!std::equal(last, steps.end(), last - static_cast<std::ptrdiff_t>(k))) continue;
    fold_last(k);
    return;
  }
}

// The last k steps repeat the k before them. Loops inside the last become loops of those.
void ClassBuilder::fold_last(std::size_t k) {
  const std::size_t size = steps_.steps.size();
  const auto step = [](std::size_t index) { return static_cast<std::uint8_t>(index); };
  std::set<std::pair<std::uint8_t, std::uint8_t>> loops;
  for (const auto& [first, last] : steps_.loops) {
    if (last < size - k) {
      loops.emplace(first, last);
    } else if (first >= size - k) {
      loops.emplace(step(first - k), step(last - k));
    }
  }
  loops.emplace(step(size - 2 * k), step(size - k - 1));
  steps_.loops = std::move(loops);
  steps_.steps.resize(size - k);
}

std::uint64_t ClassBuilder::id() const {
  std::uint64_t hash = mix(kSeed, cut_ ? 1 : 0);
  for (const Fingerprint step : steps_.steps) hash = mix(hash, step.value);
  return hash;
}

std::uint64_t ClassBuilder::id_of(Fingerprint only) {
  return mix(mix(kSeed, 0), only.value);
}

void ClassBuilder::write(ByteWriter& out) const {
  write_steps(out, steps_);
  out.put(cut_ ? 1 : 0);
}

ClassBuilder ClassBuilder::read(ByteReader& in) {
  ClassBuilder builder;
  builder.steps_ = read_steps(in);
  builder.cut_ = in.get() != 0;
  return builder;
}

std::string encode_steps(const ClassSteps& steps) {
  ByteWriter out;
  write_steps(out, steps);
  return out.take();
}

ClassSteps decode_steps(std::string_view bytes) {
  ByteReader in(bytes);
  return read_steps(in);
}

}  // namespace pgcounsel
