// report: from the ledger alone, which is opened read-only and never changed.
#include "advisors/cli/commands/commands.h"
#include "advisors/cli/commands/ledger.h"

namespace pgcounsel {

Result<int> run_report(const Options& options) {
  auto store = Store::open_for_reading(*options.db);
  if (!store) return store.error();
  Timings timings(options.timings);
  auto report = make_report(*store, options);
  if (!report) return report.error();
  timings.lap("make the report");
  auto code = write_report(*report, options);
  timings.lap("write the report");
  return code;
}

}  // namespace pgcounsel
