#include "analyzer/workload/client_ports.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

constexpr Time kBegin{Micros{1'700'002'800'000'000}};  // a whole hour

struct Row {
  PoolName names;
  SessionPort session;
};

Row row(int second, unsigned port, const std::string& user = "web") {
  return {{"shop", user}, {kBegin + second * kSecond, {static_cast<std::uint16_t>(port), 3}}};
}

PortsOfHour made_of(const std::vector<Row>& rows) {
  PortsOfHour ports;
  for (const Row& r : rows) ports.add(r.names, r.session);
  ports.settle();
  return ports;
}

PortsOfHour through_bytes(const PortsOfHour& ports) {
  auto decoded = PortsOfHour::decode(ports.encode(), kBegin);
  EXPECT_TRUE(decoded.has_value()) << decoded.error().message;
  return decoded ? *std::move(decoded) : PortsOfHour{};
}

TEST(ClientPorts, KeepsASessionOnce) {
  const PortsOfHour ports = made_of({row(5, 40'000), row(5, 40'000), row(6, 40'000)});
  ASSERT_EQ(ports.sessions().size(), 1U);
  EXPECT_EQ(ports.sessions().begin()->second.size(), 2U);
  EXPECT_EQ(ports.count(), 2U);
}

TEST(ClientPorts, AreTheSameAfterTheyWereStored) {
  const PortsOfHour ports =
      made_of({row(0, 1), row(3599, 65'535), row(7, 40'000, "b"), row(7, 40'001, "b")});
  EXPECT_EQ(through_bytes(ports), ports);
  EXPECT_EQ(through_bytes(PortsOfHour{}), PortsOfHour{});
}

TEST(ClientPorts, TakeAboutFiveBytesASession) {
  std::vector<Row> rows;
  for (int i = 0; i < 3600; ++i) rows.push_back(row(i, 32'768 + static_cast<unsigned>(i)));
  EXPECT_LE(made_of(rows).encode().size(), 3600U * 5 + 20);
}

// More than there is room for: which are kept is a matter of their ports alone.
TEST(ClientPorts, OfTooManyTheSameAreKeptInWhateverOrderTheyCome) {
  std::vector<Row> rows;
  std::mt19937 random(7);
  for (int i = 0; i < 90'000; ++i) {
    rows.push_back(
        row(static_cast<int>(random() % 3600), 1024 + static_cast<unsigned>(random() % 50'000)));
  }
  const PortsOfHour all = made_of(rows);
  EXPECT_LE(all.count(), PortsOfHour::kMostSessions);
  EXPECT_GE(all.count(), PortsOfHour::kMostSessions - 20);  // one port's sessions are given up
  for (const Row& r : rows) {
    const auto& kept = all.sessions().begin()->second;
    EXPECT_EQ(std::binary_search(kept.begin(), kept.end(), r.session),
              all.keeps(r.session.client.port));
  }
  std::shuffle(rows.begin(), rows.end(), random);
  EXPECT_EQ(made_of(rows), all);
  for (const std::size_t parts : {2U, 7U}) {
    PortsOfHour merged;
    for (std::size_t part = 0; part < parts; ++part) {
      std::vector<Row> some;
      for (std::size_t i = part; i < rows.size(); i += parts) some.push_back(rows[i]);
      merged = through_bytes(merged);
      merged.merge(through_bytes(made_of(some)));
    }
    EXPECT_EQ(merged, all) << parts << " parts";
    EXPECT_EQ(merged.encode(), all.encode()) << parts << " parts";
  }
}

TEST(ClientPorts, OfOnePortAloneNoneIsKeptWhereThereAreTooMany) {
  std::vector<Row> rows;
  for (int i = 0; i < 25'000; ++i) rows.push_back(row(i % 3600, 40'000, std::to_string(i)));
  const PortsOfHour ports = made_of(rows);
  EXPECT_EQ(ports.count(), 0U);
  EXPECT_FALSE(ports.keeps(40'000));
  EXPECT_EQ(through_bytes(ports), ports);
}

TEST(ClientPorts, DamagedBytesAreAnError) {
  const std::string bytes = made_of({row(5, 40'000), row(6, 40'001, "batch")}).encode();
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    const auto cut = PortsOfHour::decode(bytes.substr(0, size), kBegin);
    if (cut.has_value()) {
      EXPECT_LE(cut->count(), 1U) << size;  // cut between two pools
    }
  }
  EXPECT_FALSE(PortsOfHour::decode(std::string(64, '\xff'), kBegin).has_value());
  EXPECT_FALSE(PortsOfHour::decode("", kBegin).has_value());
}

}  // namespace
}  // namespace pgcounsel
