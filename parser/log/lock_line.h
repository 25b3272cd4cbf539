// What the lines about locks tell beside how long was waited: on what, who holds it, and who was
// caught in a deadlock. Of a lock's object only its kind is a fact to keep; the numbers in it may
// be values of an application (advisory locks).
#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace pgcounsel {

enum class LockTarget : std::uint8_t {
  kUnknown,
  kTransaction,  // the end of the transaction that changed a row
  kTuple,        // a row that another one waits for already
  kRelation,
  kPage,
  kAdvisory,
  kOther,
};
constexpr std::uint8_t kLockTargets = 7;
std::string_view name_of(LockTarget target);  // "transaction"

// `transaction 799`, `tuple (0,1) of relation 16434 of database 5`, `advisory lock [5,0,77,1]`.
LockTarget lock_target_of(std::string_view object);

// The processes in `Process holding the lock: 6574. Wait queue: 6575.`, ascending, each once, the
// first so many of them. 0 is a prepared transaction.
constexpr std::size_t kMostHolders = 16;
std::vector<std::uint32_t> lock_holders_in(std::string_view detail);

// The table in a CONTEXT such as `while updating tuple (0,1) in relation "carts"`, else the
// `relation 16434` of the object, else empty.
std::string_view lock_relation_in(std::string_view context, std::string_view object);

// One of those that wait for each other, by the DETAIL of `deadlock detected`.
struct DeadlockedProcess {
  std::uint32_t pid = 0, blocker = 0;
  LockTarget target = LockTarget::kUnknown;
  std::string_view statement;  // with its values; empty where the server tells none
};
constexpr std::size_t kMostDeadlocked = 32;
std::vector<DeadlockedProcess> deadlocked_in(std::string_view detail);

}  // namespace pgcounsel
