// ingest: logs into the ledger, no report.
#include <chrono>

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/commands/ledger.h"

namespace pgcounsel {

Result<int> run_ingest(const Options& options) {
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(options.wait);
  auto store = Store::open_for_writing(*options.db, wait);
  if (!store) return store.error();
  Timings timings(options.timings);
  if (auto read = ingest_inputs(*store, options, timings); !read) return read.error();
  return kExitClean;
}

}  // namespace pgcounsel
