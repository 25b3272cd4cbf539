#include "analyzer/workload/long_hold.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "parser/bytes.h"

namespace pgcounsel {

std::string encode_long_holds(std::vector<LongHold> holds) {
  std::sort(holds.begin(), holds.end(), [](const LongHold& a, const LongHold& b) {
    return std::tie(a.hold, a.pid) < std::tie(b.hold, b.pid);
  });
  std::map<std::uint64_t, std::uint64_t> classes;
  for (const LongHold& entry : holds) classes.try_emplace(entry.hold.class_id, 0);
  ByteWriter out;
  out.put(classes.size());
  std::uint64_t next = 0;
  for (auto& [id, number] : classes) {
    out.put(id);
    number = next++;
  }
  std::int64_t start = 0;
  for (const auto& [pid, hold] : holds) {
    out.put_distance(hold.start.time_since_epoch().count(), start);
    for (const Micros part : {hold.busy, hold.idle, hold.lock_wait}) out.put_signed(part.count());
    out.put(classes[hold.class_id]);
    out.put(pid);
  }
  return out.take();
}

Result<std::vector<LongHold>> decode_long_holds(std::string_view bytes) {
  const Error damaged{"damaged list of long holds"};
  ByteReader in(bytes);
  std::vector<std::uint64_t> classes;
  const std::uint64_t count = in.get();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) classes.push_back(in.get());
  std::vector<LongHold> holds;
  std::int64_t start = 0;
  while (in.ok() && !in.at_end()) {
    LongHold entry;
    entry.hold.start = Time{Micros{in.get_distance(start)}};
    for (Micros* part : {&entry.hold.busy, &entry.hold.idle, &entry.hold.lock_wait}) {
      *part = Micros{in.get_signed()};
    }
    const std::uint64_t number = in.get();
    if (number >= classes.size()) return damaged;
    entry.hold.class_id = classes[number];
    entry.pid = static_cast<std::uint32_t>(in.get());
    holds.push_back(entry);
  }
  if (!in.ok()) return damaged;
  return holds;
}

}  // namespace pgcounsel
