// Files, directories and standard input as streams of decompressed bytes. Compression (gzip, zstd,
// xz, bzip2, lz4) is recognised by content, never by name. Reads, never maps: a log may grow or be
// truncated under the reader.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

// The files that the arguments name: `-` and files as given, the files of directories (hidden ones
// left out) in rotation order (`x.log.2.gz` before `x.log.1` before `x.log`).
Result<std::vector<std::string>> expand_inputs(std::span<const std::string> arguments);

class InputStream {
 public:
  // `-` is standard input. The error names the file and the reason.
  static Result<InputStream> open(const std::string& path);

  // Puts up to as many bytes as `to` has room for there and answers how many; 0 at the end. Plain
  // files are read straight into it. Where compressed data is cut or damaged the error names the
  // file and the position in the compressed bytes; what was read before stands.
  Result<std::size_t> read(std::span<char> to);
  Result<std::size_t> read(char* to, std::size_t size) { return read(std::span(to, size)); }

  const std::string& name() const;       // as given
  std::uint64_t bytes_consumed() const;  // of the file as it lies on disk
  std::uint64_t size_on_disk() const;    // 0 where unknown (pipes)
  Time modified() const;                 // when the file was last written; now, of what is none
  bool is_regular_file() const;          // what is none (a pipe) can be read only once

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace pgcounsel
