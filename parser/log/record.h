// One record of a server log, whatever format it came in: what the server said, about which
// session, when, and where it stands. All views point into the chunk that was read (or its arena)
// and live no longer than it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "parser/text_arena.h"
#include "parser/time.h"

namespace pgcounsel {

enum class Severity : std::uint8_t {
  kUnknown,
  kDebug,
  kLog,
  kInfo,
  kNotice,
  kWarning,
  kError,
  kFatal,
  kPanic
};

std::string_view name_of(Severity severity);     // "ERROR"
Severity severity_named(std::string_view name);  // kUnknown when it is none
// Whether the word is one of the server's own, not of a translation (which may share it).
bool is_english_severity(std::string_view name);

// A session as far as the format tells it: by %c / session_id (start second and process id), by
// the process id alone, or not at all. `id` is 0 where it is unknown.
struct SessionKey {
  std::uint64_t id = 0;
  bool operator==(const SessionKey&) const = default;
  bool known() const { return id != 0; }
  // Whether it is a session id, which no later session can have again.
  bool has_start() const { return (id >> 32) != 0 && (id >> 63) == 0; }
  std::uint32_t process() const {
    return static_cast<std::uint32_t>(id);
  }  // both forms end with it
};
// session_id `6b029e2a.68d2` -> start second << 32 | pid; nothing when it is no session id.
std::optional<SessionKey> session_of_id(std::string_view session_id);
// A session known by its process id only; never equal to one that has a session id.
SessionKey session_of_pid(std::uint32_t pid);

// Who wrote a record.
enum class Origin : std::uint8_t { kServer, kPooler };

// Which of a pooler's connections a record is about: to a client, to the server, or none.
enum class PoolerSide : std::uint8_t { kNone, kClient, kServer };

// Who counts the lines of a session: each destination of the server counts for itself, and %l
// counts DETAIL lines too.
enum class LineCounter : std::uint8_t { kCsv, kJson, kText };

struct LogRecord {
  // Not defaulted, so that a new record is not filled with zeros before its members are set.
  LogRecord() noexcept {}  // NOLINT(modernize-use-equals-default)

  Origin origin = Origin::kServer;
  std::string_view server;  // the host that an envelope names; empty where none does
  Time time{};
  bool has_time = false;
  bool zone_is_certain =
      true;  // false: an abbreviation with several meanings was resolved by a guess
  bool has_fraction = false;      // milliseconds are known (%m, %n), not only seconds (%t)
  bool time_of_envelope = false;  // when it arrived: the record itself has no time
  Severity severity = Severity::kUnknown;
  bool localised = false;     // its severity or one of its tags is of another language
  std::string_view sqlstate;  // five characters, or empty where the format does not carry it
  std::string_view message;   // continuation tabs removed, without " at character N"
  std::string_view detail, hint, query, context, statement;
  std::string_view user, database, application, host;  // empty where not known
  std::uint16_t port = 0;  // of the client, where the prefix tells it (see client.h)
  // Records with the same number have the same user, database and application; 0: not compared.
  std::uint64_t names = 0;
  SessionKey session;
  std::uint32_t pid = 0;
  PoolerSide side = PoolerSide::kNone;  // of a pooler's record, with
  std::uint64_t connection = 0;         // the pooler's own number of the connection, used again
  std::optional<bool> in_transaction;   // by virtual transaction id: n/0 is outside, n/3 inside
  std::int64_t query_id = 0;
  std::uint64_t session_line = 0;  // the session's own count of lines; 0: not known
  LineCounter line_counter = LineCounter::kCsv;
  std::uint64_t line = 0;  // 1-based line of the decompressed file where the record begins
  std::size_t offset = 0;  // of its first byte in the chunk
};

// A number that no record has yet.
std::uint64_t new_number_of_names();

// ` at character 15` at the end of a message is the cursor's position, which formats other than the
// text one keep in a field of its own.
std::string_view without_position(std::string_view message);

// What %u, %d and %a write of a session without a name is none.
inline std::string_view known_name(std::string_view name) {
  constexpr std::string_view kUnknown = "[unknown]";
  const bool is_unknown = name.size() == kUnknown.size() &&
                          std::memcmp(name.data(), kUnknown.data(), kUnknown.size()) == 0;
  return is_unknown ? std::string_view{} : name;
}

// The record with its texts copied into `texts`, so that it outlives its chunk.
LogRecord copy_of(const LogRecord& record, TextArena& texts);

}  // namespace pgcounsel
