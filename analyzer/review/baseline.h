// The file of findings that are known and accepted: a line each, sorted, without line numbers and
// paths, so that it changes only where findings do, and two branches merge. A finding beyond the
// number that its line tells is new.
#pragma once
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "analyzer/finding.h"
#include "parser/result.h"

namespace pgcounsel {

// How many findings of each key are old.
using Baseline = std::map<std::string, std::size_t>;

Baseline baseline_of(const Findings& findings);
std::string render_baseline(const Baseline& baseline);
// `path` is for errors, which name the line.
Result<Baseline> parse_baseline(std::string_view text, const std::string& path);

// Takes away what is old, those that stand first of one key, and answers how many that were. The
// order of the others stays.
std::size_t take_old(Findings& findings, const Baseline& baseline);

}  // namespace pgcounsel
