// What the values of options mean: durations, points in time, choices. Each error is half a
// sentence about the value; the caller puts the option's name before it.
#pragma once
#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "analyzer/samples.h"
#include "parser/result.h"
#include "parser/time.h"

namespace pgcounsel {

// `500ms`, `30s`, `5min` (or `5m`), `24h`, `7d`; a bare `0` needs no unit.
Result<Micros> parse_duration(std::string_view text);

// A duration above zero, or `all`, which is no limit.
Result<std::optional<Micros>> parse_period(std::string_view text);

// `2026-03-12`, `2026-03-12 10:04`, `2026-03-12T10:04:20.5Z`, `2026-03-12 10:04:20 +02`.
// Without a zone it is UTC, as all times in reports are.
Result<Time> parse_point_in_time(std::string_view text);

// The position of `text` in `choices`.
Result<std::size_t> parse_choice(std::string_view text,
                                 const std::vector<std::string_view>& choices);

// `256M`, `1G`, `512MiB`, in powers of 1024; a bare number is bytes.
Result<std::size_t> parse_size(std::string_view text);

// `shop/web=20,*/batch=5`: database, user and size; `*` stands for any. The last of a pool counts.
Result<std::map<PoolSizeKey, PoolSize>> parse_pool_sizes(std::string_view text);

// yes, on, true, 1 and their opposites.
Result<bool> parse_switch(std::string_view text);

}  // namespace pgcounsel
