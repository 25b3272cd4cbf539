// Records of one source, in file order, into sums and session fragments. Never reads the ledger:
// whatever a record means without its neighbours is summed at once, whatever needs its session's
// context goes through the session's fragment.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/workload/live_sums.h"
#include "analyzer/workload/reading.h"
#include "analyzer/workload/session_fragment.h"
#include "parser/log/event.h"
#include "parser/log/record.h"
#include "parser/sql/statement_book.h"

namespace pgcounsel {

class WorkloadBuilder {
 public:
  // `source` is the name that the slowest executions are told with, `format` that of the log: each
  // counts the records of a session for itself.
  explicit WorkloadBuilder(std::string source, std::string format = {})
      : source_(std::move(source)), format_(std::move(format)) {}

  // `reading` is what read_record made of the record, `lines_before` how many lines of the file
  // stand before the first one that `record.line` counts.
  void add(const LogRecord& record, const RecordReading& reading, std::uint64_t lines_before = 0);
  // The texts of the statements that the readings of some records point to.
  void note_texts(std::span<const SharedFacts> facts);

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
  // Fragments that changed since the last call. Sessions that ended, those of a server that was
  // started again, and, above a cap, those not heard of for longest, are let go: memory does not
  // grow with the log.
  std::vector<Changed> take_changed_fragments();
  // What follows does not follow in time: sessions that go on begin new fragments.
  void let_go() {
    sessions_.clear();
    latest_ = nullptr;
  }
  // About how much memory the sums, and the sessions that are open, take.
  std::size_t bytes_of_sums() const { return sums_.bytes(); }
  std::size_t bytes_of_sessions() const;

 private:
  struct Session {
    SessionFragment fragment;
    std::uint64_t number = 0;
    std::uint32_t dimension = kNobody;  // as its authorization told
    std::uint32_t named = kNobody;      // by its latest line that names somebody
    bool changed = false;
    bool over = false;             // the server was started after it: if it goes on, it begins anew
    bool stored = false;           // a row of it is in the ledger
    bool is_client_noted = false;  // or none of its lines tells it
  };

  // Ids of sessions differ in few of their bits.
  struct SessionHash {
    std::size_t operator()(std::uint64_t id) const {
      return static_cast<std::size_t>(mix_hash(id, 1));
    }
  };

  SessionEvent event_at(const LogRecord& record, SessionEvent::Kind kind) const;
  Session& session_of(const LogRecord& record);
  void note_client(const LogRecord& record, std::string_view database, std::string_view user,
                   Session& session);
  void add_client(const LogRecord& record, std::string_view database, std::string_view user,
                  const ClientAddress& client);
  void note_received(const LogRecord& record, Session& session);
  void note_authorized(const LogRecord& record, const ConnectionEvent& event, Session& session);
  std::uint32_t dimension_of(const LogRecord& record, Session* session);
  EventMark& mark_of(Time minute, std::string_view event_class, std::string_view detail);
  void note_mark(const LogRecord& record, std::string_view event_class, std::string_view detail,
                 Fingerprint fingerprint, std::uint64_t amount);
  void note_event(const LogRecord& record, const RecordReading& reading,
                  std::string_view event_class);
  void note_admin(const LogRecord& record, const RecordReading& reading);
  void note_facts(const LogRecord& record);
  void note_line(const LogRecord& record);
  void note_amounts(const LogRecord& record, std::string_view event_class);
  void note_error(const LogRecord& record, const ErrorKey& error, Fingerprint fingerprint);
  void note_session(const LogRecord& record, const ConnectionEvent& event);
  void feed_session(const LogRecord& record, SessionEvent&& event);
  void note_lock(const LogRecord& record, const LockEvent& event, Fingerprint victim);
  void note_end(const LogRecord& record);
  void note_deadlock(const LogRecord& record, Fingerprint victim);
  void note_plan(const LogRecord& record, const RecordReading& reading, const DurationEvent& event);

  void on(const LogRecord& record, const RecordReading& reading, const DurationEvent& event);
  void on(const LogRecord& record, const RecordReading& reading, const StatementEvent& event);
  void on(const LogRecord& record, const RecordReading& reading, const ConnectionEvent& event);
  void on(const LogRecord& record, const RecordReading& reading, const LockEvent& event);
  void on(const LogRecord& record, const RecordReading& reading, const TempFileEvent& event);
  void on(const LogRecord& record, const RecordReading& reading, const ErrorEvent& event);
  void on(const LogRecord& record, const RecordReading& reading, const OtherEvent& event);

  TimelineOutput output(std::uint32_t pid = 0) { return {sums_, dimensions_, source_, pid}; }

  std::string source_, format_;
  std::uint64_t lines_before_ = 0;  // the record that is being added
  LiveSums sums_;
  tsl::robin_map<std::uint64_t, SessionLines, SessionHash>
      lines_;  // by session, since the last take_sums
  DimensionTable dimensions_;
  struct NumberedNames {
    std::uint64_t names = 0;
    std::uint32_t dimension = kNobody;
  };
  std::array<NumberedNames, 1024> dimension_by_names_{};  // each at a place of its own
  tsl::robin_map<std::uint64_t, std::unique_ptr<Session>, SessionHash> sessions_;
  StatementBook deadlocked_;   // what a deadlock's other statements are
  Session* latest_ = nullptr;  // of the record before: often the next one is its, too
  std::uint64_t latest_id_ = 0;
  std::uint64_t next_number_ = 0;
  // Of sums_, until they are taken: most events are like one of the latest.
  struct LatestMark {
    Time minute{};
    const char* event_class = nullptr;  // of the table of messages: the same text, the same place
    std::string_view detail;
    EventMark* mark = nullptr;
  };
  std::array<LatestMark, 8> latest_marks_{};
};

}  // namespace pgcounsel
