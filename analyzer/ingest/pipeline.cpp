#include "analyzer/ingest/pipeline.h"

#include <thread>
#include <utility>

namespace pgcounsel {
namespace {

// Enough that nobody waits for one slow piece, few enough to stay in the caches.
std::size_t slots_for(std::size_t threads) {
  return threads == 1 ? 1 : 2 * threads + 2;
}

}  // namespace

Pipeline::Pipeline(std::size_t threads, PipelineStages stages)
    : threads_(threads), stages_(std::move(stages)), slots_(slots_for(threads)) {}

void Pipeline::run() {
  std::vector<std::thread> helpers;
  for (std::size_t thread = 1; thread < threads_; ++thread) {
    helpers.emplace_back([this, thread] { work(thread); });
  }
  work(0);
  for (std::thread& helper : helpers) helper.join();
  if (failure_) std::rethrow_exception(failure_);
}

void Pipeline::work(std::size_t thread) {
  std::unique_lock lock(mutex_);
  try {
    while (!stopped_ && !(ended_ && taken_ == read_)) {
      if (do_next(lock, thread)) {
        changed_.notify_all();
      } else {
        changed_.wait(lock);
      }
    }
  } catch (...) {
    if (!lock.owns_lock()) lock.lock();
    failure_ = std::current_exception();
    stopped_ = true;
  }
  changed_.notify_all();
}

// The latest stage first: what is done with makes room. The lock is not held during the work.
bool Pipeline::do_next(std::unique_lock<std::mutex>& lock, std::size_t thread) {
  if (!taking_ && taken_ < prepared_ && slot(taken_).prepared) {
    taking_ = true;
    lock.unlock();
    const bool go_on = stages_.take(slot(taken_).chunk);
    lock.lock();
    slot(taken_).prepared = false;
    ++taken_;
    taking_ = held_ = false;
    stopped_ = stopped_ || !go_on;
    return true;
  }
  if (held_) return false;
  if (prepared_ < read_) {
    Slot& next = slot(prepared_++);
    ++preparing_;
    lock.unlock();
    stages_.prepare(next.chunk, thread);
    lock.lock();
    --preparing_;
    next.prepared = true;
    return true;
  }
  if (!reading_ && !ended_ && read_ - taken_ < slots_.size()) {
    reading_ = true;
    Slot& next = slot(read_);
    lock.unlock();
    const bool any = stages_.read(next.chunk);
    lock.lock();
    reading_ = false;
    if (any) {
      ++read_;
    } else {
      ended_ = true;
    }
    return true;
  }
  return false;
}

std::vector<PreparedChunk*> Pipeline::take_back() {
  std::unique_lock lock(mutex_);
  held_ = true;
  changed_.wait(lock, [this] { return stopped_ || (!reading_ && preparing_ == 0); });
  if (stopped_) return {};
  std::vector<PreparedChunk*> chunks;
  for (std::uint64_t number = taken_ + 1; number < read_; ++number) {
    slot(number).prepared = false;
    chunks.push_back(&slot(number).chunk);
  }
  read_ = prepared_ = taken_ + 1;
  ended_ = false;
  return chunks;
}

}  // namespace pgcounsel
