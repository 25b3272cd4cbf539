// What a record says by itself: its event, and the facts of the statement that it tells. A function
// of the record alone, so that the records of several chunks are read at the same time; what needs
// the records before it is the builder's.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "parser/log/event.h"
#include "parser/log/record.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {

struct RecordReading {
  Event event;
  const StatementFacts* facts = nullptr;  // kept by ReadingFacts; null: no statement is told
  std::uint64_t plan_hash = 0;            // of a plan; 0: it could not be read
};

// Keeps the facts that readings point to, each of them once or a few times.
class ReadingFacts {
 public:
  const StatementFacts* keep(const SharedFacts& facts) {
    const auto address = reinterpret_cast<std::uintptr_t>(facts.get());
    const StatementFacts*& lately = lately_[(address >> 5) % lately_.size()];
    if (lately != facts.get()) {
      kept_.push_back(facts);
      lately = facts.get();
    }
    return lately;
  }
  const std::vector<SharedFacts>& all() const { return kept_; }
  void clear();

 private:
  std::vector<SharedFacts> kept_;
  std::array<const StatementFacts*, 256> lately_{};  // by address: most are kept already
};

// Gets `reading`, a new one, what the record says.
void read_record(const LogRecord& record, StatementBook& book, ReadingFacts& facts,
                 RecordReading& reading);
inline RecordReading read_record(const LogRecord& record, StatementBook& book,
                                 ReadingFacts& facts) {
  RecordReading reading;
  read_record(record, book, facts, reading);
  return reading;
}

}  // namespace pgcounsel
