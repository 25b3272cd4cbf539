#include "advisors/cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace pgcounsel {
namespace {

Error cannot_write(std::string_view name, int error) {
  return {fmt::format("cannot write {}: {}", name, std::strerror(error))};
}

// 0, or the error number.
int write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(file, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

// What a path leads to; a link is followed, so that renaming does not replace the link itself.
std::string followed(const std::string& path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) return path;
  std::string target(resolved);
  std::free(resolved);
  return target;
}

Result<void> write_in_place(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return cannot_write(path, errno);
  int error = write_all(file, text);
  if (::close(file) != 0 && error == 0) error = errno;
  if (error != 0 && error != EPIPE) return cannot_write(path, error);
  return {};
}

// A file beside `path` that was not there before; -1 and errno where it cannot be made.
int open_beside(const std::string& path, std::string& name) {
  constexpr int kTries = 100;
  constexpr mode_t kMode = 0666;  // the umask takes its part
  for (int i = 0; i < kTries; ++i) {
    name = fmt::format("{}.{}-{}.tmp", path, ::getpid(), i);
    const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
    if (file >= 0 || errno != EEXIST) return file;
  }
  return -1;
}

Result<void> replace_file(const std::string& path, std::string_view text, const mode_t* mode) {
  std::string aside;
  const int file = open_beside(path, aside);
  if (file < 0) return cannot_write(path, errno);
  int error = write_all(file, text);
  if (error == 0 && mode != nullptr && ::fchmod(file, *mode) != 0) error = errno;
  if (error == 0 && ::fsync(file) != 0) error = errno;
  if (::close(file) != 0 && error == 0) error = errno;
  if (error == 0 && std::rename(aside.c_str(), path.c_str()) != 0) error = errno;
  if (error == 0) return {};
  ::unlink(aside.c_str());
  return cannot_write(path, error);
}

bool set_and_not_empty(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

Result<void> write_output(const std::optional<std::string>& path, std::string_view text) {
  if (!path || *path == "-") {
    const int error = write_all(STDOUT_FILENO, text);
    if (error != 0 && error != EPIPE) return cannot_write("standard output", error);
    return {};
  }
  struct stat status {};
  if (::stat(path->c_str(), &status) != 0) return replace_file(*path, text, nullptr);
  if (S_ISDIR(status.st_mode)) return cannot_write(*path, EISDIR);
  if (!S_ISREG(status.st_mode)) return write_in_place(*path, text);
  const mode_t mode = status.st_mode & 07777;
  return replace_file(followed(*path), text, &mode);
}

bool wants_color(const Options& options) {
  if (options.color != ColorWhen::kAuto) return options.color == ColorWhen::kAlways;
  if (set_and_not_empty("NO_COLOR")) return false;
  if (options.output && *options.output != "-") return false;
  return set_and_not_empty("CLICOLOR_FORCE") || ::isatty(STDOUT_FILENO) == 1;
}

std::size_t output_width(const Options& options, std::size_t otherwise) {
  if (options.output && *options.output != "-") return otherwise;
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return otherwise;
  return size.ws_col;
}

}  // namespace pgcounsel
