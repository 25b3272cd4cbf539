#include <gtest/gtest.h>

#include <string>

#include "parser/log/envelope/format.h"
#include "parser/log/reader.h"

namespace pgcounsel {
namespace {

std::string kind_of(std::string_view head) {
  const auto format = recognise_envelope(head, EnvelopeHints{});
  return format ? std::string(name_of(*format)) : "";
}

TEST(EnvelopeFormat, IsRecognisedBehindAnEntryThatWasTorn) {
  const std::string docker = R"({"log":"a\n","stream":"stderr","time":"2025-08-29T14:15:10Z"})"
                             "\n";
  const std::string pretty =
      "  {\n    \"timestamp\": 1756476910123,\n    \"message\": \"m\",\n    \"eventId\": \"3\"\n  "
      "},\n";
  const std::string syslog = "<134>1 2023-06-05T19:33:14Z db1 postgres 26 - - LOG:  x\n";
  const std::string journal = "__CURSOR=s=1\nMESSAGE=x\n\n";
  struct Case {
    std::string head, wanted;
  };
  const Case cases[] = {
      {docker, "docker"},
      {"m\\n\",\"stream\":\"stderr\"}\n" + docker + docker, "docker"},
      {": \"m\",\n    \"eventId\": \"2\"\n  },\n" + pretty + pretty + pretty, "cloudwatch"},
      {"[1-1] 2023-06-05 LOG:  x\n" + syslog + syslog, "syslog"},
      {"{ 1, 2 } is the end of a line\n" + syslog + syslog, "syslog"},
      {R"(x"},{"timestamp":1,"message":"m","eventId":"3"},{"timestamp":2,"message":"m","eventId":"4"}]})",
       "cloudwatch"},
      {"2026-11-22 07:48:43.355 UTC [1] LOG:  statement: SELECT '[{\"a\":1},{\"b\":2}]'\n", ""},
      {"bc=1\nMESSAGE=a\n\n" + journal, "journald"},
      {"2026-11-22 07:48:43.355 UTC [1] LOG:  duration: 1.0 ms  plan:\n\t{\n\t  \"Plan\": "
       "{}\n\t}\n",
       ""},
      {"", ""},
      {"\n{", ""},
      {"\n\n", ""},
  };
  for (const Case& c : cases) EXPECT_EQ(kind_of(c.head), c.wanted) << c.head;
}

TEST(EnvelopeFormat, TheFiguresOfHerokusDatabaseAreAnotherProgram) {
  const std::string log =
      "2019-03-14T00:22:56+00:00 app[postgres.48]: [GREEN] [15-1] "
      "2019-03-14 00:22:56 UTC [48] LOG:  a\n"
      "2019-03-14T00:22:56+00:00 app[heroku-postgres]: source=DATABASE sample#a=1\n"
      "2019-03-14T00:22:57+00:00 app[postgres.48]: [GREEN] [16-1] "
      "2019-03-14 00:22:57 UTC [48] LOG:  b\n";
  const auto format = recognise(log, true, FormatHints{});
  ASSERT_TRUE(format && *format);
  ChunkRecords records;
  EXPECT_EQ(read_chunk(**format, Chunk{log, 1, true}, records), log.size());
  EXPECT_EQ(records.records.size(), 2U);
  EXPECT_EQ(records.unparsed, 0U);
  EXPECT_EQ(records.foreign, 1U);
}

TEST(EnvelopeFormat, AStreamOfLogsIsNamedAsItsInstance) {
  const std::string log =
      "2023-06-05T19:33:14.123000+00:00 shop.0 2023-06-05 19:33:14 UTC:[local]:u@d:[1]:LOG:  x\n";
  const auto format = recognise_envelope(log, EnvelopeHints{});
  ASSERT_TRUE(format);
  Envelopes envelopes;
  read_envelopes(*format, Chunk{log, 1, true}, envelopes);
  ASSERT_EQ(envelopes.list.size(), 1U);
  EXPECT_EQ(envelopes.list[0].host, "shop");
}

}  // namespace
}  // namespace pgcounsel
