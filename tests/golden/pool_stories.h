// The stories of recorded full pools (samples/pool_exhaustion, tests/recorded), and what a report
// may say of them: the window within two seconds where the log supports it; the right cause, or
// `mixed` with low confidence and with what lacks.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "tests/golden/recorded_log.h"
#include "tests/unit/ledger_fixture.h"

namespace pgcounsel {

using Words = std::vector<std::string_view>;

// What happened in a recording.
struct Story {
  std::string_view name;
  // In truth.json: the first and the last second in which clients waited.
  std::string_view full_since, full_until;
  Words causes;    // of a log that lacks nothing
  Words possible;  // what a log that hides something may be told to show
};

extern const Story kPayment;
// Victims wait for the lock of a transaction that its client forgot.
extern const Story kForgotten, kPerson;
// Many want the same row, each for a moment.
extern const Story kConvoy;
// Each wait is shorter than deadlock_timeout, so the log has no line of any, and a transaction
// waits several times: the fast quartile of its UPDATE grows, too.
extern const Story kConvoyShort;
// Arrivals grew because statements were slow and clients asked again.
extern const Story kRetries;
// A tenth of the holds is not in the log, of the short ones a quarter: processes wait for the core
// before they begin.
extern const Story kStarved, kStarvedShort;

Time at(std::string_view text);
const RecordedLog& log_of(const Story& story);

// The pool of the shop.
PoolRow pool_of(const Store& store, const std::string& server);
PoolRow pool_of(const std::string& log);

// For the message of a failed test.
std::string shown(const PoolWindow& window);

constexpr Micros kTolerance = 2 * kSecond;

bool is_near(const PoolWindow& window, const Story& story, Micros later, Micros tolerance);
void expect_one_window(const PoolRow& pool, const Story& story, Micros tolerance = kTolerance);
void expect_right(const PoolWindow& window, const Words& causes);
void expect_right_or_unsure(const PoolRow& pool, const Story& story);

}  // namespace pgcounsel
