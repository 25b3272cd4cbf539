#include "advisors/messages.h"

#include <fmt/format.h>

#include <algorithm>

#include "advisors/figures.h"
#include "analyzer/report/escape.h"
#include "analyzer/workload.h"

namespace pgcounsel {

EventMeasureRow measure_of(const Workload& workload, std::string_view event_class,
                           std::string_view measure, std::string_view object) {
  for (const EventMeasureRow& row : workload.event_measures) {
    if (row.event_class == event_class && row.measure == measure && row.object == object) {
      return row;
    }
  }
  return {};
}

std::vector<EventMeasureRow> measures_of(const Workload& workload, std::string_view event_class,
                                         std::string_view measure) {
  std::vector<EventMeasureRow> rows;
  for (const EventMeasureRow& row : workload.event_measures) {
    if (row.event_class == event_class && row.measure == measure) rows.push_back(row);
  }
  std::ranges::stable_sort(rows, std::ranges::greater{}, &EventMeasureRow::total);
  return rows;
}

std::string client_name(std::string_view user, std::string_view database,
                        std::string_view application) {
  constexpr std::size_t kLongestName = 40;
  const auto part = [](std::string_view name) {
    return name.empty() ? std::string("?") : shortened(name, kLongestName);
  };
  if (user.empty() && database.empty() && application.empty()) return "clients without a name";
  std::string name = fmt::format("{}@{}", part(user), part(database));
  if (!application.empty()) name += "/" + part(application);
  return name;
}

double count_per_day(std::uint64_t count, const Coverage& coverage) {
  return per_day(kSecond * static_cast<std::int64_t>(count), coverage);
}

void add_scaling_caveat(Finding& finding, const Coverage& coverage) {
  if (std::string caveat = scaling_caveat(coverage); !caveat.empty()) {
    finding.caveats.push_back(std::move(caveat));
  }
}

}  // namespace pgcounsel
