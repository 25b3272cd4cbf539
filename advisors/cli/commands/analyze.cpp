// analyze: the nightly run. Reads logs into the ledger (a temporary one without --db), lets the
// advisors look at what is known now, keeps their findings, and writes the report.
#include <chrono>

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/commands/ledger.h"

namespace pgcounsel {

Result<int> run_analyze(const Options& options) {
  const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(options.wait);
  auto store = options.db ? Store::open_for_writing(*options.db, wait) : Store::in_memory();
  if (!store) return store.error();
  Timings timings(options.timings);
  if (auto read = ingest_inputs(*store, options, timings); !read) return read.error();
  auto report = make_report(*store, options);
  if (!report) return report.error();
  timings.lap("make the report");
  for (const ServerReport& server : report->servers) {
    const auto kept = store->store_findings(server.workload.server, server.findings);
    if (!kept) return kept.error();
  }
  timings.lap("keep the findings");
  auto code = write_report(*report, options);
  timings.lap("write the report");
  return code;
}

}  // namespace pgcounsel
