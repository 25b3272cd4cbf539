#include "parser/log/pooler/pooler_event.h"

#include "parser/number.h"

namespace pgcounsel {
namespace {

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

// A number that fits the signed ones of the ledger.
std::uint64_t bounded(std::uint64_t number) {
  constexpr std::uint64_t kMost = std::uint64_t{1} << 62;
  return number < kMost ? number : kMost;
}

Micros micros(std::uint64_t number) {
  return Micros{static_cast<Micros::rep>(bounded(number))};
}

// One item of a stats line: `30 queries/s` or `xact 1210 us`.
void take_item(std::string_view item, PoolerStatsEvent& stats) {
  if (const auto number = take_number<std::uint64_t>(item)) {
    if (item == " xacts/s") stats.xacts_per_s = bounded(*number);
    if (item == " queries/s") stats.queries_per_s = bounded(*number);
    if (item == " client logins/s") stats.meaning = PoolerWait::kPerAssignment;
    // 1.21 to 1.24 count parses alike: only the version tells.
    if (item == " client parses/s") stats.meaning = PoolerWait::kUnknown;
    return;
  }
  const std::size_t digits = item.find_first_of("0123456789");
  if (digits == std::string_view::npos) return;
  const std::string_view name = item.substr(0, digits);
  std::string_view value = item.substr(digits);
  const auto number = take_number<std::uint64_t>(value);
  if (!number) return;
  if (name == "in ") stats.in = bounded(*number);
  if (name == "out ") stats.out = bounded(*number);
  if (name == "xact ") stats.xact = micros(*number);
  if (name == "query ") stats.query = micros(*number);
  if (name == "wait " || name == "wait time ") stats.wait = micros(*number);
}

PoolerStatsEvent stats_of(std::string_view items) {
  PoolerStatsEvent stats;
  stats.meaning = PoolerWait::kPerSecond;  // without parses: to 1.20
  while (!items.empty()) {
    const std::size_t comma = items.find(", ");
    take_item(items.substr(0, comma), stats);
    items = comma == std::string_view::npos ? std::string_view{} : items.substr(comma + 2);
  }
  return stats;
}

// `client close request (age=5s)`; 1.9 writes no unit.
PoolerClosed closed_of(std::string_view text) {
  PoolerClosed closed;
  const std::size_t at = text.rfind(" (age=");
  if (at != std::string_view::npos && text.ends_with(')')) {
    std::string_view age = text.substr(at + 6);
    if (const auto seconds = take_number<std::uint64_t>(age); seconds && *seconds < 1'000'000'000) {
      closed.age = kSecond * static_cast<Micros::rep>(*seconds);
    }
    text = text.substr(0, at);
  }
  closed.reason = find_pooler_reason(text);
  return closed;
}

PoolerEvent start_of(const MessageRow* row, const Captures& captures) {
  const std::string_view version = captures["version"];
  if (!version.empty()) return PoolerUp{version.substr(0, version.find(' '))};
  std::string_view limit = captures["max_client_conn"];
  if (const auto number = take_number<std::uint64_t>(limit)) return PoolerLimit{bounded(*number)};
  return PoolerOther{row};
}

struct ClassOf {
  static std::string_view of(const MessageRow* row) {
    return row == nullptr ? std::string_view("other") : row->event_class;
  }
  std::string_view operator()(const PoolerOther& other) const { return of(other.message); }
  std::string_view operator()(const PoolerStatsEvent&) const { return "stats"; }
  std::string_view operator()(const PoolerClosed& closed) const { return of(closed.reason); }
  std::string_view operator()(const PoolerError& error) const { return of(error.reason); }
  std::string_view operator()(const PoolerServerConnection&) const {
    return "new_server_connection";
  }
  std::string_view operator()(const PoolerUp&) const { return "start"; }
  std::string_view operator()(const PoolerLimit&) const { return "start"; }
};

}  // namespace

PoolerEvent pooler_event_of(const LogRecord& record) {
  std::string_view message = record.message;
  if (take(message, "closing because: ")) return closed_of(message);
  if (take(message, "pooler error: ")) return PoolerError{find_pooler_reason(message)};
  if (take(message, "stats: ")) return stats_of(message);
  const MessageRow* row = find_pooler_message(message);
  const std::string_view message_class = row == nullptr ? std::string_view{} : row->event_class;
  if (message_class == "new_server_connection") {
    return PoolerServerConnection{captures_of(*row, message)["address"]};
  }
  if (message_class == "start") return start_of(row, captures_of(*row, message));
  return PoolerOther{row};
}

std::string_view class_of(const PoolerEvent& event) {
  return std::visit(ClassOf{}, event);
}

PoolerWait wait_of_version(std::string_view version) {
  const auto major = take_number<std::uint64_t>(version);
  if (!major || !take(version, ".")) return PoolerWait::kUnknown;
  const auto minor = take_number<std::uint64_t>(version);
  if (!minor) return PoolerWait::kUnknown;
  const bool newer = *major > 1 || (*major == 1 && *minor >= 23);
  return newer ? PoolerWait::kPerAssignment : PoolerWait::kPerSecond;
}

}  // namespace pgcounsel
