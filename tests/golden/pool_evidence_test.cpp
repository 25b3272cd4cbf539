// What is said of a full pool when the log is worse than one could wish: without session ids or
// connections, of whole seconds, cut to the window, with a threshold, with a clock that jumps.
// The logs are recordings of real servers (samples/pool_exhaustion and tests/recorded), spoiled
// here. The window must be found where the log supports it, within two seconds; the cause must be
// the right one or `mixed`, told with low confidence and with what lacks; and a wrong cause must
// never be told with high confidence.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "tests/golden/pool_stories.h"

namespace pgcounsel {
namespace {

// ---- What a log may have gone through

RecordedLog as_it_is(const RecordedLog& log, const Story&) {
  return log;
}
RecordedLog no_session_ids(const RecordedLog& log, const Story&) {
  return without_session_ids(log);
}
RecordedLog whole_seconds(const RecordedLog& log, const Story&) {
  return with_whole_seconds(log);
}
RecordedLog whole_seconds_alone(const RecordedLog& log, const Story&) {
  return without_session_ids(with_whole_seconds(log));
}
RecordedLog of_rds(const RecordedLog& log, const Story&) {
  return with_rds_prefix(log);
}
RecordedLog first_fifth_dropped(const RecordedLog& log, const Story&) {
  const Time begin = time_of(log.front()), end = time_of(log.back());
  return between(log, begin + (end - begin) / 5, end);
}
RecordedLog cut_to_the_window(const RecordedLog& log, const Story& story) {
  return between(log, at(story.full_since), at(story.full_until) + kSecond);
}
RecordedLog no_connections(const RecordedLog& log, const Story&) {
  return without_connections(log);
}
RecordedLog no_lock_waits(const RecordedLog& log, const Story&) {
  return without_lock_waits(log);
}
RecordedLog above_10_ms(const RecordedLog& log, const Story&) {
  return without_statements_below(log, 10);
}
RecordedLog above_50_ms(const RecordedLog& log, const Story&) {
  return without_statements_below(log, 50);
}
RecordedLog clock_an_hour_off_before(const RecordedLog& log, const Story& story) {
  const Time since = at(story.full_since) - 20 * kSecond;
  return with_wrong_clock(log, since, since + 5 * kSecond, kHour);
}
RecordedLog clock_an_hour_off_inside(const RecordedLog& log, const Story& story) {
  const Time since = at(story.full_since) + 10 * kSecond;
  return with_wrong_clock(log, since, since + 5 * kSecond, kHour);
}

struct Spoiled {
  const char* name;
  const Story* story;
  RecordedLog (*spoil)(const RecordedLog&, const Story&);
  Micros tolerance = kTolerance;
};

void PrintTo(const Spoiled& spoiled, std::ostream* out) {
  *out << spoiled.name << " of " << spoiled.story->name;
}

std::string name_of(const testing::TestParamInfo<Spoiled>& each) {
  return std::string(each.param.story->name) + "_" + each.param.name;
}

PoolRow pool_after(const Spoiled& spoiled) {
  return pool_of(text_of(spoiled.spoil(log_of(*spoiled.story), *spoiled.story)));
}

// ---- Logs that lack nothing which the cause needs: the window and the cause

class PoolEvidenceEnough : public testing::TestWithParam<Spoiled> {};

TEST_P(PoolEvidenceEnough, TheWindowAndItsCauseAreRight) {
  const Story& story = *GetParam().story;
  const PoolRow pool = pool_after(GetParam());
  ASSERT_NO_FATAL_FAILURE(expect_one_window(pool, story));
  expect_right(pool.windows[0], story.causes);
}

// ---- Logs that support the window, and perhaps not the cause

class PoolEvidenceOfWindow : public testing::TestWithParam<Spoiled> {};

TEST_P(PoolEvidenceOfWindow, TheWindowIsRightAndTheCauseIsOrNoneIsSure) {
  const Story& story = *GetParam().story;
  const PoolRow pool = pool_after(GetParam());
  expect_right_or_unsure(pool, story);
  expect_one_window(pool, story, GetParam().tolerance);
}

// ---- Logs from which nobody can tell the window

class PoolEvidenceLittle : public testing::TestWithParam<Spoiled> {};

TEST_P(PoolEvidenceLittle, NoWrongCauseIsSure) {
  expect_right_or_unsure(pool_after(GetParam()), *GetParam().story);
}

const std::vector<const Story*> kAll{&kPayment, &kForgotten, &kPerson,
                                     &kConvoy,  &kRetries,   &kStarved};
const std::vector<Spoiled> kEnough{
    {"AsItIs", nullptr, as_it_is},
    {"WithoutSessionIds", nullptr, no_session_ids},
    {"WithoutConnections", nullptr, no_connections},
};
const std::vector<Spoiled> kOfWindow{
    {"WholeSeconds", nullptr, whole_seconds, kTolerance + kSecond},
    {"WholeSecondsWithoutSessionIds", nullptr, whole_seconds_alone, kTolerance + kSecond},
    {"OfRds", nullptr, of_rds, kTolerance + kSecond},
    {"FirstFifthDropped", nullptr, first_fifth_dropped},
    {"CutToTheWindow", nullptr, cut_to_the_window, kTolerance + kSecond},
    {"WithoutLockWaits", nullptr, no_lock_waits},
    {"ClockAnHourOffBefore", nullptr, clock_an_hour_off_before},
};
const std::vector<Spoiled> kLittle{
    {"Above10Ms", nullptr, above_10_ms},
    {"Above50Ms", nullptr, above_50_ms},
    {"ClockAnHourOffInside", nullptr, clock_an_hour_off_inside},
};

std::vector<Spoiled> cases_of(const std::vector<Spoiled>& ways) {
  std::vector<Spoiled> cases;
  for (const Story* story : kAll) {
    for (const Spoiled& way : ways) {
      cases.push_back({way.name, story, way.spoil, way.tolerance});
    }
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Golden, PoolEvidenceEnough, testing::ValuesIn(cases_of(kEnough)), name_of);
INSTANTIATE_TEST_SUITE_P(Golden, PoolEvidenceOfWindow, testing::ValuesIn(cases_of(kOfWindow)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Golden, PoolEvidenceLittle, testing::ValuesIn(cases_of(kLittle)), name_of);

}  // namespace
}  // namespace pgcounsel
