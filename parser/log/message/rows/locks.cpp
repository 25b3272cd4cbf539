// Locks: waits, deadlocks, locks that could not be had.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// Rows that share a beginning stand from the narrow to the wide.
constexpr MessageRow kRows[] = {
    {"lock_wait", "lock_wait", "",
     "process {pid:number} still waiting for {lock:words} on {object:words} after {ms:number} ms",
     recorded("process 6575 still waiting for ShareLock on transaction 799 after 100.096 ms")},
    {"lock_acquired", "lock_acquired", "",
     "process {pid:number} acquired {lock:words} on {object:words} after {ms:number} ms",
     recorded("process 6575 acquired ShareLock on transaction 799 after 303.366 ms")},
    {"deadlock_wait", "deadlock_wait", "",
     "process {pid:number} detected deadlock while waiting for {lock:words} on {object:words} "
     "after {ms:number} ms",
     recorded("process 6575 detected deadlock while waiting for ShareLock on transaction 803 after "
              "100.099 ms")},
    {"deadlock_avoided", "deadlock_avoided", "",
     "process {pid:number} avoided deadlock for {lock:words} on {object:words} by rearranging "
     "queue order after {ms:number} ms",
     source_text("process 77 avoided deadlock for ShareLock on transaction 12 by rearranging queue "
                 "order after 1000.051 ms")},
    {"lock_failed", "lock_failed", "",
     "process {pid:number} failed to acquire {lock:words} on {object:words} after {ms:number} ms",
     source_text("process 77 failed to acquire ShareLock on transaction 12 after 1000.051 ms")},
    {"recovery_lock_wait", "recovery_wait", "",
     "recovery still waiting after {ms:number} ms: {conflict:words}",
     recorded("recovery still waiting after 300.148 ms: recovery conflict on lock")},
    {"", "recovery_wait_over", "",
     "recovery finished waiting after {ms:number} ms: {conflict:words}",
     recorded("recovery finished waiting after 1019.979 ms: recovery conflict on lock")},
    {"deadlock", "deadlock", "40P01", "deadlock detected", recorded("deadlock detected")},
    {"lock_timeout", "lock_timeout", "55P03", "canceling statement due to lock timeout",
     recorded("canceling statement due to lock timeout")},
    {"", "lock_not_available", "55P03",
     "could not obtain lock on row in relation \"{table:identifier}\"",
     recorded("could not obtain lock on row in relation \"carts\"")},
    {"", "lock_not_available", "55P03", "could not obtain lock on relation \"{table:identifier}\"",
     source_text("could not obtain lock on relation \"carts\"")},
    {"", "lock_not_owned", "01000", "you don't own a lock of type {lock:words}",
     recorded("you don't own a lock of type ExclusiveLock")},
};

}  // namespace

std::span<const MessageRow> lock_rows() {
  return kRows;
}

}  // namespace pgcounsel
