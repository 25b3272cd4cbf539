// incident: the windows of full pools from the ledger alone, which is not changed.
#include "analyzer/report/incident.h"

#include "advisors/cli/commands/commands.h"
#include "advisors/cli/commands/ledger.h"
#include "advisors/cli/output.h"

namespace pgcounsel {
namespace {

std::string rendered(const IncidentReport& incident, const Options& options) {
  switch (options.format) {
    case Format::kJson:
      return render_incident_json(incident);
    case Format::kText:
      return render_incident_text(incident, wants_color(options));
    default:
      break;
  }
  return render_incident_markdown(incident);
}

}  // namespace

Result<int> run_incident(const Options& options) {
  auto store = Store::open_for_reading(*options.db);
  if (!store) return store.error();
  Timings timings(options.timings);
  auto report = make_report(*store, options);
  if (!report) return report.error();
  const IncidentReport told = only_incidents(std::move(*report), {options.since, options.until});
  timings.lap("find the windows");
  auto written = write_output(options.output, rendered(told, options));
  if (!written) return written.error();
  timings.lap("write the report");
  return kExitClean;
}

}  // namespace pgcounsel
