#include "analyzer/workload/event_marks.h"

#include <algorithm>
#include <tuple>

namespace pgcounsel {

void EventMark::merge(const EventMark& other) {
  count += other.count;
  amount += other.amount;
  last = std::max(last, other.last);
  const auto place = [](const EventMark& mark) {
    return std::tie(mark.first, mark.object, mark.fingerprint, mark.source, mark.line);
  };
  if (place(other) >= place(*this)) return;
  first = other.first;
  source = other.source;
  line = other.line;
  object = other.object;
  fingerprint = other.fingerprint;
}

}  // namespace pgcounsel
