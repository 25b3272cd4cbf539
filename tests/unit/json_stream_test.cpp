#include "parser/json_stream.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgcounsel {
namespace {

using List = std::vector<std::string>;

// `line:text` of each object, with `!` before what is stray.
List items(std::string_view bytes, bool last = true) {
  JsonStream stream(bytes, 1, last);
  List found;
  for (auto item = stream.next(); item != JsonStream::Item::kEnd; item = stream.next()) {
    found.push_back((item == JsonStream::Item::kStray ? "!" : "") + std::to_string(stream.line()) +
                    ":" + std::string(stream.text()));
  }
  return found;
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
      {R"({"\"events":[{"b":1}]})", {R"(1:{"\"events":[{"b":1}]})"}},
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

TEST(JsonStream, OfALineThatLacksItsBeginningOnlyTheTornEntryIsLost) {
  struct Case {
    std::string_view bytes;
    List items;
  };
  const Case cases[] = {
      {R"(3,"b":"x"},{"a":1},{"a":2}],"n":"x"})",
       {R"(!1:3,"b":"x"},)", R"(1:{"a":1})", R"(1:{"a":2})"}},
      {R"(x"}, {"a": 1}, {"a": 2}]})", {R"(!1:x"},)", R"(1:{"a": 1})", R"(1:{"a": 2})"}},
      {R"(ents":[{"a":1},{"a":2}]})", {R"(!1:ents":[)", R"(1:{"a":1})", R"(1:{"a":2})"}},
      {R"("b":"x"},{"a":1}]})", {R"(!1:"b":"x"},)", R"(1:{"a":1})"}},
      // What only looks like an entry is inside of a string.
      {R"(x \"},{\"a\":1"},{"a":1}]})", {R"(!1:x \"},{\"a\":1"},)", R"(1:{"a":1})"}},
      {R"(x},{","b":1},{"a":1}]})", {R"(!1:x},{","b":1},)", R"(1:{"a":1})"}},
      {R"(x [{y},{z)", {R"(!1:x [{y},{z)"}},
      {R"(x [{"y)", {R"(!1:x [{"y)"}},
      {"x},{\"a\":\n{\"a\":1}\n", {"!1:x},", "!1:{\"a\":", "2:{\"a\":1}"}},
      // A key has no place behind an entry.
      {R"({"a":1}"x":{"a":2}{"a":3})", {R"(1:{"a":1})", R"(!1:"x":{"a":2}{"a":3})"}},
      {R"({"a":1}, "x":[{"a":2},{"a":3}])",
       {R"(1:{"a":1})", R"(!1:"x":[)", R"(1:{"a":2})", R"(1:{"a":3})"}},
      {R"(["events":["events":[{ })", {R"(!1:"events":[{ })"}},
      // Torn in the middle.
      {R"({"events":[{"a":1},{"a" 2,"b":[{"c":3}]},{"a":4}]})",
       {R"(1:{"a":1})", R"(!1:{"a" 2,"b":[)", R"(1:{"c":3})", R"(1:{"a":4})"}},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(items(c.bytes), c.items) << c.bytes;
    for (std::size_t size = 1; size <= c.bytes.size(); ++size) {
      EXPECT_EQ(in_pieces(c.bytes, size), c.items) << c.bytes << " by " << size;
    }
  }
}

TEST(JsonStream, FindsTheNextEntryWhereverADocumentIsTorn) {
  const std::string entry = R"({"t":1,"m":"a \"},{\" [{ \\\\"},)";
  const std::string rest = R"({"t":2,"m":"b"},{"t":3,"m":"[{"}],"next":"x","list":[1,"y"]})";
  const std::string document = R"({"id":"x","events":[)" + entry + rest;
  const List whole = {R"(1:{"t":2,"m":"b"})", R"(1:{"t":3,"m":"[{"})"};
  const std::size_t end = document.size() - rest.size();
  for (std::size_t torn = 1; torn < end - 2; ++torn) {
    const std::string_view bytes = std::string_view(document).substr(torn);
    List found = items(bytes);
    ASSERT_GE(found.size(), 3U) << bytes;
    EXPECT_EQ(List(found.end() - 2, found.end()), whole) << bytes;
    const bool has_first = torn <= end - entry.size();
    const bool is_clean = torn == end - entry.size() || torn == end - entry.size() - 1;
    EXPECT_EQ(found.size(), has_first && !is_clean ? 4U : 3U) << bytes;
    EXPECT_TRUE(is_clean || found[0][0] == '!') << bytes;
    for (const std::size_t size : {1U, 2U, 3U, 7U, 30U})
      EXPECT_EQ(in_pieces(bytes, size), found) << bytes;
  }
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
  for (const std::string_view piece :
       {"},{", "},{\"", "},{\"a\":", "[{\"a\":", "{\"a\":[1,", "x},{\"a\":1}", "[{\"a\":1",
        "},{\"a\":1]", "[{\"a\" [{\"a\":", "},{\"a\":\"", "\"a\":1,", "   {", "},{\"a\":1} x"}) {
    for (const std::string_view first : {"x", "{", "[", "\""}) {
      const std::string bytes = std::string(first) + repeat(piece, kTimes);
      EXPECT_LE(items(bytes).size(), 4 * kTimes) << first << piece;
      EXPECT_LE(items(bytes + repeat("}]", kTimes / 4)).size(), 4 * kTimes) << first << piece;
    }
  }
}

}  // namespace
}  // namespace pgcounsel
