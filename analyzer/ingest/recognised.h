// Inputs before they are read: opened, decompressed, and told what they are.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "analyzer/coverage.h"
#include "parser/export/exports.h"
#include "parser/input.h"
#include "parser/log/reader.h"
#include "parser/result.h"

namespace pgcounsel {

// An input whose format is known. A pipe cannot be opened again: its stream is kept, with the bytes
// that were read to know the format. Of files nothing is kept, since many may wait for their turn.
struct RecognisedInput {
  std::string path;
  std::optional<InputStream> stream;
  std::string head;
  bool ended = false;
  std::optional<std::string> fault;  // damaged data
  std::uint64_t size_on_disk = 0;
  std::optional<ExportKind> exported;  // a table beside the logs, not a log
  LogFormat format;                    // of a log
  std::vector<std::string> servers;    // hosts that its envelopes name
};

std::string display_name(const std::string& path);

// Reads until `buffer` has `size` bytes or the data ends; a fault ends it too and is told.
void fill(InputStream& stream, std::string& buffer, std::size_t size, bool& ended,
          std::optional<std::string>& fault);

// Opens an input and reads its head. The error names the path: it cannot be opened, or is empty.
Result<RecognisedInput> open_input(const std::string& path);

// Opens an input again whose stream was let go when it was recognised.
Result<void> reopen(RecognisedInput& input);

// Editors of some systems begin a file with the mark of UTF-8.
void drop_byte_order_mark(std::string& head);

// The files that `arguments` name which can be used, the richest format first; what cannot is a
// warning as long as another can, else the error of the first.
Result<std::vector<RecognisedInput>> recognise_inputs(const std::vector<std::string>& arguments,
                                                      const FormatHints& hints,
                                                      std::vector<Warning>& warnings);

}  // namespace pgcounsel
