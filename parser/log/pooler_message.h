// THE tables of PgBouncer's messages, 1.9 to 1.25: why a connection was closed (which is also what
// `pooler error:` tells the client), and all other texts. Values are folded as in the table of the
// server's messages; only the class of a message is kept.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace pgcounsel {

// What a message means to whoever looks for trouble.
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
PoolerConcern concern_of(std::string_view message_class);

struct PoolerMessage {
  std::string_view message_class;
  PoolerConcern concern = PoolerConcern::kNone;
  std::string_view text;    // `*` stands for a value
  std::string_view sample;  // a line that a pooler wrote (recorded) or its source text makes
};

// The reasons behind `closing because: ` and `pooler error: `, without the age.
std::span<const PoolerMessage> pooler_reasons();
const PoolerMessage* find_pooler_reason(std::string_view reason);

// All other texts.
std::span<const PoolerMessage> pooler_messages();
const PoolerMessage* find_pooler_message(std::string_view message);

}  // namespace pgcounsel
