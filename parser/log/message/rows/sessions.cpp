// Statements that were cancelled, sessions that were ended.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"statement_timeout", "statement_timeout", "57014",
     "canceling statement due to statement timeout",
     recorded("canceling statement due to statement timeout")},
    {"user_cancel", "user_cancel", "57014", "canceling statement due to user request",
     recorded("canceling statement due to user request")},
    {"recovery_conflict", "recovery_conflict", "40001",
     "canceling statement due to conflict with recovery",
     recorded("canceling statement due to conflict with recovery")},
    {"recovery_conflict", "recovery_conflict_session", "",
     "terminating connection due to conflict with recovery",
     source_text("terminating connection due to conflict with recovery")},
    {"autovacuum_cancel", "autovacuum_cancel", "57014", "canceling autovacuum task",
     recorded("canceling autovacuum task")},
    {"", "authentication_timeout", "57014", "canceling authentication due to timeout",
     source_text("canceling authentication due to timeout")},
    {"", "sync_wait_cancelled", "",
     "canceling wait for synchronous replication due to {cause:words}",
     source_text("canceling wait for synchronous replication due to user request")},
    {"", "sync_wait_cancelled", "57P01",
     "canceling the wait for synchronous replication and terminating connection due to "
     "administrator command",
     source_text("canceling the wait for synchronous replication and terminating connection due to "
                 "administrator command")},
    {"idle_in_transaction_timeout", "idle_in_transaction_timeout", "25P03",
     "terminating connection due to idle-in-transaction timeout",
     recorded("terminating connection due to idle-in-transaction timeout")},
    {"transaction_timeout", "transaction_timeout", "25P04",
     "terminating connection due to transaction timeout",
     source_text("terminating connection due to transaction timeout")},
    {"idle_session_timeout", "idle_session_timeout", "57P05",
     "terminating connection due to idle-session timeout",
     recorded("terminating connection due to idle-session timeout")},
    {"terminated", "terminated", "57P01", "terminating connection due to administrator command",
     recorded("terminating connection due to administrator command")},
    {"terminated", "background_worker_terminated", "57P01",
     "terminating background worker \"{worker:other}\" due to administrator command",
     source_text("terminating background worker \"parallel worker\" due to administrator command")},
    {"terminated", "immediate_shutdown", "57P01",
     "terminating connection due to immediate shutdown command",
     source_text("terminating connection due to immediate shutdown command")},
    {"terminated", "unexpected_quit", "57P01",
     "terminating connection because of unexpected SIGQUIT signal",
     source_text("terminating connection because of unexpected SIGQUIT signal")},
    {"terminated", "postmaster_gone", "57P01",
     "terminating connection due to unexpected postmaster exit",
     source_text("terminating connection due to unexpected postmaster exit")},
    {"", "autovacuum_terminated", "57P01",
     "terminating autovacuum process due to administrator command",
     recorded("terminating autovacuum process due to administrator command")},
    {"", "crash_of_another", "57P02",
     "terminating connection because of crash of another server process",
     source_text("terminating connection because of crash of another server process")},
};

}  // namespace

std::span<const MessageRow> session_rows() {
  return kRows;
}

}  // namespace pgcounsel
