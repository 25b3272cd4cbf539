// PgBouncer's log, with its times and as syslog leaves it, and what its records say.
#include "parser/log/pooler/pooler_event.h"
#include "parser/log/pooler/pooler_log.h"
#include "parser/log/pooler/pooler_message.h"
#include "tests/fuzz/support.h"

namespace pgcounsel {

void fuzz_pooler(std::string_view bytes) {
  for (const PoolerLine least : {PoolerLine::kTime, PoolerLine::kLevel, PoolerLine::kText}) {
    const auto read = [least](const Chunk& chunk, ChunkRecords& out) {
      return read_pooler(Zone{}, least, chunk, out);
    };
    expect_same_in_pieces(read, bytes);
  }
  ChunkRecords out;
  read_pooler(Zone{}, PoolerLine::kText, Chunk{bytes, 1, true}, out);
  for (const LogRecord& record : out.records) {
    const PoolerEvent event = pooler_event_of(record);
    const std::string_view message_class = class_of(event);
    expect(!message_class.empty(), "every message has a class");
    concern_of(message_class);
    if (const auto* up = std::get_if<PoolerUp>(&event)) wait_of_version(up->version);
  }
}

}  // namespace pgcounsel

PGC_FUZZ_ENTRY(fuzz_pooler);
