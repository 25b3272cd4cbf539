#include "parser/input.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <tuple>

namespace pgcounsel {
namespace fs = std::filesystem;
namespace {

// What orders the files of one rotation: the name without its compression suffix and number, then
// the number, where a higher one is older.
std::tuple<std::string, long, std::string> rotation_key(const fs::path& path) {
  std::string name = path.string();
  for (const char* suffix : {".gz", ".zst", ".xz", ".bz2", ".lz4"}) {
    if (name.ends_with(suffix)) {
      name.resize(name.size() - std::strlen(suffix));
      break;
    }
  }
  long number = 0;
  const auto dot = name.rfind('.');
  if (dot != std::string::npos && name.size() - dot <= 8) {
    const char* end = name.data() + name.size();
    const auto parsed = std::from_chars(name.data() + dot + 1, end, number);
    if (parsed.ec == std::errc() && parsed.ptr == end) {
      name.resize(dot);
    } else {
      number = 0;
    }
  }
  return {name, -number, path.string()};
}

Result<std::vector<std::string>> files_of(const std::string& directory) {
  std::error_code error;
  std::vector<fs::path> files;
  fs::recursive_directory_iterator it(directory, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (it->path().filename().string().starts_with(".")) {
      if (it->is_directory(error)) it.disable_recursion_pending();
      continue;
    }
    if (it->is_regular_file(error)) files.push_back(it->path());
  }
  if (error) return Error{fmt::format("{}: cannot list directory: {}", directory, error.message())};
  std::sort(files.begin(), files.end(),
            [](const fs::path& a, const fs::path& b) { return rotation_key(a) < rotation_key(b); });
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.string());
  return names;
}

}  // namespace

Result<std::vector<std::string>> expand_inputs(std::span<const std::string> arguments) {
  std::vector<std::string> files;
  for (const auto& argument : arguments) {
    std::error_code error;
    if (argument == "-" || !fs::is_directory(argument, error)) {
      files.push_back(argument);
      continue;
    }
    auto inside = files_of(argument);
    if (!inside) return inside.error();
    files.insert(files.end(), inside->begin(), inside->end());
  }
  if (files.empty() && !arguments.empty()) {
    return Error{fmt::format("{}: there is no file in this directory to read", arguments.front())};
  }
  return files;
}

struct InputStream::State {
  std::string name;
  int fd = -1;
  archive* reader = nullptr;
  std::uint64_t size = 0;
  bool regular = false;
  Time modified = std::chrono::floor<Micros>(std::chrono::system_clock::now());
  bool ended = false;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (reader != nullptr) archive_read_free(reader);
    if (fd > 2) ::close(fd);
  }

  Error failure(std::string_view what) const {
    const char* text = archive_error_string(reader);
    const auto position = std::max<la_int64_t>(0, archive_filter_bytes(reader, -1));
    return Error{fmt::format("{}: {} at byte {}: {}", name, what, position,
                             text != nullptr ? text : "unknown error")};
  }
};

Result<InputStream> InputStream::open(const std::string& path) {
  auto state = std::make_shared<State>();
  state->name = path;
  state->fd = path == "-" ? 0 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (state->fd < 0) return Error{fmt::format("{}: {}", path, std::strerror(errno))};
  struct stat status {};
  if (::fstat(state->fd, &status) == 0) {
    if (S_ISDIR(status.st_mode)) return Error{fmt::format("{}: is a directory", path)};
    state->regular = S_ISREG(status.st_mode);
    if (state->regular) {
      state->size = static_cast<std::uint64_t>(status.st_size);
      state->modified = Time{std::chrono::seconds{status.st_mtim.tv_sec}};
    }
  }
  archive* reader = archive_read_new();
  PGC_CHECK(reader != nullptr);
  state->reader = reader;
  archive_read_support_filter_gzip(reader);
  archive_read_support_filter_zstd(reader);
  archive_read_support_filter_xz(reader);
  archive_read_support_filter_bzip2(reader);
  archive_read_support_filter_lz4(reader);
  archive_read_support_format_raw(reader);
  archive_read_support_format_empty(reader);
  constexpr std::size_t kBlock = 256 * 1024;
  if (archive_read_open_fd(reader, state->fd, kBlock) != ARCHIVE_OK) {
    return state->failure("cannot read");
  }
  archive_entry* entry = nullptr;
  const int status_of_header = archive_read_next_header(reader, &entry);
  if (status_of_header == ARCHIVE_EOF) {
    state->ended = true;
  } else if (status_of_header < ARCHIVE_WARN) {
    return state->failure("cannot read");
  }
  InputStream stream;
  stream.state_ = std::move(state);
  return stream;
}

Result<std::size_t> InputStream::read(char* to, std::size_t size) {
  if (state_->ended) return std::size_t{0};
  const la_ssize_t got = archive_read_data(state_->reader, to, size);
  if (got < 0) {
    state_->ended = true;
    return state_->failure("data is damaged or cut off");
  }
  if (got == 0) state_->ended = true;
  return static_cast<std::size_t>(got);
}

const std::string& InputStream::name() const {
  return state_->name;
}

std::uint64_t InputStream::bytes_consumed() const {
  return static_cast<std::uint64_t>(
      std::max<la_int64_t>(0, archive_filter_bytes(state_->reader, -1)));
}

Time InputStream::modified() const {
  return state_->modified;
}

bool InputStream::is_regular_file() const {
  return state_->regular;
}

std::uint64_t InputStream::size_on_disk() const {
  return state_->size;
}

}  // namespace pgcounsel
