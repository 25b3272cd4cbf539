#include "parser/json_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgcounsel {
namespace {

// `line:text` of each object, with `!` before what is stray.
std::vector<std::string> items(std::string_view bytes, bool last = true) {
  JsonStream stream(bytes, 1, last);
  std::vector<std::string> found;
  for (auto item = stream.next(); item != JsonStream::Item::kEnd; item = stream.next()) {
    found.push_back((item == JsonStream::Item::kStray ? "!" : "") + std::to_string(stream.line()) +
                    ":" + std::string(stream.text()));
  }
  return found;
}

using List = std::vector<std::string>;

TEST(JsonStream, WalksThroughWhateverHoldsObjects) {
  struct Case {
    std::string_view bytes;
    List items;
  };
  const Case cases[] = {
      {"", {}},
      {"\n\r\n  \n", {}},
      {"{\"a\":1}\n{\"a\":2}\n", {"1:{\"a\":1}", "2:{\"a\":2}"}},
      {"{\"a\":1}\r\n\r\n{\"a\":2}", {"1:{\"a\":1}", "3:{\"a\":2}"}},
      {"\xEF\xBB\xBF{\"a\":1}\n", {"1:{\"a\":1}"}},
      {"[{\"a\":1},{\"a\":2}]", {"1:{\"a\":1}", "1:{\"a\":2}"}},
      {"{\"a\":1}{\"a\":2}\n", {"1:{\"a\":1}", "1:{\"a\":2}"}},
      {"[\n{\"a\":1},\n{\"a\":2}\n]\n", {"2:{\"a\":1}", "3:{\"a\":2}"}},
      {"[\n  {\n    \"a\": [\n {}\n]\n  },\n  {\n    \"a\": 2\n  }\n]\n",
       {"2:{\n    \"a\": [\n {}\n]\n  }", "7:{\n    \"a\": 2\n  }"}},
      {R"({"events":[{"a":1},{"a":2}],"nextToken":"x","n":1.5})", {"1:{\"a\":1}", "1:{\"a\":2}"}},
      {"{\"events\":[{\"a\":1}],\"nextToken\":null}\n", {"1:{\"a\":1}"}},
      {"{\"x\":{\"y\":[]},\"records\": [ {\"a\":1}\n]}", {"1:{\"a\":1}"}},
      {R"({"events":[{"a":1}],"searched":[{"b":1}],"o":{"c":[{}]}})", {"1:{\"a\":1}"}},
      {R"({"events":[]})", {}},
      {R"({"events":["not","entries"]})", {R"(1:{"events":["not","entries"]})"}},
      {R"({"a":{"events":[{"b":1}]}})", {R"(1:{"a":{"events":[{"b":1}]}})"}},
      {R"({"resourceLogs":[{"resource":{"k":[{"v":1}]},"scopeLogs":[{"scope":{},)"
       R"("logRecords":[{"a":1},{"a":2}]}]}]})",
       {"1:{\"a\":1}", "1:{\"a\":2}"}},
      {"{\"a\":\"}{][,\\\"\"}\n[{\"a\":\"}]\\\\\"}]",
       {"1:{\"a\":\"}{][,\\\"\"}", "2:{\"a\":\"}]\\\\\"}"}},
      {"{\"a\":\"x},{y\"}\n", {"1:{\"a\":\"x},{y\"}"}},
  };
  for (const Case& c : cases) EXPECT_EQ(items(c.bytes), c.items) << c.bytes;
}

TEST(JsonStream, GivesLinesThatAreNoJson) {
  struct Case {
    std::string_view bytes;
    List items;
  };
  const Case cases[] = {
      {"hello\n{\"a\":1}\nworld", {"!1:hello", "2:{\"a\":1}", "!3:world"}},
      {"\"quoted\" text\n{\"a\":1}\n", {"!1:\"quoted\" text", "2:{\"a\":1}"}},
      {"\"open\n{\"a\":1}\n", {"!1:\"open", "2:{\"a\":1}"}},
      {"{\"a\":\"cut\n{\"a\":1}\n", {"!1:{\"a\":\"cut", "2:{\"a\":1}"}},
      {"{\"a\":1,\n{\"a\":1}\n", {"!1:{\"a\":1,", "2:{\"a\":1}"}},
      {"{\"a\":\n{\"a\":1}\n{\"a\":2}\n", {"!1:{\"a\":", "2:{\"a\":1}", "3:{\"a\":2}"}},
      {"{\"a\":[1,\n{\"a\":1}\n{\"a\":2}\n", {"!1:{\"a\":[1,", "2:{\"a\":1}", "3:{\"a\":2}"}},
      {"{\"a\":1]\n{\"a\":2}\n", {"!1:{\"a\":1]", "2:{\"a\":2}"}},
      {"{\"a\" 1}\n{\"a\":2}\n", {"!1:{\"a\" 1}", "2:{\"a\":2}"}},
      {"{\"a\":1}\n{\"a\":2", {"1:{\"a\":1}", "!2:{\"a\":2"}},
      {"{\"a\":1}\n{\"a\":\"2", {"1:{\"a\":1}", "!2:{\"a\":\"2"}},
      {"{", {"!1:{"}},
      {"\"a\":", {"!1:\"a\":"}},
  };
  for (const Case& c : cases) EXPECT_EQ(items(c.bytes), c.items) << c.bytes;
}

TEST(JsonStream, LeavesWhatIsNotCompleteForTheNextChunk) {
  for (const std::string_view rest :
       {"{\"a\":", "{\"a\":\"x", "{\"a\":\"x\\", "{", "text", "\"ne", "\"next\"",
        "\"next\":", "\"next\":12", "\"next\":[{\"a\":1}", "{\"events\":["}) {
    const std::string bytes = "{\"a\":1}\n" + std::string(rest);
    JsonStream stream(bytes, 7, false);
    EXPECT_EQ(stream.next(), JsonStream::Item::kObject);
    EXPECT_EQ(stream.line(), 7U);
    EXPECT_EQ(stream.next(), JsonStream::Item::kEnd) << rest;
    EXPECT_EQ(stream.consumed(), 8U) << rest;
    EXPECT_EQ(stream.next_line(), 8U) << rest;
  }
}

// The items of `bytes` when they are cut after each `size` bytes.
List in_pieces(std::string_view bytes, std::size_t size) {
  List found;
  std::uint64_t line = 1;
  for (std::size_t at = 0, wanted = size; at < bytes.size();) {
    const bool last = wanted >= bytes.size() - at;
    JsonStream stream(bytes.substr(at, wanted), line, last);
    for (auto item = stream.next(); item != JsonStream::Item::kEnd; item = stream.next()) {
      found.push_back((item == JsonStream::Item::kStray ? "!" : "") +
                      std::to_string(stream.line()) + ":" + std::string(stream.text()));
    }
    at += stream.consumed();
    line = stream.next_line();
    wanted = stream.consumed() > 0 ? size : wanted + size;
    if (last) break;
  }
  return found;
}

TEST(JsonStream, GivesTheSameInPiecesOfAnySize) {
  for (const std::string_view bytes :
       {std::string_view("{\"a\":1}\n{\"a\":\"x\\\"}\"}\nstray\n{\"a\":3}\n"),
        std::string_view("[\n  {\n    \"a\": [{}]\n  },\n  {\n    \"a\": 2\n  }\n]\n"),
        std::string_view(R"({"id":1,"events":[{"a":1},{"a":2}],"s":[{"b":"]"}],"t":"x"}{"a":3})"),
        std::string_view("{\"a\":\"cut\n{\"a\":1}\n{\"a\":2,\n{\"a\":3}\n")}) {
    const List whole = items(bytes);
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
      EXPECT_EQ(in_pieces(bytes, size), whole) << bytes << " by " << size;
    }
  }
}

