#include "parser/log/client.h"

#include <gtest/gtest.h>

#include <deque>
#include <string>

#include "parser/log/prefix/head_reader.h"
#include "parser/log/prefix/prefix.h"

namespace pgcounsel {
namespace {

// `host port`, or `-`.
std::string printed(const std::optional<ClientAddress>& client) {
  return client ? std::string(client->host) + " " + std::to_string(client->port) : "-";
}

struct Case {
  std::string text, client;
};

TEST(Client, IsReadFromAnAddress) {
  const Case cases[] = {
      {"127.0.0.1:41798", "127.0.0.1 41798"},
      {"::1:41798", "::1 41798"},
      {"[fd00::7]:41798", "fd00::7 41798"},
      {"app-1.example:1", "app-1.example 1"},
      {"127.0.0.1:65535", "127.0.0.1 65535"},
      {"127.0.0.1:65536", "-"},
      {"127.0.0.1:0", "-"},
      {"127.0.0.1:", "-"},
      {"127.0.0.1:41a", "-"},
      {"127.0.0.1:000000041798", "-"},
      {":41798", "-"},
      {"[]:41798", "-"},
      {"unix:6432", "-"},
      {"[local]", "-"},
      {"", "-"},
      {":", "-"},
      {std::string("a\0b:7", 5), std::string("a\0b 7", 5)},
      {"\xff\xfe:7", "\xff\xfe 7"},
      {std::string(1 << 20, ':') + "7", std::string((1 << 20) - 1, ':') + " 7"},
  };
  for (const Case& c : cases) EXPECT_EQ(printed(address_of(c.text)), c.client) << c.text;
}

TEST(Client, IsReadFromTheFirstLineOfAConnection) {
  const Case cases[] = {
      {"connection received: host=127.0.0.1 port=41798", "127.0.0.1 41798"},
      {"connection received: host=app-1.example port=7", "app-1.example 7"},
      {"connection received: host=::1 port=41798", "::1 41798"},
      {"Verbindung empfangen: Host=127.0.0.1 Port=41798", "127.0.0.1 41798"},
      {"connection received: host=[local]", "-"},
      {"connection received: host=127.0.0.1 port=", "-"},
      {"connection received: host=127.0.0.1 port=99999", "-"},
      {"connection received: host=", "-"},
      {"connection received: ==", "-"},
      {"", "-"},
  };
  for (const Case& c : cases) EXPECT_EQ(printed(client_received(c.text)), c.client) << c.text;
}

TEST(Client, IsReadFromAPrefixWithHostAndPort) {
  const auto prefix = PrefixMatcher::compile("%m [%p] %q%u@%d %r ");
  ASSERT_TRUE(prefix.has_value());
  const Case cases[] = {{"web@shop 10.0.0.7(41798)", "10.0.0.7 41798"},
                        {"web@shop [local]", "-"},
                        {"web@shop fd00::7(1)", "fd00::7 1"},
                        {"web@shop 10.0.0.7(99999)", "-"}};
  HeadReader heads(std::span(&*prefix, 1));
  std::deque<std::string> lines;  // the heads that are remembered are views of them
  for (const Case& c : cases) {
    lines.push_back("2026-03-12 10:00:00.000 UTC [7] " + c.text + " LOG:  hello");
    const LineHead* head = heads.read(lines.back());
    ASSERT_NE(head, nullptr) << c.text;
    EXPECT_EQ(printed(client_of(head->record)), c.client) << c.text;
  }
}

}  // namespace
}  // namespace pgcounsel
