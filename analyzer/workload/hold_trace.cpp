#include "analyzer/workload/hold_trace.h"

#include <tsl/robin_map.h>

#include <algorithm>
#include <array>
#include <utility>

#include "parser/bytes.h"

namespace pgcounsel {
namespace {

// Adds holds of any classes to a trace.
class Adder {
 public:
  explicit Adder(HoldTrace& trace, const std::vector<std::uint64_t>& known = {}) : trace_(trace) {
    for (const std::uint64_t id : known) {
      index_.try_emplace(id, static_cast<std::uint32_t>(index_.size()));
    }
  }
  void add(const TracedHold& hold) {
    const auto [it, inserted] = index_.try_emplace(hold.class_id, 0);
    if (inserted) it.value() = trace_.add_class(hold.class_id);
    trace_.add(hold, it->second);
  }

 private:
  HoldTrace& trace_;
  tsl::robin_map<std::uint64_t, std::uint32_t> index_;
};

// Whether all of it could be read.
bool read_holds(ByteReader& in, const std::vector<std::uint64_t>& classes,
                std::vector<TracedHold>& out) {
  std::int64_t start = 0;
  while (in.ok() && !in.at_end()) {
    TracedHold hold;
    hold.start = Time{Micros{in.get_distance(start)}};
    hold.busy = Micros{in.get_signed()};
    hold.idle = Micros{in.get_signed()};
    hold.lock_wait = Micros{in.get_signed()};
    const std::uint64_t at = in.get();
    if (!in.ok() || at >= classes.size()) return false;
    hold.class_id = classes[at];
    out.push_back(hold);
  }
  std::sort(out.begin(), out.end());
  return in.ok();
}

}  // namespace

std::uint32_t HoldTrace::add_class(std::uint64_t id) {
  classes_.push_back(id);
  return static_cast<std::uint32_t>(classes_.size() - 1);
}

void HoldTrace::add(const TracedHold& hold, std::uint32_t class_index) {
  std::array<char, 5 * kLongestVarint> bytes;
  char* end = write_distance(bytes.data(), hold.start.time_since_epoch().count(), last_start_);
  end = write_signed(end, hold.busy.count());
  end = write_signed(end, hold.idle.count());
  end = write_signed(end, hold.lock_wait.count());
  end = write_varint(end, class_index);
  holds_.append(bytes.data(), static_cast<std::size_t>(end - bytes.data()));
}

void HoldTrace::merge(const HoldTrace& other) {
  if (empty()) {
    *this = other;
    return;
  }
  Adder adder(*this, classes_);
  for (const TracedHold& hold : other.holds()) adder.add(hold);
}

std::string HoldTrace::encode() const {
  ByteWriter out;
  out.put(classes_.size());
  for (const std::uint64_t id : classes_) out.put(id);
  std::string bytes = out.take();
  bytes += holds_;
  return bytes;
}

std::vector<TracedHold> HoldTrace::holds() const {
  std::vector<TracedHold> holds;
  ByteReader in(holds_);
  read_holds(in, classes_, holds);
  return holds;
}

Result<std::vector<TracedHold>> decode_trace(std::string_view bytes) {
  ByteReader in(bytes);
  std::vector<std::uint64_t> classes;
  const std::uint64_t count = in.get();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) classes.push_back(in.get());
  std::vector<TracedHold> holds;
  if (!in.ok() || !read_holds(in, classes, holds)) return Error{"damaged trace of holds"};
  return holds;
}

HoldTrace trace_of(const std::vector<TracedHold>& holds) {
  HoldTrace trace;
  Adder adder(trace);
  for (const TracedHold& hold : holds) adder.add(hold);
  return trace;
}

}  // namespace pgcounsel
