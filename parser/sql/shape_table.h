// A hash table from shapes to values of any kind: one array, one look on a hit. Shapes are good
// hashes already. The owner bounds it: the table tells what it takes and can lose every second of
// its entries.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "parser/sql/shape.h"

namespace pgcounsel {

// Value{} stands for no value; Value converts to bool, false for that one alone.
template <typename Value>
class ShapeTable {
 public:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  // Places are good until the next call that changes the table.
  std::size_t find(const Shape& shape) const {
    if (slots_.empty()) return kNone;
    const std::size_t place = place_of(shape);
    return slots_[place].value ? place : kNone;
  }
  const Value& at(std::size_t place) const { return slots_[place].value; }
  std::size_t size() const { return size_; }

  std::size_t bytes() const { return slots_.capacity() * sizeof(Slot); }
  // What the next insertion takes for a while, to have the old array and a larger one.
  std::size_t bytes_to_grow() const { return is_full() ? next_count() * sizeof(Slot) : 0; }

  // REQUIRES: the shape has no value yet.
  std::size_t insert(const Shape& shape, Value value) {
    if (is_full()) move_to(next_count());
    ++size_;
    return put(shape, std::move(value));
  }

  // Tells `lost` of every value that goes.
  template <typename Lost>
  void halve(Lost lost) {
    bool drop = false;
    for (Slot& slot : slots_) {
      if (!slot.value || !(drop = !drop)) continue;
      lost(slot.value);
      slot.value = Value{};
      --size_;
    }
    move_to(slots_.size());
  }

 private:
  struct Slot {
    Shape shape;
    Value value{};
  };

  bool is_full() const { return 4 * (size_ + 1) > 3 * slots_.size(); }
  std::size_t next_count() const { return slots_.empty() ? 64 : 2 * slots_.size(); }

  // Where the shape is, or else would be.
  std::size_t place_of(const Shape& shape) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t place = static_cast<std::size_t>(shape.high) & mask;
    while (slots_[place].value && slots_[place].shape != shape) place = (place + 1) & mask;
    return place;
  }
  std::size_t put(const Shape& shape, Value value) {
    const std::size_t place = place_of(shape);
    slots_[place] = {shape, std::move(value)};
    return place;
  }
  void move_to(std::size_t count) {
    std::vector<Slot> old(count);
    old.swap(slots_);
    for (Slot& slot : old)
      if (slot.value) put(slot.shape, std::move(slot.value));
  }

  std::vector<Slot> slots_;  // a power of two
  std::size_t size_ = 0;
};

}  // namespace pgcounsel
