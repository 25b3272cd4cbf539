#include "analyzer/ingest/pipeline.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

namespace pgcounsel {
namespace {

// Numbers stand in the chunks' `consumed`; preparing squares them into `size`.
struct Numbers {
  std::uint64_t next = 0, end = 0;
  std::atomic<int> reading = 0, taking = 0;
  std::atomic<bool> overlapped = false;
  std::vector<std::size_t> taken;

  PipelineStages stages() {
    PipelineStages stages;
    stages.read = [this](PreparedChunk& chunk) {
      overlapped = overlapped || ++reading > 1;
      const bool any = next < end;
      if (any) chunk.input.consumed = next++;
      --reading;
      return any;
    };
    stages.prepare = [](PreparedChunk& chunk, std::size_t) {
      chunk.input.size = chunk.input.consumed * chunk.input.consumed;
    };
    stages.take = [this](PreparedChunk& chunk) {
      overlapped = overlapped || ++taking > 1;
      taken.push_back(chunk.input.size);
      --taking;
      return true;
    };
    return stages;
  }
};

class PipelineOf : public testing::TestWithParam<std::size_t> {};

TEST_P(PipelineOf, TakesAllInOrderOneAtATime) {
  Numbers numbers;
  numbers.end = 500;
  Pipeline(GetParam(), numbers.stages()).run();
  ASSERT_EQ(numbers.taken.size(), 500U);
  for (std::size_t i = 0; i < 500; ++i) EXPECT_EQ(numbers.taken[i], i * i);
  EXPECT_FALSE(numbers.overlapped);
}

TEST_P(PipelineOf, EndsWhereNothingIsThere) {
  Numbers numbers;
  Pipeline(GetParam(), numbers.stages()).run();
  EXPECT_TRUE(numbers.taken.empty());
}

TEST_P(PipelineOf, StopsWhenTold) {
  Numbers numbers;
  numbers.end = 500;
  PipelineStages stages = numbers.stages();
  stages.take = [&numbers](PreparedChunk& chunk) {
    numbers.taken.push_back(chunk.input.size);
    return numbers.taken.size() < 10;
  };
  Pipeline(GetParam(), std::move(stages)).run();
  EXPECT_EQ(numbers.taken.size(), 10U);
}

TEST_P(PipelineOf, ReadsAgainWhatWasTakenBack) {
  Numbers numbers;
  numbers.end = 300;
  PipelineStages stages = numbers.stages();
  Pipeline* pipeline = nullptr;
  stages.take = [&](PreparedChunk& chunk) {
    numbers.taken.push_back(chunk.input.size);
    if (numbers.taken.size() % 50 == 7) {
      std::uint64_t expected = chunk.input.consumed;
      for (const PreparedChunk* ahead : pipeline->take_back()) {
        EXPECT_EQ(ahead->input.consumed, ++expected);
      }
      EXPECT_EQ(numbers.next, expected + 1);
      numbers.next = chunk.input.consumed + 1;
    }
    return true;
  };
  Pipeline made(GetParam(), std::move(stages));
  pipeline = &made;
  made.run();
  ASSERT_EQ(numbers.taken.size(), 300U);
  for (std::size_t i = 0; i < 300; ++i) EXPECT_EQ(numbers.taken[i], i * i);
}

INSTANTIATE_TEST_SUITE_P(Threads, PipelineOf, testing::Values(1, 2, 3, 8));

}  // namespace
}  // namespace pgcounsel
