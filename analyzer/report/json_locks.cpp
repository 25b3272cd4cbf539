#include "analyzer/report/json_locks.h"

namespace pgcounsel {
namespace {

void write_statement(JsonWriter& json, Fingerprint fingerprint, const std::string& text) {
  json.open('{');
  json.key("fingerprint").string_or_null(fingerprint ? hex(fingerprint) : std::string());
  json.key("query").string_or_null(text);
  json.close('}');
}

void write_blocker(JsonWriter& json, const std::string& transaction, const std::string& label) {
  json.key("blocker").string_or_null(transaction);
  json.key("label").string_or_null(label);
}

void write_waits(JsonWriter& json, std::uint64_t waits, Micros blocked, Micros longest) {
  json.key("waits").number(waits);
  json.key("blocked_s").seconds(blocked);
  json.key("longest_s").seconds(longest);
}

void write_edge(JsonWriter& json, const LockEdge& edge) {
  json.open('{');
  json.key("victim");
  write_statement(json, edge.victim, edge.victim_text);
  write_blocker(json, edge.blocker, edge.blocker_label);
  json.key("object").string(edge.object);
  json.key("relation").string_or_null(edge.relation);
  write_waits(json, edge.waits, edge.blocked, edge.longest);
  json.key("source").place(edge.line);
  json.close('}');
}

void write_root(JsonWriter& json, const RootBlocker& root) {
  json.open('{');
  write_blocker(json, root.transaction, root.label);
  write_waits(json, root.waits, root.blocked, root.longest);
  json.key("transactions").number(root.holds);
  json.key("idle_in_transaction_share").number(root.idle_share);
  json.close('}');
}

void write_deadlock(JsonWriter& json, const DeadlockRow& deadlock) {
  json.open('{');
  json.key("statements").open('[');
  for (const DeadlockStatement& statement : deadlock.statements) {
    write_statement(json, statement.fingerprint, statement.text);
  }
  json.close(']');
  json.key("relation").string_or_null(deadlock.relation);
  json.key("count").number(deadlock.count);
  json.key("first").time(deadlock.first);
  json.key("source").place(deadlock.line);
  json.close('}');
}

template <class Rows, class Write>
void write_array(JsonWriter& json, std::string_view key, const Rows& rows, const Write& write) {
  json.key(key).open('[');
  for (const auto& row : rows) write(json, row);
  json.close(']');
}

void write_window_blocker(JsonWriter& json, const WindowBlocker& blocker) {
  json.open('{');
  json.key("transaction").string_or_null(blocker.transaction);
  json.key("label").string_or_null(blocker.label);
  if (!blocker.user.empty()) json.key("user").string(blocker.user);
  json.key("waits").number(blocker.waits);
  json.key("blocked_s").number(blocker.blocked_s);
  json.key("idle_in_transaction_share").number(blocker.idle_share);
  json.key("late");
  blocker.late ? json.number(*blocker.late) : json.null();
  json.close('}');
}

}  // namespace

void write_locks(JsonWriter& json, const LockReport& locks) {
  write_array(json, "locks", locks.edges, write_edge);
  write_array(json, "lock_roots", locks.roots, write_root);
  json.key("lock_totals").open('{');
  write_waits(json, locks.waits, locks.blocked, locks.longest);
  json.key("is_sample").boolean(locks.is_sample);
  json.close('}');
  write_array(json, "deadlocks", locks.deadlocks, write_deadlock);
}

void write_window_locks(JsonWriter& json, const PoolWindow& window) {
  json.key("lock_waits").number(window.lock_waits);
  json.key("lock_wait_s").number(window.lock_wait_s);
  write_array(json, "blockers", window.blockers, write_window_blocker);
}

}  // namespace pgcounsel
