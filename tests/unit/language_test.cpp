#include "analyzer/ingest/language.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"

namespace pgcounsel {
namespace {

LogRecord record(Severity severity, std::string_view message, bool localised) {
  LogRecord record;
  record.severity = severity;
  record.message = message;
  record.localised = localised;
  return record;
}

TEST(LanguageCheck, TellsTheShareOfWhatIsNotKnown) {
  const std::vector<LogRecord> records = {
      record(Severity::kLog, "Dauer: 1.0 ms  Anweisung: SELECT 1", true),
      record(Severity::kLog, "Verbindung empfangen: host=10.0.0.7", true),
      record(Severity::kLog, "Checkpoint beginnt: time", true),
      record(Severity::kError, "Relation »t« existiert nicht", true),
      record(Severity::kNotice, "Tabelle »t« existiert nicht, wird übersprungen", true),
      record(Severity::kLog, "a message of an extension", false)};
  LanguageCheck check;
  check.add(records);
  const auto warning = check.warning();
  ASSERT_TRUE(warning.has_value());
  EXPECT_EQ(warning->code, "localised_messages");
  EXPECT_NE(warning->message.find("2 of 4 records"), std::string::npos) << warning->message;
  EXPECT_NE(warning->message.find("(50 %)"), std::string::npos) << warning->message;
  EXPECT_NE(warning->message.find("lc_messages = 'C'"), std::string::npos);
}

TEST(LanguageCheck, IsSilentWhereEverythingIsUnderstood) {
  const std::vector<LogRecord> records = {
      record(Severity::kLog, "durée : 1.0 ms, instruction : SELECT 1", true),
      record(Severity::kLog, "a message of an extension", false),
      record(Severity::kError, "another one", false)};
  LanguageCheck check;
  check.add(records);
  EXPECT_FALSE(check.warning().has_value());
}

TEST(LanguageCheck, WarnsOnceForAnInput) {
  const Scratch scratch;
  std::string log;
  for (int second = 10; second < 60; ++second) {
    const std::string at = "2026-03-12 10:00:" + std::to_string(second) + ".000 UTC [7] ";
    log += at + "LOG:  Dauer: 1.0 ms  Anweisung: SELECT 1\n" + at +
           "FEHLER:  Division durch Null\n" + at + "ANWEISUNG:  SELECT 1/0\n";
  }
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  const IngestOutcome outcome = take(*store, {scratch.write("de.log", log)});
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_EQ(outcome.warnings[0].code, "localised_messages");
  EXPECT_EQ(workload_of(*store).coverage.warnings.size(), 1U);
}

}  // namespace
}  // namespace pgcounsel
