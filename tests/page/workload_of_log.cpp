#include "tests/page/workload_of_log.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "analyzer/ingest.h"
#include "analyzer/ledger/store.h"
#include "analyzer/workload/summary.h"

namespace pgcounsel {

Workload workload_of_log(std::string_view log) {
  const auto path = std::filesystem::temp_directory_path() /
                    ("pgcounsel-page-" + std::to_string(::getpid()) + ".log");
  std::ofstream(path) << log;
  auto store = Store::in_memory();
  PGC_CHECK(store.has_value());
  IngestRequest request;
  request.inputs = {path.string()};
  const auto outcome = ingest(*store, request);
  std::filesystem::remove(path);
  if (!outcome) throw std::runtime_error(outcome.error().message);
  const auto known = store->known_hours("default");
  PGC_CHECK(known.has_value() && known->has_value());
  const auto sums = store->view("default", **known);
  PGC_CHECK(sums.has_value());
  return summarise("default", **known, *sums);
}

}  // namespace pgcounsel
