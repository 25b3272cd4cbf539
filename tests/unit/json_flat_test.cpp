#include "parser/json_flat.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace pgcounsel {
namespace {

struct Keeper {
  bool take(const JsonField& field) {
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

TEST(JsonFlat, StopsWhereTheTakerDoes) {
  struct Stopper {
    bool take(const JsonField& field) {
      seen += std::string(field.key) + " ";
      return field.key != "stop";
    }
    std::string seen;
  };
  Stopper all;
  EXPECT_TRUE(scan_flat_json(R"({"pid":1,"pidx":"2"})", all));
  EXPECT_EQ(all.seen, "pid pidx ");
  Stopper some;
  EXPECT_FALSE(scan_flat_json(R"({"a":1,"stop":2,"b":3})", some));
  EXPECT_EQ(some.seen, "a stop ");
}

TEST(JsonFlat, FindsTheEndOfAStringInItsLine) {
  struct Case {
    std::string text;
    std::ptrdiff_t end;  // -1: none
    bool has_escapes;
  };
  const std::string large(37, 'a');
  const Case cases[] = {
      {"\"", 0, false},         {"a\"b\"", 1, false},      {"\\\"\"", 2, true},
      {"\\\\\"", 2, true},      {large + "\"", 37, false}, {large + "\\n" + large + "\"", 76, true},
      {"a\nb\"", -1, false},    {"a\\\nb\"", -1, false},   {large, -1, false},
      {large + "\\", -1, true},
  };
  for (const Case& c : cases) {
    const std::string bytes = c.text + std::string(40, ' ');
    bool has_escapes = false;
    const char* const end =
        flat_json::line_string_end(bytes.data(), bytes.data() + c.text.size() + 1, has_escapes);
    EXPECT_EQ(end == nullptr ? -1 : end - bytes.data(), c.end) << c.text;
    EXPECT_EQ(has_escapes, c.has_escapes) << c.text;
  }
}

}  // namespace
}  // namespace pgcounsel
