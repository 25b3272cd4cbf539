#include "parser/log/reader.h"

namespace pgcounsel {

std::string name_of(const LogFormat& format) {
  return name_of(format.plain);
}

std::string prefix_of(const LogFormat& format) {
  return prefix_of(format.plain);
}

int rank_of(const LogFormat& format) {
  return static_cast<int>(format.plain.index());
}

const std::vector<std::string_view>& input_formats() {
  static const std::vector<std::string_view> names{"csv",        "json",     "stderr", "pgbouncer",
                                                   "syslog",     "journald", "docker", "cri",
                                                   "cloudwatch", "cloudsql", "azure",  "heroku"};
  return names;
}

Result<std::optional<LogFormat>> recognise(std::string_view head, bool complete,
                                           const FormatHints& hints) {
  using Answer = std::optional<LogFormat>;
  auto plain = recognise_plain(head, complete, {hints.log_line_prefix, hints.zone});
  if (!plain) return plain.error();
  if (!*plain) return Answer{};
  return Answer{LogFormat{**std::move(plain)}};
}

bool learn_prefix(LogFormat& format, const ChunkRecords& read, const Zone& zone) {
  return learn_prefix(format.plain, read, zone);
}

std::size_t read_chunk(const LogFormat& format, const Chunk& chunk, ChunkRecords& out) {
  return read_plain(format.plain, chunk, out);
}

}  // namespace pgcounsel
