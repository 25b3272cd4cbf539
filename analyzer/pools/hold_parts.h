// What a connection that is held does with its time.
#pragma once
namespace pgcounsel {

// In connection-seconds, or in connection-seconds a second (connections).
struct HoldParts {
  double busy = 0;       // a statement runs
  double lock_wait = 0;  // a statement waits for a lock
  double idle = 0;       // idle in transaction
  double outside = 0;    // kept by a client outside of transactions (session pooling)

  double total() const { return busy + lock_wait + idle + outside; }
  HoldParts& operator+=(const HoldParts& other) {
    busy += other.busy;
    lock_wait += other.lock_wait;
    idle += other.idle;
    outside += other.outside;
    return *this;
  }
  HoldParts operator*(double factor) const {
    return {busy * factor, lock_wait * factor, idle * factor, outside * factor};
  }
  HoldParts operator-(const HoldParts& other) const {
    return {busy - other.busy, lock_wait - other.lock_wait, idle - other.idle,
            outside - other.outside};
  }
};

}  // namespace pgcounsel
