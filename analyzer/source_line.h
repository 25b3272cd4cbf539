// A place in a log: what a reader goes to for the evidence. Part of the frozen Workload.
#pragma once
#include <cstdint>
#include <string>

namespace pgcounsel {

struct SourceLine {
  std::string source;      // the file's base name
  std::uint64_t line = 0;  // from 1
};

}  // namespace pgcounsel
