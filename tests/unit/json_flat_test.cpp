#include "parser/json_flat.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pgcounsel {
namespace {

struct Keeper {
  static std::size_t known_key(const char*, const char*) { return 0; }
  bool take(const JsonField& field, bool) {
    fields.push_back(field);
    return true;
  }
  JsonFields fields;
};

// A blank behind the brace leaves an object to the reader of all JSON.
void expect_as_by_the_other_reader(const std::string& text) {
  Keeper flat;
  if (!scan_flat_json(text, flat)) return;
  JsonReader reader;
  JsonFields wanted;
  const std::string spaced = "{ " + text.substr(1);
  ASSERT_TRUE(reader.read(spaced, wanted)) << text;
  ASSERT_EQ(flat.fields.size(), wanted.size()) << text;
  TextArena arena;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_EQ(flat.fields[i].key, wanted[i].key) << text;
    EXPECT_EQ(flat.fields[i].raw, wanted[i].raw) << text;
    EXPECT_EQ(flat.fields[i].kind, wanted[i].kind) << text;
    EXPECT_EQ(text_of(flat.fields[i], arena), text_of(wanted[i], arena)) << text;
  }
}

TEST(JsonFlat, TakesPlainObjects) {
  const std::pair<std::string_view, std::size_t> cases[] = {
      {R"({"a":"b"})", 1},
      {R"({"a":1,"b":-2.5e+3,"c":"x"})", 3},
      {R"({"a":null,"b":true,"a":""})", 3},
      {R"({"a":"\"\\","b":"},{"})", 2},
      {R"({"":""})", 1},
      {"{\"a\":\"x\ny\xff\"}", 1},
  };
  for (const auto& [text, count] : cases) {
    Keeper keeper;
    EXPECT_TRUE(scan_flat_json(text, keeper)) << text;
    EXPECT_EQ(keeper.fields.size(), count) << text;
    expect_as_by_the_other_reader(std::string(text));
  }
}

TEST(JsonFlat, LeavesAllElse) {
  for (const std::string_view text : {"",
                                      "{",
                                      "}",
                                      "{}",
                                      R"({"a"})",
                                      R"({"a":})",
                                      R"({"a":1,})",
                                      R"({"a":{}})",
                                      R"({"a":[]})",
                                      R"({"a": 1})",
                                      R"({ "a":1})",
                                      R"({"a":1 })",
                                      R"({"\u0061":1})",
                                      R"({"a":"b})",
                                      R"({"a":"b\"})",
                                      R"({"a":1}{"b":2})",
                                      R"({"a":1"b":2})",
                                      R"({"a":True})",
                                      R"({"a":.5})",
                                      R"({"a":1 2})",
                                      R"({"a":"b"c})",
                                      R"({a:1})",
                                      R"({"a",1})",
                                      "{\"a\":1\x01}"}) {
    Keeper keeper;
    EXPECT_FALSE(scan_flat_json(text, keeper)) << text;
  }
}

TEST(JsonFlat, SaysOfRandomTextsWhatTheOtherReaderSays) {
  std::minstd_rand random(23);
  constexpr std::string_view kPieces[] = {"\"",  "\"", "\\",   "a",   ",",     ":",    "1",
                                          "-",   "}",  "{",    "e",   "\"a\"", "\":",  "\",\"",
                                          "\"x", "\n", "\xff", "0.5", "null",  "\\\"", "\\\\"};
  constexpr std::string_view kWhole = R"({"a":"b","pid":77,"x":"\\\"y\"","n":null,"m":"a\nb"})";
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    if (i % 2 == 0) {
      text = kWhole;
      for (int edits = 1 + static_cast<int>(random() % 3); edits > 0; --edits) {
        const std::string_view piece = kPieces[random() % std::size(kPieces)];
        text.replace(1 + random() % (text.size() - 1), random() % 3, piece);
      }
    } else {
      text = "{\"";
      for (std::size_t size = random() % 12; size > 0; --size) {
        text += kPieces[random() % std::size(kPieces)];
      }
      text += "}";
    }
    ASSERT_NO_FATAL_FAILURE(expect_as_by_the_other_reader(text));
  }
}

TEST(JsonFlat, AsksForKeysThatAreKnown) {
  struct Knower {
    static std::size_t known_key(const char* at, const char* end) {
      return ShortText("pid\":").stands_at(at, end) ? 3 : 0;
    }
    bool take(const JsonField& field, bool known) {
      seen += std::string(known ? "!" : "") + std::string(field.key) + " ";
      return field.key != "stop";
    }
    std::string seen;
  };
  Knower all;
  const std::string long_end = R"("y":"0123456789012345678901234567890123456789"})";
  EXPECT_TRUE(scan_flat_json(R"({"pid":1,"pidx":"2",)" + long_end, all));
  EXPECT_EQ(all.seen, "!pid pidx y ");
  Knower some;
  EXPECT_FALSE(scan_flat_json(R"({"a":1,"stop":2,)" + long_end, some));
  EXPECT_EQ(some.seen, "a stop ");
}

TEST(ShortText, IsSeenWhereAllOfItStands) {
  const std::string text = "0123456789abcdefghijklmnopqrstuvwxyz";
  for (std::size_t size = 0; size <= 32; ++size) {
    const ShortText wanted(std::string_view(text).substr(0, size));
    EXPECT_TRUE(wanted.stands_at(text.data(), text.data() + text.size())) << size;
    for (std::size_t at = 0; at < text.size(); ++at) {
      std::string other = text;
      other[at] = '_';
      EXPECT_EQ(wanted.stands_at(other.data(), other.data() + other.size()), at >= size);
    }
  }
}

}  // namespace
}  // namespace pgcounsel
