// Three nights for the tests of the report: a quiet one, a busy one, and one full of hostile text.
#pragma once
#include <string>
#include <vector>

#include "analyzer/report/report.h"

namespace pgcounsel {

Time at(int day, int hour, int minute = 0);
Micros ms(std::int64_t value);
Micros sec(std::int64_t value);

QueryRow query_row(std::uint64_t fingerprint, std::string text, std::uint64_t calls, Micros mean);

// A statement of its own that was held as long as the query's rows say.
TransactionRow single(const QueryRow& query, std::string id);
Workload empty_night();
ServerReport quiet_night();
ServerReport busy_night();
const std::vector<std::string>& hostile_texts();

PoolRow hostile_pool(const std::string& evil, const std::string& transaction, std::uint64_t number);

// Every place that takes foreign text holds some of it, and each text stands in every place once.
ServerReport hostile_night();

}  // namespace pgcounsel
