// Three stages over the pieces of an input: `read` and `take` see them one at a time and in their
// order, `prepare` sees several at a time. Every thread does whatever can be done next, so that
// with one thread the stages run in turn, and with more none of them waits for work that is there.
#pragma once
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <vector>

#include "analyzer/ingest/prepared.h"

namespace pgcounsel {

struct PipelineStages {
  std::function<bool(PreparedChunk&)> read;  // false: nothing is left
  std::function<void(PreparedChunk&, std::size_t thread)> prepare;
  // False stops everything.
  std::function<bool(PreparedChunk&)> take;
};

class Pipeline {
 public:
  Pipeline(std::size_t threads, PipelineStages stages);

  // Returns when all is taken, or `take` said stop. The calling thread is one of the threads; it
  // throws what a stage threw (no memory).
  void run();

  // To be called by `take`: all pieces behind the one that it has, in their order, whose reading is
  // taken back. They will be read again.
  std::vector<PreparedChunk*> take_back();

 private:
  struct Slot {
    PreparedChunk chunk;
    bool prepared = false;
  };
  Slot& slot(std::uint64_t number) { return slots_[number % slots_.size()]; }
  void work(std::size_t thread);
  bool do_next(std::unique_lock<std::mutex>& lock, std::size_t thread);

  std::size_t threads_;
  PipelineStages stages_;
  std::vector<Slot> slots_;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Numbers of pieces: the next one to be read, prepared, taken.
  std::uint64_t read_ = 0, prepared_ = 0, taken_ = 0;
  std::size_t preparing_ = 0;
  std::exception_ptr failure_;
  bool reading_ = false, taking_ = false, ended_ = false, stopped_ = false, held_ = false;
};

}  // namespace pgcounsel
