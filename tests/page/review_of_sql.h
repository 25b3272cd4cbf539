// What `pgcounsel check` makes of one file's text against a schema.
#pragma once
#include <memory>
#include <string_view>

#include "analyzer/review.h"

namespace pgcounsel {

// A first line `-- file: NAME` gives the file its name, which decides what kind of file it is;
// without one it is `queries.sql`.
std::unique_ptr<Review> review_of_sql(std::string_view sql, std::string_view schema);

}  // namespace pgcounsel
