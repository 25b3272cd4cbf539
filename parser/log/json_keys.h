// The keys of records of jsonlog and of what stands around them, and which of them follow each
// other: nearly all records have theirs in the same order.
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "parser/find.h"
#include "parser/json_flat.h"

namespace pgcounsel::json_log {

enum class Key : std::uint8_t {
  kNone,
  kTime,
  kUser,
  kDatabase,
  kPid,
  kHost,
  kPort,
  kSessionId,
  kSessionLine,
  kVirtualXid,
  kSeverity,
  kSqlstate,
  kMessage,
  kDetail,
  kHint,
  kQuery,
  kContext,
  kStatement,
  kApplication,
  kQueryId,
  kServer,
  kProgram,  // who wrote it, where it may be a program that is not the server
  kLine,     // what such a program says, or the server before it writes records
  kInside    // the record, or what holds it
};

struct KeyName {
  std::string_view name;
  Key key;
};

// The names of jsonlog, those of csvlog's columns, and what stands around a record.
inline constexpr auto kKeys = std::to_array<KeyName>({
    {"", Key::kNone},  // all others
    {"ps", Key::kNone},
    {"ts", Key::kNone},
    {"msg", Key::kLine},
    {"pid", Key::kPid},
    {"hint", Key::kHint},
    {"txid", Key::kNone},
    {"user", Key::kUser},
    {"vxid", Key::kVirtualXid},
    {"query", Key::kStatement},
    {"dbname", Key::kDatabase},
    {"detail", Key::kDetail},
    {"logger", Key::kProgram},
    {"parsed", Key::kInside},
    {"record", Key::kInside},
    {"context", Key::kContext},
    {"message", Key::kMessage},
    {"line_num", Key::kSessionLine},
    {"log_time", Key::kTime},
    {"metadata", Key::kInside},
    {"query_id", Key::kQueryId},
    {"statement", Key::kStatement},
    {"timestamp", Key::kTime},
    {"user_name", Key::kUser},
    {"process_id", Key::kPid},
    {"session_id", Key::kSessionId},
    {"state_code", Key::kSqlstate},
    {"jsonPayload", Key::kInside},
    {"logging_pod", Key::kServer},
    {"remote_host", Key::kHost},
    {"remote_port", Key::kPort},
    {"backend_type", Key::kNone},
    {"database_name", Key::kDatabase},
    {"event_message", Key::kMessage},
    {"session_start", Key::kNone},
    {"error_severity", Key::kSeverity},
    {"internal_query", Key::kQuery},
    {"sql_state_code", Key::kSqlstate},
    {"connection_from", Key::kHost},
    {"cursor_position", Key::kNone},
    {"application_name", Key::kApplication},
    {"session_line_num", Key::kSessionLine},
    {"internal_position", Key::kNone},
    {"virtual_transaction_id", Key::kVirtualXid},
});

constexpr std::size_t kLongestKey = 22;

// Where the names of each length begin.
inline constexpr auto kStarts = [] {
  std::array<std::uint8_t, kLongestKey + 2> starts{};
  std::size_t at = 0;
  for (std::size_t length = 0; length < starts.size(); ++length) {
    while (at < kKeys.size() && kKeys[at].name.size() < length) ++at;
    starts[length] = static_cast<std::uint8_t>(at);
  }
  return starts;
}();
static_assert(kStarts.back() == kKeys.size());
static_assert(std::is_sorted(kKeys.begin(), kKeys.end(), [](const KeyName& a, const KeyName& b) {
  return a.name.size() < b.name.size();
}));

// The place of a name in kKeys, that of the empty one where it is not there.
constexpr std::size_t place_of(std::string_view name) {
  if (name.empty() || name.size() > kLongestKey) return 0;
  for (std::size_t i = kStarts[name.size()]; i < kStarts[name.size() + 1]; ++i) {
    const std::string_view known = kKeys[i].name;
    if (known.front() == name.front() && known.back() == name.back() && known == name) return i;
  }
  return 0;
}

// A name with its quotes and the colon behind it.
struct alignas(64) KeyText {
  static constexpr std::size_t kMostSize = 2 * kFindBlock;

  constexpr KeyText() = default;
  constexpr KeyText(std::string_view name, Key its_key)
      : size(static_cast<std::uint32_t>(name.size() + 3)), key(its_key) {
    char* end = bytes.data();
    *end++ = '"';
    end = std::copy(name.begin(), name.end(), end);
    *end++ = '"';
    *end = ':';
    const std::uint32_t all = (std::uint32_t{1} << size) - 1;
    first = all & kBlock;
    rest = all >> kFindBlock;
  }

  // Of kMostSize bytes.
  bool stands_at(const char* at) const {
    if ((first & ~equal_in_block(bytes.data(), at)) != 0) return false;
    return rest == 0 || (rest & ~equal_in_block(bytes.data() + kFindBlock, at + kFindBlock)) == 0;
  }

  static constexpr std::uint32_t kBlock = (std::uint32_t{1} << kFindBlock) - 1;
  std::array<char, kMostSize> bytes{};
  std::uint32_t size = 0;
  std::uint32_t first = kBlock + 1;  // a bit for each character of the first block, with
  std::uint32_t rest = 0;            // those of the other one; of no name one that is never seen
  Key key = Key::kNone;
};
static_assert(kLongestKey + 3 <= KeyText::kMostSize);

inline constexpr auto kKeyTexts = [] {
  std::array<KeyText, kKeys.size()> texts;
  for (std::size_t i = 1; i < kKeys.size(); ++i) texts[i] = {kKeys[i].name, kKeys[i].key};
  return texts;
}();

// The keys of a record, looked up one behind the other. A key is most often followed by the same
// one as before, or by the one before that.
class KeyOrder {
 public:
  void begin() { last_ = 0; }

  // The key of the last field, to go on behind where it comes again.
  std::size_t last() const { return last_; }
  void go_on_behind(std::size_t last) { last_ = last; }

  // Behind the colon of the key that begins at `at`, from where on KeyText::kMostSize bytes can be
  // looked at; nullptr where there is none before `limit`, or one with escapes.
  const char* next(const char* at, const char* limit, Key& key) {
    Followers& usual = followers_[last_];
    if (!kKeyTexts[usual.first].stands_at(at)) {
      std::swap(usual.first, usual.second);
      if (!kKeyTexts[usual.first].stands_at(at)) return look_up(at, limit, usual, key);
    }
    last_ = usual.first;
    key = kKeyTexts[last_].key;
    return at + kKeyTexts[last_].size;
  }

 private:
  struct Followers {
    std::uint8_t first = 0, second = 0;  // places in kKeys
  };

  const char* look_up(const char* at, const char* limit, Followers& usual, Key& key) {
    bool has_escapes = false;
    const char* const name = at + 1;
    if (*at != '"' || (at = flat_json::line_string_end(name, limit, has_escapes)) == nullptr ||
        has_escapes || at[1] != ':') {
      return nullptr;
    }
    last_ = place_of(flat_json::view(name, at));
    usual.first = static_cast<std::uint8_t>(last_);
    key = kKeyTexts[last_].key;
    return at + 2;
  }

  std::array<Followers, kKeys.size()> followers_{};
  std::size_t last_ = 0;
};

}  // namespace pgcounsel::json_log
