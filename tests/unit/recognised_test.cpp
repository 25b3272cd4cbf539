// What is no log, beside logs and alone.
#include "analyzer/ingest/recognised.h"

#include <gtest/gtest.h>

#include "tests/unit/ledger_fixture.h"
#include "tests/unit/scratch.h"
#include "tests/unit/shop_log.h"

namespace pgcounsel {
namespace {

std::string tar_of(std::string_view name, std::string_view bytes) {
  std::string block(512, '\0');
  block.replace(0, name.size(), name);
  block.replace(257, 8, std::string_view("ustar\00000", 8));
  block += bytes;
  block.append(1024, '\0');
  return block;
}

// The error of the only input; empty where it can be used.
std::string error_of(const std::string& path, const FormatHints& hints = {}) {
  std::vector<Warning> warnings;
  const auto inputs = recognise_inputs({path}, hints, warnings);
  return inputs ? "" : inputs.error().message;
}

TEST(Recognised, AnArchiveIsToBeUnpacked) {
  const Scratch scratch;
  const std::string log = bytes_of(shop_log(), LogForm::kSession);
  for (const std::string& bytes : {tar_of("shop.log", log), "PK\x03\x04" + log}) {
    const std::string error = error_of(scratch.write("logs", bytes));
    EXPECT_NE(error.find("is an archive of files: unpack it"), std::string::npos) << error;
  }
  EXPECT_EQ(error_of(scratch.write("logs", log)), "");
}

TEST(Recognised, AnArchiveBesideALogIsAWarning) {
  const Scratch scratch;
  const std::string log = bytes_of(shop_log(), LogForm::kSession);
  scratch.write("logs/old.tar", tar_of("shop.log", log));
  scratch.write("logs/shop.log", log);
  auto store = Store::in_memory();
  ASSERT_TRUE(store.has_value());
  const IngestOutcome outcome = take(*store, {scratch.path("logs")});
  EXPECT_EQ(outcome.records, 52U);
  ASSERT_EQ(outcome.warnings.size(), 1U);
  EXPECT_EQ(outcome.warnings[0].code, "unusable_input");
}

TEST(Recognised, ProseThatNamesASeverityIsNoLog) {
  const Scratch scratch;
  for (const std::string text :
       {"This folder holds logs. LOG: nothing\nAsk Ann for more.\n",
        "Note LOG:  see below\nNote ERROR:  see above\n", "read this, WARNING:  old files\n"}) {
    EXPECT_NE(error_of(scratch.write("README.txt", text)), "") << text;
  }
  for (const std::string text : {"LOG:  starting\nLOG:  database system is ready\n",
                                 "user=web,db=shop LOG:  duration: 1.0 ms\n"}) {
    EXPECT_EQ(error_of(scratch.write("shop.log", text)), "") << text;
  }
}

TEST(Recognised, AFormatThatIsToldIsNotGuessedAnew) {
  const Scratch scratch;
  const std::string path = scratch.write("shop.log", bytes_of(shop_log(), LogForm::kSession));
  for (const std::string form : {"docker", "cloudsql", "azure", "syslog", "cri", "heroku"}) {
    FormatHints hints;
    hints.input_format = form;
    const std::string error = error_of(path, hints);
    EXPECT_NE(error.find("no log in the form `" + form + "`"), std::string::npos) << error;
  }
}

}  // namespace
}  // namespace pgcounsel
