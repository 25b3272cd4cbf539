// Figures as people read them: durations, sizes, shares, ratios, times. Everything is computed with
// integers and written without a locale, so equal figures are equal bytes. Between a number and its
// unit stands a plain blank.
#pragma once
#include <cstdint>
#include <string>

#include "parser/time.h"

namespace pgcounsel {

std::string grouped(std::uint64_t value);    // 144,001
std::string counted(std::uint64_t value);    // 18,204, from ten millions on 41.2 M, 12.3 G
std::string duration(Micros value);          // 412 µs, 4.12 ms, 212 ms, 2.93 s, 144,001 s
std::string whole_seconds(Micros value);     // 214,830 s; below 10 s as duration()
std::string span(Micros value);              // 24 h, 2 h 27 m, 3 d 4 h, 45 s
std::string byte_size(std::uint64_t bytes);  // 812 B, 1.2 GB; 1 kB = 1024 bytes
std::string percent(std::uint64_t part, std::uint64_t whole);  // 68 %, <1 %; empty when whole is 0
std::string percent(Micros part, Micros whole);
std::string ratio(std::uint64_t after, std::uint64_t before);  // ×3.5, ×38, ×0.4; before > 0
// How a figure moved: `+6 %`, `−12 %`, from twice or half on `×3.5`, `×0.4`; `new` where there was
// nothing, `±0 %` where nothing moved.
std::string moved(std::uint64_t after, std::uint64_t before);
// Connections in use on average when `held` of them was spent within `length`: 66.0, 0.04.
std::string average_connections(Micros held, Micros length);
std::string share_bar(Micros part, Micros whole);  // ███░░░░░░░, ten cells

std::uint64_t count_of(Micros value);               // microseconds, never below 0
Micros mean_of(Micros total, std::uint64_t count);  // rounded; 0 when count is 0

std::string date_of(Time time);        // 2026-03-13
std::string date_with_day(Time time);  // 2026-03-13 (Fri)
std::string minute_of(Time time);      // 2026-03-13 07:00
std::string clock_of(Time time);       // 07:00

}  // namespace pgcounsel
