#include "analyzer/ledger/trace.h"

#include <tsl/robin_map.h>

#include <algorithm>

#include "parser/bytes.h"

namespace pgcounsel {

std::string encode_trace(std::vector<TracedHold> holds) {
  std::sort(holds.begin(), holds.end());
  std::vector<std::uint64_t> classes;
  tsl::robin_map<std::uint64_t, std::uint64_t> index;
  for (const TracedHold& hold : holds) {
    if (index.try_emplace(hold.class_id, 0).second) classes.push_back(hold.class_id);
  }
  std::sort(classes.begin(), classes.end());
  ByteWriter out;
  out.put(classes.size());
  for (std::size_t at = 0; at < classes.size(); ++at) {
    index[classes[at]] = at;
    out.put(classes[at]);
  }
  std::int64_t previous = 0;
  for (const TracedHold& hold : holds) {
    out.put_distance(hold.start.time_since_epoch().count(), previous);
    out.put_signed(hold.busy.count());
    out.put_signed(hold.idle.count());
    out.put_signed(hold.lock_wait.count());
    out.put(index.at(hold.class_id));
  }
  return out.take();
}

Result<std::vector<TracedHold>> decode_trace(std::string_view bytes) {
  const Error damaged{"damaged trace of holds"};
  ByteReader in(bytes);
  std::vector<std::uint64_t> classes;
  const std::uint64_t count = in.get();
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) classes.push_back(in.get());
  std::vector<TracedHold> holds;
  std::int64_t start = 0;
  while (in.ok() && !in.at_end()) {
    TracedHold hold;
    hold.start = Time{Micros{in.get_distance(start)}};
    hold.busy = Micros{in.get_signed()};
    hold.idle = Micros{in.get_signed()};
    hold.lock_wait = Micros{in.get_signed()};
    const std::uint64_t at = in.get();
    if (!in.ok() || at >= classes.size()) return damaged;
    hold.class_id = classes[at];
    holds.push_back(hold);
  }
  if (!in.ok()) return damaged;
  return holds;
}

}  // namespace pgcounsel
