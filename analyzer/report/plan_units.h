// The figures of a plan as people read them. Plans print fractions, units.h takes integers.
#pragma once
#include <cstdint>
#include <string>

namespace pgcounsel {

std::uint64_t plan_whole(double value);                  // rounded; 0 of what is below
std::string plan_ms(double ms);                          // 1.23 ms, 27 s
std::string plan_rows(double rows);                      // 12,000; 0.33 below ten
std::string plan_factor(double factor);                  // ×3.5, ×120
std::string plan_share(double part, double whole);       // 41 %, <1 %; empty without a whole
std::string plan_blocks(double blocks);                  // of 8 kB: 1.2 MB
std::string plan_kilobytes(double kilobytes);            // 1.2 MB
std::string plan_cost(double cost);                      // 12,345.67
std::string plan_count(double count, const char* what);  // 1 loop, 12 loops

}  // namespace pgcounsel
