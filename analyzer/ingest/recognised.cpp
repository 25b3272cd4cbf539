#include "analyzer/ingest/recognised.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace pgcounsel {
namespace {

constexpr std::size_t kReadSize = 256 * 1024;
constexpr std::size_t kHeadSize = 256 * 1024;  // enough to recognise a format
constexpr std::size_t kFarthestHead = 64 * 1024 * 1024;

std::vector<std::string> servers_of(const LogFormat& format, std::string_view head, bool complete) {
  ChunkRecords records;
  read_chunk(format, Chunk{head, 1, complete}, records);
  std::vector<std::string> servers;
  for (const LogRecord& record : records.records) {
    if (!record.server.empty()) servers.emplace_back(record.server);
  }
  std::sort(servers.begin(), servers.end());
  servers.erase(std::unique(servers.begin(), servers.end()), servers.end());
  return servers;
}

// Files of several members: what is compressed is opened, but not taken apart.
bool is_archive(std::string_view head) {
  constexpr std::size_t kTarMark = 257;
  return (head.size() > kTarMark && head.substr(kTarMark).starts_with("ustar")) ||
         head.starts_with("PK\x03\x04") || head.starts_with("7z\xBC\xAF\x27\x1C");
}

std::string unrecognised(const RecognisedInput& input, const FormatHints& hints) {
  if (is_archive(input.head)) {
    return fmt::format("{}: is an archive of files: unpack it and give the files", input.path);
  }
  if (hints.input_format) {
    return fmt::format("{}: is no log in the form `{}` that --input-format tells", input.path,
                       *hints.input_format);
  }
  return fmt::format(
      "{}: no log of a server or pooler is recognised in its first {} bytes (tell its prefix with "
      "--log-line-prefix, or what it is with --input-format: {})",
      input.path, input.head.size(), fmt::join(input_formats(), ", "));
}

// Lets a file go until its turn comes.
RecognisedInput at_rest(RecognisedInput input) {
  input.size_on_disk = input.stream->size_on_disk();
  if (input.path != "-" && input.stream->is_regular_file()) {
    input.stream.reset();
    input.head = std::string();
    input.ended = false;
    input.fault.reset();
  }
  return input;
}

// Of two inputs of one server the lower tells more.
int rank_of(const RecognisedInput& input) {
  constexpr int kBehindLogs = 1000;
  return input.exported ? kBehindLogs : rank_of(input.format);
}

Result<RecognisedInput> recognise_input(const std::string& path, const FormatHints& common_hints) {
  auto opened = open_input(path);
  if (!opened) return opened.error();
  RecognisedInput input = *std::move(opened);
  FormatHints hints = common_hints;
  hints.modified = input.stream->modified();
  if (is_archive(input.head)) return Error{unrecognised(input, hints)};
  drop_byte_order_mark(input.head);
  if (!hints.input_format) input.exported = recognise_export(input.head);
  if (input.exported) return at_rest(std::move(input));
  auto format = recognise(input.head, input.ended, hints);
  // The server may not be the first program to write into a file of many.
  for (std::size_t size = kHeadSize * 4; format && !*format && !input.ended &&
                                         size <= kFarthestHead && is_enveloped(input.head, hints);
       size *= 4) {
    fill(*input.stream, input.head, size, input.ended, input.fault);
    format = recognise(input.head, input.ended, hints);
  }
  if (!format) return Error{fmt::format("{}: {}", path, format.error().message)};
  if (!*format) return Error{unrecognised(input, hints)};
  input.format = **std::move(format);
  input.servers = servers_of(input.format, input.head, input.ended);
  return at_rest(std::move(input));
}

}  // namespace

std::string display_name(const std::string& path) {
  return path == "-" ? "stdin" : std::filesystem::path(path).filename().string();
}

Result<RecognisedInput> open_input(const std::string& path) {
  auto stream = InputStream::open(path);
  if (!stream) return stream.error();
  RecognisedInput input;
  input.path = path;
  input.stream = *std::move(stream);
  fill(*input.stream, input.head, kHeadSize, input.ended, input.fault);
  if (input.head.empty()) {
    return Error{input.fault ? *input.fault : fmt::format("{}: is empty", path)};
  }
  return input;
}

void fill(InputStream& stream, std::string& buffer, std::size_t size, bool& ended,
          std::optional<std::string>& fault) {
  while (!ended && buffer.size() < size) {
    const std::size_t before = buffer.size();
    buffer.resize(before + kReadSize);
    const auto got = stream.read(buffer.data() + before, kReadSize);
    buffer.resize(before + (got ? *got : 0));
    if (!got) fault = got.error().message;
    ended = !got || *got == 0;
  }
}

Result<void> reopen(RecognisedInput& input) {
  if (input.stream) return {};
  auto stream = InputStream::open(input.path);
  if (!stream) return stream.error();
  input.stream = *std::move(stream);
  return {};
}

void drop_byte_order_mark(std::string& head) {
  if (head.starts_with("\xEF\xBB\xBF")) head.erase(0, 3);
}

Result<std::vector<RecognisedInput>> recognise_inputs(const std::vector<std::string>& arguments,
                                                      const FormatHints& hints,
                                                      std::vector<Warning>& warnings) {
  auto paths = expand_inputs(arguments);
  if (!paths) return paths.error();
  std::vector<RecognisedInput> inputs;
  std::optional<Error> first_error;
  for (const std::string& path : *paths) {
    auto input = recognise_input(path, hints);
    if (input) {
      inputs.push_back(*std::move(input));
      continue;
    }
    if (!first_error) first_error = input.error();
    warnings.push_back({"unusable_input", input.error().message});
  }
  if (inputs.empty()) {
    return first_error ? *first_error : Error{"there is nothing to read: no file was given"};
  }
  std::stable_sort(
      inputs.begin(), inputs.end(),
      [](const RecognisedInput& a, const RecognisedInput& b) { return rank_of(a) < rank_of(b); });
  return inputs;
}

}  // namespace pgcounsel
