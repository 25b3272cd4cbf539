// Reads what the text form tells of a node below its head, one property a line: `Filter: (a > 1)`,
// `Buffers: shared hit=3 read=1`, `Sort Method: external merge  Disk: 8kB`. A line is a property by
// the name at its beginning, whatever its value holds.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "parser/plan/plan.h"

namespace pgcounsel {

// How a property's value is read.
enum class Detail : std::uint8_t {
  kOther,  // a name that only an extension knows
  kText,   // an expression or a word as it is printed
  kNumber,
  kYes,  // true, or nothing
  kBuffers,
  kIoTimings,
  kWal,
  kSortMethod,
  kHashTable,  // Buckets and Batches
  kHashAgg,    // Planned Partitions, Batches, Disk Usage
  kHeapBlocks,
  kCacheUse,
  kFullSort,
  kPresorted,
  kStorage,
  kTuples,
  kGroupingSet,
  kSampling,
};

struct TextDetail {
  Detail kind = Detail::kOther;
  PlanText text = PlanText::kSize;
  PlanNumber number = PlanNumber::kSize;
  std::string_view value;  // without blanks around it
};

// The property that `line` (without blanks around it) is, by a name that the server prints.
std::optional<TextDetail> known_text_detail(std::string_view line);
// The same for names that only look like one: `Vectorized Filter: ...`.
std::optional<TextDetail> other_text_detail(std::string_view line);

// What a property adds to the figures and texts of a node, or of one of its workers.
void add_text_detail(const TextDetail& detail, PlanNumbers& numbers, PlanTexts& texts);

// `shared hit=3 read=1, temp written=5`; `read=0.1 write=0.2` of I/O.
void add_buffers(std::string_view value, PlanNumbers& numbers);
void add_io_timings(std::string_view value, PlanNumbers& numbers);

// The number behind `key` anywhere in `text`, as in `Memory Usage: 9kB`.
std::optional<double> figure_behind(std::string_view key, std::string_view text);

}  // namespace pgcounsel
