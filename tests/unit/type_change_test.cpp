#include "advisors/sql/type_change.h"

#include <gtest/gtest.h>

#include <ostream>
#include <string_view>

namespace pgcounsel {

void PrintTo(TypeChange change, std::ostream* out) {
  constexpr std::string_view kNames[] = {"nothing", "rewrite", "time zone", "not known"};
  *out << kNames[static_cast<int>(change)];
}

namespace {

struct Case {
  ColumnType from, to;
  TypeChange change;
};

constexpr std::string_view kVarchar = "character varying", kText = "text", kNumeric = "numeric",
                           kTimestamp = "timestamp without time zone",
                           kTimestamptz = "timestamp with time zone";

// Each was tried on a server of version 15: whether the table's file was another one afterwards.
TEST(TypeChange, IsWhatAServerDoes) {
  const Case cases[] = {
      {{kVarchar, "(10)"}, {kVarchar, "(20)"}, TypeChange::kNothing},
      {{kVarchar, "(10)"}, {kVarchar, "(5)"}, TypeChange::kRewrite},
      {{kVarchar, "(10)"}, {kVarchar, ""}, TypeChange::kNothing},
      {{kVarchar, "(10)"}, {kText, ""}, TypeChange::kNothing},
      {{kVarchar, ""}, {kVarchar, "(10)"}, TypeChange::kRewrite},
      {{kText, ""}, {kVarchar, ""}, TypeChange::kNothing},
      {{kText, ""}, {kVarchar, "(50)"}, TypeChange::kRewrite},
      {{kText, ""}, {kText, ""}, TypeChange::kNothing},
      {{kVarchar, "(10)"}, {"character", "(10)"}, TypeChange::kRewrite},
      {{"character", "(5)"}, {"character", "(8)"}, TypeChange::kRewrite},
      {{"character", "(5)"}, {kText, ""}, TypeChange::kRewrite},
      {{"name", ""}, {kText, ""}, TypeChange::kRewrite},
      {{kNumeric, "(8,2)"}, {kNumeric, "(12,2)"}, TypeChange::kNothing},
      {{kNumeric, "(8,2)"}, {kNumeric, "(12,3)"}, TypeChange::kRewrite},
      {{kNumeric, "(8,2)"}, {kNumeric, "(7,2)"}, TypeChange::kRewrite},
      {{kNumeric, "(8,2)"}, {kNumeric, ""}, TypeChange::kNothing},
      {{kNumeric, ""}, {kNumeric, "(10,2)"}, TypeChange::kRewrite},
      {{"integer", ""}, {"bigint", ""}, TypeChange::kRewrite},
      {{"integer", ""}, {"smallint", ""}, TypeChange::kRewrite},
      {{"integer", ""}, {"oid", ""}, TypeChange::kNothing},
      {{kTimestamp, ""}, {kTimestamptz, ""}, TypeChange::kTimeZone},
      {{kTimestamptz, ""}, {kTimestamp, ""}, TypeChange::kTimeZone},
      {{kTimestamp, ""}, {kTimestamp, "(3)"}, TypeChange::kRewrite},
      {{kTimestamp, "(3)"}, {kTimestamp, "(6)"}, TypeChange::kNothing},
      {{kTimestamp, "(3)"}, {kTimestamp, ""}, TypeChange::kNothing},
      {{"time without time zone", "(3)"}, {"time without time zone", "(6)"}, TypeChange::kNothing},
      {{"cidr", ""}, {"inet", ""}, TypeChange::kNothing},
      {{"inet", ""}, {"cidr", ""}, TypeChange::kRewrite},
      {{"json", ""}, {"jsonb", ""}, TypeChange::kRewrite},
      {{"bit", "(3)"}, {"bit varying", "(3)"}, TypeChange::kRewrite},
      {{"character varying[]", "(5)"}, {"character varying[]", "(9)"}, TypeChange::kRewrite},
      {{"character varying[]", "(5)"}, {"character varying[]", ""}, TypeChange::kNothing},
      {{"character varying[]", "(5)"}, {"text[]", ""}, TypeChange::kRewrite},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(change_of(c.from, c.to, 150000), c.change)
        << c.from.name << c.from.modifier << " -> " << c.to.name << c.to.modifier;
  }
}

TEST(TypeChange, TimeZonesWereWrittenAnewBeforeVersion12) {
  EXPECT_EQ(change_of({kTimestamp, ""}, {kTimestamptz, ""}, 110022), TypeChange::kRewrite);
  EXPECT_EQ(change_of({kTimestamp, ""}, {kTimestamptz, ""}, 120000), TypeChange::kTimeZone);
}

TEST(TypeChange, SaysSoWhereTheOldTypeDecides) {
  EXPECT_EQ(change_of({}, {kText, ""}, 150000), TypeChange::kNothing);
  EXPECT_EQ(change_of({}, {kVarchar, ""}, 150000), TypeChange::kNothing);
  EXPECT_EQ(change_of({}, {"app.mood", ""}, 150000), TypeChange::kNotKnown);
  EXPECT_EQ(change_of({}, {kVarchar, "(10)"}, 150000), TypeChange::kNotKnown);
  EXPECT_EQ(change_of({}, {"bigint", ""}, 150000), TypeChange::kRewrite);
  EXPECT_EQ(change_of({"integer", ""}, {}, 150000), TypeChange::kNotKnown);
}

TEST(TypeChange, OddModifiersAreNoCrash) {
  for (const std::string_view odd : {"(", "()", "(,)", "(99999999999999)", "(x,y)", "(3"}) {
    EXPECT_EQ(change_of({kNumeric, odd}, {kNumeric, "(10,2)"}, 150000), TypeChange::kRewrite)
        << odd;
  }
}

}  // namespace
}  // namespace pgcounsel
