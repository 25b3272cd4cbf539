// What `check` was given -> the inputs of a review: files of SQL and logs of servers, whatever
// their compression and encoding, in the order in which they are run, and what has to be said of
// them.
#pragma once
#include <string>
#include <vector>

#include "analyzer/review/build_review.h"
#include "parser/log/reader.h"
#include "parser/result.h"

namespace pgcounsel {

struct ReviewFiles {
  std::vector<ReviewInput> inputs;  // in one order, whatever that of the arguments
  std::vector<std::string> notes;
};

// `-` is standard input. Of directories only files of SQL and logs are taken; an argument that is
// no directory is a log if it is recognised as one, else SQL. The error names what cannot be read.
Result<ReviewFiles> read_review_files(const std::vector<std::string>& arguments,
                                      const FormatHints& hints);

// The text of a file of SQL, decompressed, as UTF-8 without a mark; what had to be done to it is
// added to `notes`.
Result<std::string> read_sql_text(const std::string& path, std::vector<std::string>& notes);

}  // namespace pgcounsel
