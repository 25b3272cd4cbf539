// Records of one source, in file order, into sums and session fragments. Never reads the ledger:
// whatever a record means without its neighbours is summed at once, whatever needs its session's
// context goes through the session's fragment.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analyzer/workload/session_fragment.h"
#include "analyzer/workload/sums.h"
#include "parser/log/event.h"
#include "parser/log/record.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {

class WorkloadBuilder {
 public:
  // `book` outlives the builder; `source` is the name that the slowest executions are told with,
  // `format` that of the log: each counts the records of a session for itself.
  WorkloadBuilder(StatementBook& book, std::string source, std::string format = {})
      : book_(book), source_(std::move(source)), format_(std::move(format)) {}

  void add(const LogRecord& record);

  // What lacks at `time` although no record tells: messages that the carrier says it dropped, and
  // messages whose end is not there.
  void note_lost(Time time, std::uint64_t reported, std::uint64_t cut = 0);

  // The sums since the last call.
  Sums take_sums();

  struct Changed {
    std::uint64_t session = 0;
    std::uint64_t number =
        0;  // of the fragment in this run: a session that was let go begins a new one
    bool complete = false;  // nothing has to be kept of it
    Time first{}, last{};
    std::string bytes;  // encoded; empty when complete
  };
  // Fragments that changed since the last call. Sessions that ended, and, above a cap, those not
  // heard of for longest, are let go: memory does not grow with the log.
  std::vector<Changed> take_changed_fragments();
  // What follows does not follow in time: sessions that go on begin new fragments.
  void let_go() { sessions_.clear(); }

 private:
  struct Session {
    SessionFragment fragment;
    std::uint64_t number = 0;
    std::uint32_t dimension = kNobody;  // as its authorization told
    bool changed = false;
    bool stored = false;  // a row of it is in the ledger
  };

  Session& session_of(const LogRecord& record);
  std::uint32_t dimension_of(const LogRecord& record, const Session* session);
  void note_facts(const LogRecord& record);
  void note_line(const LogRecord& record);
  void note_amounts(const LogRecord& record, std::string_view event_class);
  void note_error(const LogRecord& record, const ErrorKey& error);
  void note_session(const LogRecord& record, const ConnectionEvent& event);
  const StatementFacts& statement(std::string_view sql, TextKind kind = TextKind::kSimple);
  void feed_session(const LogRecord& record, SessionEvent event);

  void on(const LogRecord& record, const DurationEvent& event);
  void on(const LogRecord& record, const StatementEvent& event);
  void on(const LogRecord& record, const ConnectionEvent& event);
  void on(const LogRecord& record, const LockEvent& event);
  void on(const LogRecord& record, const TempFileEvent& event);
  void on(const LogRecord& record, const ErrorEvent& event);
  void on(const LogRecord& record, const OtherEvent& event);

  TimelineOutput output() { return {sums_, dimensions_, source_}; }

  StatementBook& book_;
  std::string source_, format_;
  Sums sums_;
  std::unordered_map<std::uint64_t, SessionLines> lines_;  // by session, since the last take_sums
  DimensionTable dimensions_;
  std::unordered_map<std::uint64_t, Session> sessions_;
  std::uint64_t next_number_ = 0;
};

}  // namespace pgcounsel
