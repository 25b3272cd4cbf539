// The distinct statements of a server's log, without their values: what an application's tests sent
// to the database. Memory is bounded by how many there are, never by the log's length.
#pragma once
#include <cstddef>
#include <vector>

#include "analyzer/ingest/recognised.h"
#include "analyzer/review/build_review.h"
#include "parser/log/reader.h"

namespace pgcounsel {

struct LogStatements {
  std::vector<LoggedStatement> statements;  // each once, where it stands first
  std::size_t left_out = 0;                 // distinct ones beyond the bound
};

// `input` is opened and recognised. Control of transactions and sessions is passed over.
LogStatements statements_of_log(RecognisedInput& input, const FormatHints& hints);

}  // namespace pgcounsel
