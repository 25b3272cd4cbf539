#include "parser/log/prefix/told.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "parser/log/prefix/keys.h"

namespace pgcounsel {
namespace {

constexpr std::size_t kMostNames = 100;  // of each kind

constexpr std::string_view kDatabase = " database=";
constexpr std::string_view kApplication = " application_name=";

// Cuts `text` at the first of `marks`; what stands behind it is the answer.
std::string_view cut(std::string_view& text, std::string_view mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {};
  const std::string_view behind = text.substr(at + mark.size());
  text = text.substr(0, at);
  return behind;
}

// `web database=shop application_name=psql SSL enabled (protocol=...)`
ToldNames told_by_authorization(std::string_view text) {
  constexpr std::array<std::string_view, 2> kEncryption = {" SSL enabled (", " GSS ("};
  for (std::string_view mark : kEncryption) cut(text, mark);
  ToldNames told;
  told.application = cut(text, kApplication);
  told.database = cut(text, kDatabase);
  told.user = text;
  return told;
}

// `0:00:00.013 user=web database=shop host=127.0.0.1 port=4711`
ToldNames told_by_disconnection(std::string_view text) {
  ToldNames told;
  text = cut(text, " user=");
  const std::size_t host = text.rfind(" host=");
  if (host == std::string_view::npos) return {};
  told.host = text.substr(host + 6);
  cut(told.host, " port=");
  text = text.substr(0, host);
  told.database = cut(text, kDatabase);
  told.user = text;
  return told;
}

}  // namespace

ToldNames names_told_by(std::string_view message) {
  if (sqlstate_length(message) == 5 && message.substr(5).starts_with(": ")) {
    message.remove_prefix(7);
  }
  constexpr std::string_view kStarts[] = {"connection ", "disconnection: ", "replication "};
  const bool may_tell = std::any_of(std::begin(kStarts), std::end(kStarts),
                                    [&](auto start) { return message.starts_with(start); });
  if (!may_tell) return {};
  // A name with ` database=` in it: where it ends cannot be told.
  if (message.find(kDatabase) != message.rfind(kDatabase)) return {};
  if (message.starts_with("replication ")) message.remove_prefix(12);
  auto is = [&message](std::string_view start) {
    if (!message.starts_with(start)) return false;
    message.remove_prefix(start.size());
    return true;
  };
  if (is("connection authorized: user=")) return told_by_authorization(message);
  if (is("disconnection: session time: ")) return told_by_disconnection(message);
  ToldNames told;
  if (is("connection received: host=")) {
    cut(message, " port=");
    told.host = message;
  }
  return told;
}

void KnownNames::add(const ToldNames& told) {
  auto add_name = [this](std::set<std::string_view>& names, std::string_view name) {
    if (name.empty() || names.size() >= kMostNames || !names.insert(name).second) return;
    for (std::size_t at = 0; at < name.size(); ++at) {
      const std::size_t length = run_of(name, at, is_word);
      if (length > 0) words.insert(name.substr(at, length));
      at += length;
    }
  };
  add_name(users, told.user);
  add_name(databases, told.database);
  add_name(applications, told.application);
}

}  // namespace pgcounsel
