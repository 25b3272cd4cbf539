#include "analyzer/workload/builder.h"

#include <algorithm>
#include <utility>

#include "parser/log/amounts.h"

namespace pgcounsel {
namespace {

using Kind = SessionEvent::Kind;
constexpr std::size_t kMostOpenSessions = 20'000;

Time hour_of(const LogRecord& record) {
  return floor_to(record.time, kHour);
}

// CREATE … IF NOT EXISTS takes that long where it creates something.
constexpr Micros kCreates{2'000};
constexpr std::string_view kDeadlock = "40P01";

bool is_cancel(std::string_view sqlstate) {
  return sqlstate == "57014" || sqlstate == "55P03" || sqlstate == kDeadlock;
}

// Also those that end the session while its statement runs.
bool ends_a_wait(std::string_view sqlstate) {
  return is_cancel(sqlstate) || sqlstate == "57P01" || sqlstate == "25P04" || sqlstate == "08006";
}

Fingerprint fingerprint_of(const RecordReading& reading) {
  return reading.facts == nullptr ? Fingerprint{} : reading.facts->fingerprint;
}

std::string name_in(std::string_view told) {
  return std::string(known_name(told));
}

// The server's own limit is one thing, that of a role or database another.
std::string_view detail_of(const ErrorEvent& error) {
  const bool is_own = error.sqlstate != "53300" || error.row == nullptr;
  return is_own || !error.row->name.ends_with("_limit") ? error.sqlstate : error.row->name;
}

}  // namespace

SessionEvent WorkloadBuilder::event_at(const LogRecord& record, Kind kind) const {
  SessionEvent event;
  event.kind = kind;
  event.time = record.time;
  event.line = lines_before_ + record.line;
  event.outside_transaction = record.in_transaction.has_value() && !*record.in_transaction;
  return event;
}

void WorkloadBuilder::add(const LogRecord& record, const RecordReading& reading,
                          std::uint64_t lines_before) {
  lines_before_ = lines_before;
  if (record.origin == Origin::kPooler) {
    sums_.rest.pooler.add(record);
    return;
  }
  note_facts(record);
  note_line(record);
  const Event& event = reading.event;
  if (const auto* duration = std::get_if<DurationEvent>(&event)) {
    on(record, reading, *duration);
    return;
  }
  const std::string_view event_class = event_class_of(event);
  if (!event_class.empty()) ++sums_.event(event_class, record.time);
  note_event(record, reading, event_class);
  if (event_class == "server_start" || event_class == "server_down") {
    sums_.rest.restarts.insert(record.time);
    for (const auto& [id, session] : sessions_) session->over = true;
  }
  if (!std::holds_alternative<StatementEvent>(event)) note_amounts(record, event_class);
  std::visit([&](const auto& alternative) { on(record, reading, alternative); }, event);
}

void WorkloadBuilder::note_texts(std::span<const SharedFacts> facts) {
  for (const SharedFacts& entry : facts) {
    sums_.rest.texts[entry->fingerprint.value].merge(entry->text, entry->parsed);
  }
}

void WorkloadBuilder::note_lost(Time time, std::uint64_t reported, std::uint64_t cut) {
  Losses losses;
  losses.reported = reported;
  losses.cut = cut;
  sums_.rest.details.lost[floor_to(time, kHour)].merge(losses);
}

// A process number comes again, so only sessions with an id can be counted through.
void WorkloadBuilder::note_line(const LogRecord& record) {
  if (record.session_line == 0 || record.line_counter == LineCounter::kText) return;
  if (!record.session.known() || !record.session.has_start()) return;
  lines_[record.session.id].add(record.session_line, record.time);
}

void WorkloadBuilder::note_amounts(const LogRecord& record, std::string_view event_class) {
  const Amounts amounts = amounts_of(event_class, record);
  for (const Amount& amount : amounts.all()) {
    sums_.rest.details.add_measure(record.time, std::string(amounts.event_class),
                                   std::string(amounts.object), std::string(amount.measure),
                                   amount.value);
  }
}

EventMark& WorkloadBuilder::mark_of(Time minute, std::string_view event_class,
                                    std::string_view detail) {
  const auto place = reinterpret_cast<std::uintptr_t>(event_class.data()) >> 3;
  LatestMark& latest = latest_marks_[place % latest_marks_.size()];
  const bool is_it = latest.mark != nullptr && latest.minute == minute &&
                     latest.event_class == event_class.data() && latest.detail == detail;
  if (is_it) return *latest.mark;
  const auto it =
      sums_.rest.details.marks.try_emplace({minute, std::string(event_class), std::string(detail)})
          .first;
  latest = {minute, event_class.data(), it->first.detail, &it->second};
  return it->second;
}

void WorkloadBuilder::note_mark(const LogRecord& record, std::string_view event_class,
                                std::string_view detail, Fingerprint fingerprint,
                                std::uint64_t amount) {
  EventMark& mark = mark_of(floor_to(record.time, kMinute), event_class, detail);
  if (record.time > mark.first) {  // as nearly all
    ++mark.count;
    mark.amount += amount;
    mark.last = std::max(mark.last, record.time);
    return;
  }
  EventMark added;
  added.count = 1;
  added.amount = amount;
  added.first = added.last = record.time;
  added.source = source_;
  added.line = lines_before_ + record.line;
  added.object = amounts_of(event_class, record).object;
  added.fingerprint = fingerprint.value;
  mark.merge(added);
}

// Every session is received and ends, so these are no marks. A refusal in another language has no
// class of its own.
void WorkloadBuilder::note_event(const LogRecord& record, const RecordReading& reading,
                                 std::string_view event_class) {
  const auto* error = std::get_if<ErrorEvent>(&reading.event);
  if (event_class.empty() && error != nullptr && error->refused_connection) event_class = "refused";
  if (event_class.empty() || event_class == "connection_authenticated") return;
  if (std::holds_alternative<ConnectionEvent>(reading.event)) return;
  const auto* file = std::get_if<TempFileEvent>(&reading.event);
  note_mark(record, event_class, error == nullptr ? std::string_view{} : detail_of(*error),
            fingerprint_of(reading), file == nullptr ? 0 : file->bytes);
}

void WorkloadBuilder::note_admin(const LogRecord& record, const RecordReading& reading) {
  note_mark(record, "statement", name_of(reading.facts->admin), reading.facts->fingerprint, 0);
}

// Only names that the record itself carries: what a session said before may stand in another file.
void WorkloadBuilder::note_error(const LogRecord& record, const ErrorKey& error,
                                 Fingerprint fingerprint) {
  EventSums& sums = sums_.rest.details;
  ++sums.error_minutes[{floor_to(record.time, kMinute), error.sqlstate, error.severity}];
  ErrorSourceKey source{error.hour,
                        error.severity,
                        error.sqlstate,
                        error.message,
                        name_in(record.database),
                        name_in(record.user),
                        name_in(record.application),
                        fingerprint.value};
  ++sums.error_sources[std::move(source)];
}

void WorkloadBuilder::note_session(const LogRecord& record, const ConnectionEvent& event) {
  const bool named = !known_name(record.user).empty();
  const std::string_view user = named ? record.user : event.user;
  const std::string_view database = named ? record.database : event.database;
  sums_.rest.details
      .sessions[{hour_of(record), name_in(database), name_in(user), name_in(record.application)}]
      .add(event.session_time);
}

void WorkloadBuilder::note_facts(const LogRecord& record) {
  LogFacts& facts = sums_.facts(record.time);
  ++facts.records;
  facts.first = std::min(facts.first, record.time);
  facts.last = std::max(facts.last, record.time);
  if (facts.flags == LogFacts::kAll) return;
  // What is set is not looked at again: some logs never show all of it.
  const auto learn = [&facts](std::uint32_t bit, const auto& shows) {
    if ((facts.flags & bit) == 0 && shows()) facts.flags |= bit;
  };
  learn(LogFacts::kTime, [&] { return record.has_time; });
  learn(LogFacts::kMilliseconds, [&] { return record.has_fraction; });
  learn(LogFacts::kSessionIds,
        [&] { return record.session.known() && record.session.has_start(); });
  learn(LogFacts::kInTransaction, [&] { return record.in_transaction.has_value(); });
  learn(LogFacts::kNames, [&] { return !record.user.empty() && !record.database.empty(); });
  learn(LogFacts::kApplication, [&] { return !record.application.empty(); });
}

WorkloadBuilder::Session& WorkloadBuilder::session_of(const LogRecord& record) {
  if (latest_ == nullptr || latest_id_ != record.session.id) {
    const auto [it, inserted] = sessions_.try_emplace(record.session.id);
    std::unique_ptr<Session>& session = it.value();
    if (inserted) {
      session = std::make_unique<Session>();
      session->number = next_number_++;
      session->fragment.source = source_;
    }
    if (!session->is_client_noted) note_client(record, record.database, record.user, *session);
    latest_ = session.get();
    latest_id_ = record.session.id;
  }
  latest_->changed = true;
  latest_->over = false;
  return *latest_;
}

std::uint32_t WorkloadBuilder::dimension_of(const LogRecord& record, Session* session) {
  if (session == nullptr) {
    return dimensions_.intern(record.database, record.user, record.application);
  }
  if (record.user.empty() && record.database.empty()) return session->dimension;
  NumberedNames& numbered = dimension_by_names_[record.names % dimension_by_names_.size()];
  if (record.names != 0 && numbered.names == record.names) return numbered.dimension;
  if (!dimensions_.is(session->named, record.database, record.user, record.application)) {
    session->named = dimensions_.intern(record.database, record.user, record.application);
  }
  numbered = {record.names, session->named};
  return session->named;
}

void WorkloadBuilder::feed_session(const LogRecord& record, SessionEvent&& event) {
  if (!record.session.known()) {
    // Without a process id every line stands alone: executions count, transactions cannot be told.
    event.role = StatementRole::kOther;
    event.dimension = dimension_of(record, nullptr);
    SessionState alone;
    if (event.kind != Kind::kLogged) advance(alone, event, output());
    return;
  }
  Session& session = session_of(record);
  event.dimension = dimension_of(record, &session);
  event.nameless = event.dimension == kNobody && record.user.empty() && record.database.empty();
  feed(session.fragment, event, output(record.session.process()));
}

void WorkloadBuilder::on(const LogRecord& record, const RecordReading& reading,
                         const DurationEvent& event) {
  using Duration = DurationEvent::Kind;
  Kind kind = Kind::kBare;
  switch (event.kind) {
    case Duration::kStatement:
      kind = Kind::kStatement;
      break;
    case Duration::kExecute:
      kind = Kind::kExecute;
      break;
    case Duration::kParse:
      kind = Kind::kParse;
      break;
    case Duration::kBind:
      kind = Kind::kBind;
      break;
    case Duration::kBare:
      kind = Kind::kBare;
      break;
    case Duration::kFastpath:
      break;  // no SQL: part of the hold only
    case Duration::kPlan:
      return note_plan(record, reading, event);  // auto_explain, no execution
  }
  SessionEvent session_event = event_at(record, kind);
  session_event.duration = event.duration;
  if (reading.facts != nullptr) {
    session_event.fingerprint = reading.facts->fingerprint;
    session_event.role = reading.facts->role;
    if (reading.facts->insert_form == InsertForm::kSeveralRows && session_event.completes()) {
      sums_.measure(StatementMeasure::kInsertRows, session_event.fingerprint, record.time).add(1);
    }
    // So short, it found all that it would create.
    const bool did_nothing = reading.facts->only_creates_missing && event.duration < kCreates;
    if (reading.facts->admin != AdminStatement::kNone && session_event.completes() &&
        !did_nothing) {
      note_admin(record, reading);
    }
  } else if (kind != Kind::kBare) {
    return;  // a text that was cut off: the record counts, the execution has no name
  }
  feed_session(record, std::move(session_event));
}

void WorkloadBuilder::on(const LogRecord& record, const RecordReading& reading,
                         const StatementEvent&) {
  SessionEvent session_event = event_at(record, Kind::kLogged);
  if (reading.facts == nullptr) return;
  session_event.fingerprint = reading.facts->fingerprint;
  session_event.role = reading.facts->role;
  if (reading.facts->admin != AdminStatement::kNone) note_admin(record, reading);
  feed_session(record, std::move(session_event));
}

void WorkloadBuilder::on(const LogRecord& record, const RecordReading&,
                         const ConnectionEvent& event) {
  ConnectionCounts& counts = sums_.rest.connections[hour_of(record)];
  switch (event.kind) {
    case ConnectionEvent::Kind::kReceived:
      ++counts.received;
      break;
    case ConnectionEvent::Kind::kAuthorized:
      ++counts.authorized;
      break;
    case ConnectionEvent::Kind::kReady:
      break;
    case ConnectionEvent::Kind::kDisconnected:
      ++counts.disconnected;
      break;
  }
  if (event.kind == ConnectionEvent::Kind::kReady) return;
  if (event.kind == ConnectionEvent::Kind::kDisconnected) note_session(record, event);
  if (!record.session.known()) return;
  if (event.kind == ConnectionEvent::Kind::kDisconnected) {
    if (const auto lines = lines_.find(record.session.id); lines != lines_.end()) {
      lines.value().ended = true;
    }
    feed_session(record, event_at(record, Kind::kDisconnected));
    session_closed(session_of(record).fragment, record.time, event.session_time, output());
    return;
  }
  feed_session(record, event_at(record, Kind::kReceived));
  Session& session = session_of(record);
  const bool authorized = event.kind == ConnectionEvent::Kind::kAuthorized;
  if (authorized) {
    session.dimension = dimensions_.intern(event.database, event.user, event.application);
    note_authorized(record, event, session);
  } else {
    note_received(record, session);
  }
  if (record.has_fraction && authorized) setup_done(session.fragment, record.time, output());
  session_received(session.fragment, record.time, output());
  if (record.has_fraction && !authorized) setup_begun(session.fragment, record.time);
  if (authorized) {
    session.fragment.names = session.dimension;
    session_opened(session.fragment, record.time, session.dimension);
  }
}

void WorkloadBuilder::on(const LogRecord& record, const RecordReading& reading,
                         const LockEvent& event) {
  note_lock(record, event, fingerprint_of(reading));
  if (event.kind == LockEvent::Kind::kDeadlock) return;  // the ERROR that follows tells it
  SessionEvent session_event = event_at(
      record, event.kind == LockEvent::Kind::kWaiting ? Kind::kLockWaiting : Kind::kLockAcquired);
  session_event.duration = event.waited;
  session_event.fingerprint = fingerprint_of(reading);
  feed_session(record, std::move(session_event));
}

void WorkloadBuilder::on(const LogRecord& record, const RecordReading& reading,
                         const TempFileEvent& event) {
  const Fingerprint fingerprint = fingerprint_of(reading);
  sums_.measure(StatementMeasure::kTempFile, fingerprint, record.time).add(event.bytes);
  if (record.statement.empty()) return;
  QueryStats& stats = sums_.query(fingerprint, record.time);
  stats.temp_bytes += event.bytes;
  stats.seen_at(record.time);
}

void WorkloadBuilder::on(const LogRecord& record, const RecordReading& reading,
                         const ErrorEvent& event) {
  ErrorKey key;
  key.hour = hour_of(record);
  key.severity = name_of(record.severity);
  key.sqlstate = event.sqlstate;
  if (event.row != nullptr) key.message = folded_text(*event.row);
  ++sums_.rest.errors[key];
  if (event.refused_connection) ++sums_.rest.connections[hour_of(record)].refused;
  if (record.severity < Severity::kError) return;
  note_error(record, key, fingerprint_of(reading));
  const bool fatal = record.severity >= Severity::kFatal;
  if (ends_a_wait(event.sqlstate)) note_end(record);
  if (event.sqlstate == kDeadlock) note_deadlock(record, fingerprint_of(reading));
  SessionEvent session_event = event_at(record, fatal ? Kind::kFatal : Kind::kError);
  session_event.cancelled = is_cancel(event.sqlstate);
  session_event.fingerprint = fingerprint_of(reading);
  feed_session(record, std::move(session_event));
  if (event.refused_connection && record.session.known()) {
    session_refused(session_of(record).fragment);
  }
}

void WorkloadBuilder::on(const LogRecord&, const RecordReading&, const OtherEvent&) {}

Sums WorkloadBuilder::take_sums() {
  latest_marks_ = {};
  Sums taken = sums_.take(dimensions_);
  for (const auto& [session, lines] : lines_) taken.details.lines[{session, format_}] = lines;
  lines_.clear();
  return taken;
}

std::size_t WorkloadBuilder::bytes_of_sessions() const {
  std::size_t bytes = 0;
  for (const auto& [id, session] : sessions_) {
    bytes += sizeof(Session) + session->fragment.head.capacity() * sizeof(SessionEvent);
  }
  return bytes;
}

std::vector<WorkloadBuilder::Changed> WorkloadBuilder::take_changed_fragments() {
  std::vector<Changed> changed;
  latest_ = nullptr;
  for (const auto& [id, kept] : sessions_) {
    Session& session = *kept;
    if (!session.changed) continue;
    session.changed = false;
    Changed row{id,
                session.number,
                session.fragment.complete(),
                session.fragment.first,
                session.fragment.last,
                {}};
    if (row.complete && !session.stored) continue;
    if (!row.complete) row.bytes = encode(session.fragment, dimensions_);
    session.stored = !row.complete;
    changed.push_back(std::move(row));
  }
  std::vector<Time> lasts;
  for (auto it = sessions_.begin(); it != sessions_.end();) {
    if (it->second->fragment.disconnected || it->second->over) {
      it = sessions_.erase(it);
    } else {
      lasts.push_back(it->second->fragment.last);
      ++it;
    }
  }
  if (lasts.size() > kMostOpenSessions) {
    std::nth_element(lasts.begin(), lasts.begin() + kMostOpenSessions / 2, lasts.end());
    const Time limit = lasts[kMostOpenSessions / 2];
    for (auto it = sessions_.begin(); it != sessions_.end();) {
      it = it->second->fragment.last < limit ? sessions_.erase(it) : std::next(it);
    }
  }
  std::sort(changed.begin(), changed.end(), [](const Changed& a, const Changed& b) {
    return std::pair(a.session, a.number) < std::pair(b.session, b.number);
  });
  return changed;
}

}  // namespace pgcounsel
