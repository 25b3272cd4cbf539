#include "parser/log/client.h"

#include "parser/number.h"

namespace pgcounsel {
namespace {

// 0 where it is none.
std::uint16_t port_of(std::string_view text) {
  constexpr std::size_t kMostDigits = 5;
  const bool is_number =
      text.size() <= kMostDigits && text.find_first_not_of("0123456789") == std::string_view::npos;
  return is_number ? number_of<std::uint16_t>(text) : std::uint16_t{0};
}

std::optional<ClientAddress> made_of(std::string_view host, std::uint16_t port) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (port == 0 || host.empty() || host.starts_with("unix")) return std::nullopt;
  return ClientAddress{host, port};
}

}  // namespace

std::optional<ClientAddress> address_of(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return made_of(text.substr(0, colon), port_of(text.substr(colon + 1)));
}

std::optional<ClientAddress> client_of(const LogRecord& record) {
  if (record.port != 0) return made_of(record.host, record.port);
  return address_of(record.host);
}

std::optional<ClientAddress> client_received(std::string_view message) {
  const std::size_t first = message.find('='), last = message.rfind('=');
  if (first == last) return std::nullopt;  // `host=[local]`
  const std::string_view between = message.substr(first + 1, last - first - 1);
  return made_of(between.substr(0, between.rfind(' ')), port_of(message.substr(last + 1)));
}

}  // namespace pgcounsel
