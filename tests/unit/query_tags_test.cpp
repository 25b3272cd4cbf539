#include "parser/sql/query_tags.h"

#include <gtest/gtest.h>

namespace pgcounsel {
namespace {

TEST(QueryTags, TellWhereAStatementComesFrom) {
  const struct {
    std::string_view sql, action;
  } cases[] = {
      {"SELECT 1", ""},
      {"SELECT 1 /*action='show',controller='orders'*/", "orders#show"},
      {"SELECT 1 /*application:Shop,controller:orders,action:index*/", "orders#index"},
      {"/*route='%2Forders%2F:id'*/ SELECT 1", "/orders/:id"},
      {"SELECT 1 /*job:MailJob*/", "MailJob"},
      {"SELECT 1 /*file='app/a.py',line='12'*/", "app/a.py:12"},
      {"SELECT 1 /*action='show'", ""},
      {"SELECT 1 /*user:ann,action:ann@example.org*/", ""},
      {"SELECT 1 /*action=''*/", ""},
      {"SELECT 1 /*a*/ /*action:x*/ /*b*/", "x"},
      {"SELECT 1 /*action='100%'*/", ""},
  };
  for (const auto& one : cases) EXPECT_EQ(action_of_tags(one.sql), one.action) << one.sql;
}

}  // namespace
}  // namespace pgcounsel
