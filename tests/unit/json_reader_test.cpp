#include <gtest/gtest.h>

#include <string>

#include "parser/json.h"

namespace pgcounsel {
namespace {

using namespace std::string_literals;

// `key=kind:raw` of each field, or "none".
std::string fields_of(std::string_view text) {
  JsonFields fields;
  if (!JsonReader().read(text, fields)) return "none";
  std::string all;
  for (const JsonField& field : fields) {
    constexpr std::string_view kLetters = "snwoa";
    if (!all.empty()) all += " ";
    all.append(field.key).append("=");
    all += kLetters[static_cast<std::size_t>(field.kind)];
    all.append(":").append(field.raw);
  }
  return all;
}

TEST(JsonReader, GivesEachFieldAsItStands) {
  struct Case {
    std::string_view text, fields;
  };
  const Case cases[] = {
      {R"({})", ""},
      {R"( { } )", ""},
      {R"({"a":"x","b":-1.5e3,"c":true,"d":null})", "a=s:x b=n:-1.5e3 c=w:true d=w:null"},
      {"{ \"a\" : \"x\" ,\n\t\"b\" : 1 }\r", "a=s:x b=n:1"},
      {R"({"a":{"b":[1,{"c":"}"}]},"d":[ 1 ] })", R"(a=o:{"b":[1,{"c":"}"}]} d=a:[ 1 ])"},
      {R"({"a":"\"},{\\","b:":":"})", R"(a=s:\"},{\\ b:=s::)"},
      {R"({"a":"","":0})", "a=s: =n:0"},
      {R"({"a":1,"a":2})", "a=n:1 a=n:2"},
      {R"({"n":-9223372036854775808,"m":1e999})", "n=n:-9223372036854775808 m=n:1e999"},
  };
  for (const Case& c : cases) EXPECT_EQ(fields_of(c.text), c.fields) << c.text;
}

TEST(JsonReader, RefusesWhatIsNotOneObject) {
  for (const std::string_view text :
       {"", " ", "1", "[]", R"("a")", "{", R"({"a")", R"({"a":)", R"({"a":1)", R"({"a":"x)",
        R"({"a":1}{"b":2})", R"({"a":1},{"b":2})", R"({"a":1} x)", R"({"a":1 "b":2})", R"({a:1})",
        R"({"a":"b":{}})", R"({"a":1}})", "\x1f\x8b"}) {
    EXPECT_EQ(fields_of(text), "none") << text;
  }
}

TEST(JsonReader, ReadsStringsWithBytesThatAreNotAllowed) {
  EXPECT_EQ(fields_of("{\"a\":\"x\xff\xfey\",\"b\":1}"), "a=s:x\xff\xfey b=n:1");
  EXPECT_EQ(fields_of("{\"a\":\"x\ty\x01\"}"), "a=s:x\ty\x01");
  EXPECT_EQ(fields_of("{\"a\":\"x\0y\"}"s), "a=s:x\0y"s);
  EXPECT_EQ(fields_of("{\"a\":\"\xc3\xa4\xff\"}"), "a=s:\xc3\xa4\xff");
}

TEST(JsonReader, GivesViewsIntoWhatItWasGiven) {
  const std::string text = R"({"key":"value"})";
  JsonFields fields;
  ASSERT_TRUE(JsonReader().read(text, fields));
  EXPECT_EQ(fields[0].key.data(), text.data() + 2);
  EXPECT_EQ(fields[0].raw.data(), text.data() + 8);
}

TEST(JsonReader, IsUsedAgainForLongerAndShorterObjects) {
  JsonReader reader;
  JsonFields fields;
  for (const std::size_t size : {10UL, 1'000'000UL, 3UL, 100'000UL}) {
    const std::string text = "{\"a\":\"" + std::string(size, 'x') + "\"}";
    ASSERT_TRUE(reader.read(text, fields));
    ASSERT_EQ(fields.size(), 1U);
    EXPECT_EQ(fields[0].raw, std::string(size, 'x'));
  }
}

TEST(JsonReader, StandsDeepNesting) {
  const std::string deep(100'000, '['), closed = deep + std::string(100'000, ']');
  JsonFields fields;
  EXPECT_FALSE(JsonReader().read(deep, fields));
  EXPECT_FALSE(JsonReader().read("{\"a\":" + deep + "}", fields));
  ASSERT_TRUE(JsonReader().read("{\"a\":" + closed + ",\"b\":1}", fields));
  ASSERT_EQ(fields.size(), 2U);
  EXPECT_EQ(fields[0].raw.size(), 200'000U);
}

TEST(JsonReader, TakesTheLastOfEqualNames) {
  JsonFields fields;
  ASSERT_TRUE(JsonReader().read(R"({"a":1,"b":2,"a":3})", fields));
  ASSERT_NE(find_field(fields, "a"), nullptr);
  EXPECT_EQ(find_field(fields, "a")->raw, "3");
  EXPECT_EQ(find_field(fields, "c"), nullptr);
}

TEST(JsonReader, UnescapesStrings) {
  struct Case {
    std::string_view raw;
    std::string text;
  };
  const Case cases[] = {
      {R"(plain)", "plain"},
      {R"(a\nb\tc\r\b\f)", "a\nb\tc\r\b\f"},
      {R"(\"\\\/)", "\"\\/"},
      {R"(\u0041\u00e4\u20AC)", "A\xc3\xa4\xe2\x82\xac"},
      {R"(\ud83d\ude00!)", "\xf0\x9f\x98\x80!"},
      {R"(\ud83d!)", "\xef\xbf\xbd!"},
      {R"(\ude00)", "\xef\xbf\xbd"},
      {R"(\ud83d\u0041)", "\xef\xbf\xbd\x41"},
      {R"(x\u0000y)", "x\0y"s},
      {R"(\u12)", "u12"},
      {R"(\uzzzz)", "uzzzz"},
      {R"(end\)", "end"},
      {R"(\q)", "q"},
  };
  for (const Case& c : cases) {
    std::string text = "before ";
    unescape_json(c.raw, text);
    EXPECT_EQ(text, "before " + c.text) << c.raw;
    EXPECT_LE(c.text.size(), std::string_view(c.raw).size()) << c.raw;
  }
}

TEST(JsonReader, KeepsOnlyTextsWithEscapesInTheArena) {
  JsonFields fields;
  TextArena arena;
  ASSERT_TRUE(JsonReader().read(R"({"a":"x","b":"x\n","c":null,"d":7,"e":"null"})", fields));
  EXPECT_EQ(text_of(fields[0], arena), "x");
  EXPECT_TRUE(arena.empty());
  EXPECT_EQ(text_of(fields[1], arena), "x\n");
  EXPECT_FALSE(arena.empty());
  EXPECT_EQ(text_of(fields[2], arena), "");
  EXPECT_EQ(text_of(fields[3], arena), "7");
  EXPECT_EQ(text_of(fields[4], arena), "null");
}

TEST(JsonReader, FindsTheFirstObjectInside) {
  EXPECT_EQ(first_object(R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(first_object(R"([ {"a":1} ])"), R"({"a":1})");
  EXPECT_EQ(first_object("[1]"), "");
  EXPECT_EQ(first_object("[]"), "");
  EXPECT_EQ(first_object("["), "");
  EXPECT_EQ(first_object(""), "");
}

}  // namespace
}  // namespace pgcounsel
