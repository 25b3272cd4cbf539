// Reads the CSV that the console of Amazon CloudWatch Logs Insights exports: a header that names
// the columns (`@timestamp,@message,@logStream`), RFC 4180 quotes, messages of several lines.
#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "parser/log/chunk.h"
#include "parser/log/envelope/envelope.h"

namespace pgcounsel {

// In which columns, counted from 0, things stand.
struct InsightsColumns {
  std::size_t count = 0;
  std::size_t time = 0, message = 0;
  std::optional<std::size_t> stream;
};

// By the header, which is the first line of the file.
std::optional<InsightsColumns> recognise_insights_csv(std::string_view head);

// Appends the complete envelopes of `chunk` to `out` and answers how many bytes they took. The
// header is passed over where it stands. Times are UTC, as the service writes them.
std::size_t read_insights_csv(const InsightsColumns& columns, const Chunk& chunk, Envelopes& out);

}  // namespace pgcounsel
