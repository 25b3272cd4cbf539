#include "parser/log/json_keys.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace pgcounsel::json_log {
namespace {

TEST(JsonKeys, AreFoundByName) {
  for (const KeyName& known : kKeys) {
    EXPECT_EQ(kKeys[place_of(known.name)].name, known.name);
  }
  for (const std::string_view other : {"", "pi", "pidd", "Pid", "usar", "log_time_", "querr"}) {
    EXPECT_EQ(place_of(other), 0U) << other;
  }
}

TEST(JsonKeys, AreSeenWhereAllOfTheirTextStands) {
  for (std::size_t place = 1; place < kKeys.size(); ++place) {
    const std::string text = "\"" + std::string(kKeys[place].name) + "\":" + std::string(40, 'x');
    EXPECT_TRUE(kKeyTexts[place].stands_at(text.data())) << text;
    for (std::size_t at = 0; at < KeyText::kMostSize; ++at) {
      std::string other = text;
      other[at] = '#';
      EXPECT_EQ(kKeyTexts[place].stands_at(other.data()), at >= kKeys[place].name.size() + 3);
    }
  }
  const std::string nothing(KeyText::kMostSize, '\0');
  EXPECT_FALSE(kKeyTexts[0].stands_at(nothing.data()));
}

// The keys that are found in turn, `-` where none is read.
std::string keys_of(KeyOrder& order, std::string_view keys) {
  std::string found;
  order.begin();
  for (std::size_t at = 0; at < keys.size();) {
    const std::size_t end = std::min(keys.find(' ', at), keys.size());
    const std::string text = std::string(keys.substr(at, end - at)) + std::string(40, ' ');
    Key key = Key::kNone;
    const char* const behind =
        order.next(text.data(), text.data() + text.size() - KeyText::kMostSize, key);
    if (behind == nullptr) return found + "-";
    EXPECT_EQ(behind, text.data() + (end - at)) << text;
    found += std::to_string(static_cast<int>(key)) + " ";
    at = end + 1;
  }
  return found;
}

TEST(JsonKeys, AreReadInAnyOrder) {
  const auto number = [](Key key) { return std::to_string(static_cast<int>(key)) + " "; };
  const std::string pid = number(Key::kPid), user = number(Key::kUser), none = number(Key::kNone);
  KeyOrder order;
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(keys_of(order, R"("pid": "user": "ps":)"), pid + user + none);
    EXPECT_EQ(keys_of(order, R"("pid": "user_name": "leader_pid": "pid":)"),
              pid + user + none + pid);
    EXPECT_EQ(keys_of(order, R"("user": "user": "pid": "": "pid":)"),
              user + user + pid + none + pid);
    EXPECT_EQ(keys_of(order, R"("pid": "us\u0065r":)"), pid + "-");
    EXPECT_EQ(keys_of(order, R"("pid": user:)"), pid + "-");
    EXPECT_EQ(keys_of(order, R"("pid": "user" :)"), pid + "-");
    EXPECT_EQ(keys_of(order, R"("pid": "user)"), pid + "-");
  }
}

}  // namespace
}  // namespace pgcounsel::json_log
