#include "analyzer/review/review_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "analyzer/ingest/recognised.h"
#include "analyzer/review/conventions.h"
#include "analyzer/review/log_statements.h"
#include "parser/encoding.h"
#include "parser/input.h"

namespace pgcounsel {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHeadSize = 256 * 1024;
constexpr std::size_t kMostText = std::size_t{256} << 20;

enum class Expected { kSql, kLog, kAny };

struct Wanted {
  std::string path;   // to open
  std::string shown;  // in findings
  Expected expected = Expected::kAny;
};

std::string_view without_compression(std::string_view name) {
  for (const std::string_view suffix : {".gz", ".zst", ".xz", ".bz2", ".lz4"}) {
    if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
  }
  return name;
}

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  return std::ranges::any_of(endings, [&](std::string_view e) { return name.ends_with(e); });
}

bool is_named_sql(std::string_view path) {
  return ends_with_any(without_compression(path), {".sql", ".pgsql", ".psql", ".ddl"});
}

// Relative to the current directory where it is below it, without `./` and `x/..`.
std::string shown_path(const std::string& path) {
  if (path == "-") return "stdin";
  fs::path clean = fs::path(path).lexically_normal();
  std::error_code error;
  const fs::path here = fs::current_path(error);
  if (!error && clean.is_absolute()) {
    const fs::path relative = clean.lexically_relative(here);
    if (!relative.empty() && *relative.begin() != "..") clean = relative;
  }
  return clean.generic_string();
}

Result<std::vector<Wanted>> wanted_files(const std::vector<std::string>& arguments) {
  std::vector<Wanted> files;
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (argument == "-" || !fs::is_directory(argument, error)) {
      files.push_back({argument, shown_path(argument),
                       is_named_sql(argument) ? Expected::kSql : Expected::kAny});
      continue;
    }
    const auto inside = expand_inputs(std::vector<std::string>{argument});
    if (!inside) return inside.error();
    const std::size_t before = files.size();
    for (const std::string& path : *inside) {
      const std::string_view name = without_compression(path);
      if (is_named_sql(path)) {
        files.push_back({path, shown_path(path), Expected::kSql});
      } else if (ends_with_any(name, {".log", ".csv", ".json"})) {
        files.push_back({path, shown_path(path), Expected::kLog});
      }
    }
    if (files.size() == before) {
      return Error{
          fmt::format("{}: there is no file of SQL and no log in this directory", argument)};
    }
  }
  std::ranges::stable_sort(
      files, [](const Wanted& a, const Wanted& b) { return runs_before(a.shown, b.shown); });
  const auto twice = std::ranges::unique(files, {}, &Wanted::shown);
  files.erase(twice.begin(), twice.end());
  return files;
}

std::string as_utf8(std::string bytes, const std::string& shown, std::vector<std::string>& notes) {
  if (is_utf16(bytes)) {
    notes.push_back(
        fmt::format("{}: is UTF-16, which psql and most tools refuse: convert it to UTF-8", shown));
    return utf8_of_utf16(bytes);
  }
  drop_byte_order_mark(bytes);
  if (!is_utf8(bytes)) {
    notes.push_back(fmt::format(
        "{}: is not UTF-8; a server refuses such bytes unless client_encoding tells it", shown));
  }
  return bytes;
}

Result<std::string> rest_of(RecognisedInput& input, const std::string& shown) {
  fill(*input.stream, input.head, kMostText, input.ended, input.fault);
  if (input.fault) return Error{*input.fault};
  if (!input.ended) {
    return Error{
        fmt::format("{}: is larger than the {} MB of a file of SQL", shown, kMostText >> 20)};
  }
  return std::move(input.head);
}

Result<RecognisedInput> open_any(const std::string& path) {
  auto stream = InputStream::open(path);
  if (!stream) return stream.error();
  RecognisedInput input;
  input.path = path;
  input.stream = *std::move(stream);
  fill(*input.stream, input.head, kHeadSize, input.ended, input.fault);
  return input;
}

// Nothing of a file in a directory that is no log.
Result<std::optional<ReviewInput>> read_one(const Wanted& wanted, const FormatHints& common_hints,
                                            std::vector<std::string>& notes) {
  auto opened = open_any(wanted.path);
  if (!opened) return opened.error();
  RecognisedInput input = *std::move(opened);
  if (wanted.expected != Expected::kSql) {
    FormatHints hints = common_hints;
    hints.modified = input.stream->modified();
    const std::string bytes = input.head;
    drop_byte_order_mark(input.head);
    auto format = recognise(input.head, input.ended, hints);
    if (!format) return Error{fmt::format("{}: {}", wanted.shown, format.error().message)};
    if (*format) {
      input.format = **std::move(format);
      LogStatements log = statements_of_log(input, hints);
      if (input.fault) notes.push_back(*input.fault + "; what stood before it was read");
      if (log.left_out > 0) {
        notes.push_back(fmt::format("{}: {} more distinct statements were not looked at",
                                    wanted.shown, log.left_out));
      }
      return std::optional<ReviewInput>{{wanted.shown, {}, std::move(log.statements)}};
    }
    input.head = bytes;
    if (wanted.expected == Expected::kLog) return std::optional<ReviewInput>{};
  }
  auto text = rest_of(input, wanted.shown);
  if (!text) return text.error();
  return std::optional<ReviewInput>{
      {wanted.shown, as_utf8(*std::move(text), wanted.shown, notes), {}}};
}

}  // namespace

Result<ReviewFiles> read_review_files(const std::vector<std::string>& arguments,
                                      const FormatHints& hints) {
  const auto wanted = wanted_files(arguments);
  if (!wanted) return wanted.error();
  ReviewFiles files;
  for (const Wanted& one : *wanted) {
    auto input = read_one(one, hints, files.notes);
    if (!input) return input.error();
    if (*input) files.inputs.push_back(**std::move(input));
  }
  return files;
}

Result<std::string> read_sql_text(const std::string& path, std::vector<std::string>& notes) {
  auto opened = open_any(path);
  if (!opened) return opened.error();
  auto text = rest_of(*opened, path);
  if (!text) return text.error();
  return as_utf8(*std::move(text), shown_path(path), notes);
}

}  // namespace pgcounsel
