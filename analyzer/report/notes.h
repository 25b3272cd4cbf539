// What the server's log settings hide from a report, in sentences.
#pragma once
#include <string>
#include <vector>

#include "analyzer/workload.h"

namespace pgcounsel {

struct Note {
  std::string hidden;   // what cannot be seen, a sentence
  std::string setting;  // what to turn on: `log_connections = on`; may be empty
};

// Which share of the entries of a source are records: `100 %`; empty where it has no entries.
std::string understood(const SourceCoverage& source);

// The weightiest first.
std::vector<Note> notes_on(const Workload& workload);

}  // namespace pgcounsel
