// What was read of the latest sessions, for readers whose records begin with bytes that are the
// same for all of a session. A session is found again by the bytes of its process id, at the place
// where the last record had its own; what is found there must still be compared.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace pgcounsel {

// How far behind the limit of what is read must be looked at.
constexpr std::size_t kSessionMargin = 2 * sizeof(std::uint64_t);

template <class Session>
class SessionMemory {
 public:
  // Of the record whose same bytes begin at `head`. Where it has its process id elsewhere than the
  // last one, some of it most often stands near enough. Looks at up to kSessionMargin bytes from
  // before `limit`.
  Session& at(const char* head, const char* limit) {
    const char* const pid = head + pid_at_;
    if (pid >= limit) return sessions_[0];
    std::uint64_t first = 0, second = 0;
    std::memcpy(&first, pid, sizeof first);
    std::memcpy(&second, pid + sizeof first, sizeof second);
    const std::uint64_t mixed = (first + (second << 32 | second >> 32)) * 0x9E3779B97F4A7C15;
    return sessions_[mixed >> (64 - kBits)];
  }

  // Behind the begin of the last head.
  void set_pid_at(std::size_t pid_at) { pid_at_ = pid_at; }

 private:
  static constexpr unsigned kBits = 7;

  std::size_t pid_at_ = 0;
  std::array<Session, std::size_t{1} << kBits> sessions_;
};

}  // namespace pgcounsel