TEST(JsonStream, CountsLinesInsideOfWhatItSkips) {
  const std::string bytes = "{\n\"events\": [\n\n{\"a\":\n1}\n],\n\"x\":\n[\n1\n]\n}\nend\n";
  EXPECT_EQ(items(bytes), (List{"4:{\"a\":\n1}", "!12:end"}));
}

// None of these may take longer than a moment; the sizes make quadratic time minutes.
TEST(JsonStream, IsNeverSlow) {
  const auto repeat = [](std::string_view piece, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += piece;
    return text;
  };
  constexpr std::size_t kTimes = 100'000;
  EXPECT_EQ(items(repeat("[", kTimes)).size(), 0U);
  EXPECT_EQ(items(repeat("{\"a\":[1,\n", kTimes)).size(), kTimes);
  EXPECT_EQ(items(repeat("[{\"a\":[\n", kTimes)).size(), kTimes);
  EXPECT_EQ(items(repeat("\"a\":[1\n", kTimes)).size(), kTimes);
  EXPECT_EQ(items(repeat("{\"a\":{\n", kTimes)).size(), kTimes);
  EXPECT_EQ(items(repeat("{\"a\":\"\n", kTimes)).size(), kTimes);
  EXPECT_EQ(items("{\"a\":" + repeat("[", kTimes)).size(), 1U);
  EXPECT_EQ(items("[" + repeat("{\"a\":1},", kTimes)).size(), kTimes);
  EXPECT_EQ(items(repeat("{\"a\":1}", kTimes)).size(), kTimes);
  EXPECT_EQ(items("{\"events\":[" + repeat("{\"a\":1},", kTimes) + "]}").size(), kTimes);
  EXPECT_EQ(items("{\"a\":\"" + repeat("\\", 2 * kTimes) + "\"}").size(), 1U);
  EXPECT_EQ(items("{\"a\":\"" + repeat("\\\\\\\"", kTimes) + "\"}").size(), 1U);
  EXPECT_EQ(items(std::string(kTimes, '\0')).size(), 1U);
}

}  // namespace
}  // namespace pgcounsel
