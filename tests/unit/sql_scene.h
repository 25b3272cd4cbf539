// A checked statement with its schema, for tests of what rules about SQL share.
#pragma once
#include <gtest/gtest.h>

#include <memory>
#include <string_view>

#include "advisors/sql/sql_rule.h"
#include "analyzer/workload.h"
#include "tests/page/review_of_sql.h"

namespace pgcounsel {

struct SqlScene {
  Workload workload;
  std::unique_ptr<Review> review;
  Brief brief;
  std::unique_ptr<SqlContext> made;

  explicit SqlScene(std::string_view sql, std::string_view schema = {})
      : review(review_of_sql(sql, schema)), brief{workload, review.get()} {
    const bool parsed = review->statements.size() == 1 && review->statements.front().tree;
    EXPECT_TRUE(parsed) << sql;
    if (!parsed) return;
    const ReviewStatement& statement = review->statements.front();
    made = std::make_unique<SqlContext>(
        SqlContext{brief, *review, review->files.front(), statement, statement.tree->root()});
  }
  SqlScene(const SqlScene&) = delete;
  SqlScene& operator=(const SqlScene&) = delete;

  const SqlContext& context() const { return *made; }
  Node root() const { return made->root; }
};

}  // namespace pgcounsel
