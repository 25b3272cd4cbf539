#include "parser/input.h"

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

namespace {

// How compressed bytes begin; what follows is left to the library to judge.
constexpr std::array<std::string_view, 6> kMarks = {
    "\x1f\x8b",          // gzip
    "\x28\xb5\x2f\xfd",  // zstd
    "\xfd\x37\x7a\x58",  // xz
    "BZh",               // bzip2
    "\x04\x22\x4d\x18",  // lz4
    "\x02\x21\x4c\x18",  // lz4 of old
};
constexpr std::string_view kSkippedMark = "\x2a\x4d\x18";  // of zstd and lz4, behind 0x50 to 0x5f
constexpr std::size_t kLongestMark = 4;

bool may_be_compressed(std::string_view head) {
  if (head.size() > 1 && head.substr(1) == kSkippedMark) return (head[0] & 0xF0) == 0x50;
  return std::any_of(kMarks.begin(), kMarks.end(),
                     [&](std::string_view mark) { return head.starts_with(mark); });
}

}  // namespace

struct InputStream::State {
  std::string name;
  int fd = -1;
  std::uint64_t size = 0;
  bool regular = false;
  Time modified = std::chrono::floor<Micros>(std::chrono::system_clock::now());
  bool ended = false;
  std::string head;             // read to see what the bytes are, and not handed on yet
  std::uint64_t position = 0;   // behind what was read from the file
  archive* unpacker = nullptr;  // of compressed bytes, with
  std::vector<char> packed;     // the latest of them

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (unpacker != nullptr) archive_read_free(unpacker);
    if (fd > 2) ::close(fd);
  }

  // From the file, or what was read of it before. Negative on failure, which errno tells.
  ssize_t read_file(std::span<char> to) {
    if (!head.empty()) {
      const std::size_t part = std::min(head.size(), to.size());
      std::copy_n(head.data(), part, to.data());
      head.erase(0, part);
      return static_cast<ssize_t>(part);
    }
    ssize_t got = 0;
    do {
      got = ::read(fd, to.data(), to.size());
    } while (got < 0 && errno == EINTR);
    if (got > 0) position += static_cast<std::uint64_t>(got);
    return got;
  }

  Error failure(std::string_view what) const {
    return Error{fmt::format("{}: {} at byte {}: {}", name, what, position, std::strerror(errno))};
  }

  Error failure_of_unpacker(std::string_view what) const {
    const char* text = archive_error_string(unpacker);
    const auto at = std::max<la_int64_t>(0, archive_filter_bytes(unpacker, -1));
    return Error{fmt::format("{}: {} at byte {}: {}", name, what, at,
                             text != nullptr ? text : "unknown error")};
  }

  // A pipe may give few bytes at a time.
  Result<void> read_head() {
    std::array<char, kLongestMark> begin{};
    std::size_t known = 0;
    while (known < begin.size()) {
      const ssize_t got = read_file(std::span(begin).subspan(known));
      if (got < 0) return failure("cannot read");
      if (got == 0) break;
      known += static_cast<std::size_t>(got);
    }
    head.assign(begin.data(), known);
    return {};
  }

  static la_ssize_t feed_unpacker(archive* unpacker, void* state, const void** bytes) {
    auto& self = *static_cast<State*>(state);
    const ssize_t got = self.read_file(self.packed);
    if (got < 0) archive_set_error(unpacker, errno, "%s", std::strerror(errno));
    *bytes = self.packed.data();
    return got;
  }

  Result<void> open_unpacker() {
    constexpr std::size_t kBlock = 256 * 1024;
    packed.resize(kBlock);
    unpacker = archive_read_new();
    PGC_CHECK(unpacker != nullptr);
    archive_read_support_filter_gzip(unpacker);
    archive_read_support_filter_zstd(unpacker);
    archive_read_support_filter_xz(unpacker);
    archive_read_support_filter_bzip2(unpacker);
    archive_read_support_filter_lz4(unpacker);
    archive_read_support_format_raw(unpacker);
    archive_read_support_format_empty(unpacker);
    if (archive_read_open(unpacker, this, nullptr, feed_unpacker, nullptr) != ARCHIVE_OK) {
      return failure_of_unpacker("cannot read");
    }
    archive_entry* entry = nullptr;
    const int status = archive_read_next_header(unpacker, &entry);
    ended = status == ARCHIVE_EOF;
    if (!ended && status < ARCHIVE_WARN) return failure_of_unpacker("cannot read");
    return {};
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
  if (auto read = state->read_head(); !read) return read.error();
  if (may_be_compressed(state->head)) {
    if (auto opened = state->open_unpacker(); !opened) return opened.error();
  }
  InputStream stream;
  stream.state_ = std::move(state);
  return stream;
}

Result<std::size_t> InputStream::read(std::span<char> to) {
  State& state = *state_;
  if (state.ended) return std::size_t{0};
  const ssize_t got = state.unpacker == nullptr
                          ? state.read_file(to)
                          : archive_read_data(state.unpacker, to.data(), to.size());
  state.ended = got <= 0;
  if (got >= 0) return static_cast<std::size_t>(got);
  return state.unpacker == nullptr ? state.failure("cannot read")
                                   : state.failure_of_unpacker("data is damaged or cut off");
}

const std::string& InputStream::name() const {
  return state_->name;
}

std::uint64_t InputStream::bytes_consumed() const {
  const State& state = *state_;
  if (state.unpacker == nullptr) return state.position - state.head.size();
  return static_cast<std::uint64_t>(
      std::max<la_int64_t>(0, archive_filter_bytes(state.unpacker, -1)));
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
