// What the classes of a pooler's messages mean to whoever looks for trouble. The messages
// themselves stand in parser/log/message/rows/pooler.cpp; the ledger keeps nothing of them but the
// class.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace pgcounsel {

enum class PoolerConcern : std::uint8_t {
  kNone,     // as it should be
  kRefused,  // a client got no connection or no server: the pool, a limit or the server was full
  kFull,     // a pool was full and took from its reserve
  kLogin,    // a client was turned away for what it asked for or who it is
  kTimeout,  // a client or server was cut off for being slow or idle
  kFault,    // a connection broke, or a server could not be reached or be used again
  kAdmin     // somebody paused, reloaded, killed or shut down
};
std::string_view name_of(PoolerConcern concern);  // "refused"

// Nothing for a class that no row of a pooler's message has.
std::optional<PoolerConcern> concern_of(std::string_view message_class);

}  // namespace pgcounsel
