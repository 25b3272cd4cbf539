// What makes two plans the same one, and two conditions.
#include "analyzer/plans/plan_hash.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analyzer/plans/condition.h"
#include "parser/plan/plan_reader.h"

namespace pgcounsel {
namespace {

std::uint64_t hash_of(const std::string& text) {
  const auto plan = read_logged_plan("Query Text: SELECT 1\n" + text);
  EXPECT_TRUE(plan.has_value()) << text;
  return plan ? plan_hash(*plan) : 0;
}

const std::string kCost =
    "  (cost=0.29..8.31 rows=1 width=4) (actual time=0.010..0.011 rows=1 loops=1)\n";
const std::string kOther = "  (cost=1.00..9000.10 rows=5000 width=40)\n";

std::string scan(const std::string& node, const std::string& condition = "",
                 const std::string& cost = kCost) {
  return node + cost + (condition.empty() ? "" : "  " + condition + "\n");
}

std::string append(const std::vector<std::string>& children, const std::string& node = "Append") {
  std::string text = node + kCost;
  for (const std::string& child : children) text += "  ->  " + child + kCost;
  return text;
}

struct Case {
  std::string a, b;
};

TEST(PlanHash, IsTheSameWhateverExecutionItWas) {
  const std::string by_key = "Index Scan using orders_pkey on orders";
  const Case cases[] = {
      {scan(by_key, "Index Cond: (id = 5)"), scan(by_key, "Index Cond: (id = 7)", kOther)},
      {scan(by_key, "Index Cond: (id = 5)"), scan(by_key, "Index Cond: (id = $1)")},
      {scan(by_key, "Index Cond: (id = 5)"), scan(by_key, "Index Cond: (id = '5'::bigint)")},
      {scan(by_key, "Index Cond: (id = ANY ('{1,2}'::integer[]))"),
       scan(by_key, "Index Cond: (id = ANY ('{1,2,3,4}'::integer[]))")},
      {scan(by_key, "Index Cond: (id = ANY ($1))"),
       scan(by_key, "Index Cond: (id = ANY (ARRAY[$1, $2, 3]))")},
      {scan(by_key, "Filter: (name = 'a'::text)"), scan(by_key, "Filter: (name = ($1)::text)")},
      {scan(by_key, "Filter: (orders.note = 'x')"), scan(by_key, "Filter: (note = 'y')")},
      {scan("Seq Scan on events_2026_03_12"), scan("Seq Scan on events_2026_03_13")},
      {scan("Index Scan using events_2026_03_12_at_idx on events_2026_03_12 events"),
       scan("Index Scan using events_2026_03_13_at_idx on events_2026_03_13 events")},
      {append({"Seq Scan on events_1", "Seq Scan on events_2"}),
       append({"Seq Scan on events_1", "Seq Scan on events_2", "Seq Scan on events_3"})},
      {append({"Seq Scan on events_1", "Seq Scan on events_2"}), scan("Seq Scan on events_3")},
      {append({"Seq Scan on a", "Seq Scan on b"}), append({"Seq Scan on b", "Seq Scan on a"})},
  };
  for (const Case& c : cases) EXPECT_EQ(hash_of(c.a), hash_of(c.b)) << c.a << c.b;
}

TEST(PlanHash, IsAnotherForAnotherWayToReadOrJoin) {
  const Case cases[] = {
      {scan("Seq Scan on orders"), scan("Index Scan using orders_pkey on orders")},
      {scan("Index Scan using a_idx on orders"), scan("Index Scan using b_idx on orders")},
      {scan("Index Scan using orders_idx1 on orders"),
       scan("Index Scan using orders_idx2 on orders")},
      {scan("Seq Scan on orders"), scan("Seq Scan on users")},
      {scan("Seq Scan on orders"), scan("Parallel Seq Scan on orders")},
      {scan("Index Scan using a_idx on orders"), scan("Index Scan Backward using a_idx on orders")},
      {scan("Index Scan using a_idx on orders", "Index Cond: (id = 5)"),
       scan("Index Scan using a_idx on orders", "Filter: (id = 5)")},
      {scan("Seq Scan on orders", "Filter: (id = 5)"),
       scan("Seq Scan on orders", "Filter: (id > 5)")},
      {scan("Seq Scan on orders", "Filter: (id = 5)"),
       scan("Seq Scan on orders", "Filter: (no = 5)")},
      {scan("HashAggregate", "Group Key: id"), scan("GroupAggregate", "Group Key: id")},
      {append({"Seq Scan on a", "Seq Scan on b"}, "Hash Join"),
       append({"Seq Scan on b", "Seq Scan on a"}, "Hash Join")},
      {append({"Seq Scan on a", "Seq Scan on b"}, "Nested Loop"),
       append({"Seq Scan on a", "Seq Scan on b"}, "Nested Loop Left Join")},
      {append({"Seq Scan on a"}, "Limit"), scan("Seq Scan on a")},
  };
  for (const Case& c : cases) EXPECT_NE(hash_of(c.a), hash_of(c.b)) << c.a << c.b;
}

TEST(PlanHash, IsTheSameInEveryForm) {
  const std::string text = "Query Text: SELECT 1\nIndex Scan using orders_pkey on orders o" +
                           kCost + "  Index Cond: (id = 5)\n";
  const std::string json =
      "{\"Query Text\": \"SELECT 1\", \"Plan\": {\"Node Type\": \"Index Scan\", \"Parallel "
      "Aware\": "
      "false, \"Async Capable\": false, \"Scan Direction\": \"Forward\", \"Index Name\": "
      "\"orders_pkey\", \"Relation Name\": \"orders\", \"Alias\": \"o\", \"Index Cond\": \"(id = "
      "'5'::bigint)\"}}";
  const std::string yaml =
      "Query Text: \"SELECT 1\"\nPlan: \n  Node Type: \"Index Scan\"\n  Parallel Aware: false\n  "
      "Scan Direction: \"Forward\"\n  Index Name: \"orders_pkey\"\n  Relation Name: \"orders\"\n  "
      "Alias: \"o\"\n  Index Cond: \"(id = $1)\"\n";
  const std::string xml =
      "<explain xmlns=\"http://www.postgresql.org/2009/explain\">\n  <Query-Text>SELECT "
      "1</Query-Text>\n"
      "  <Plan>\n    <Node-Type>Index Scan</Node-Type>\n    "
      "<Scan-Direction>Forward</Scan-Direction>\n"
      "    <Index-Name>orders_pkey</Index-Name>\n    <Relation-Name>orders</Relation-Name>\n"
      "    <Alias>o</Alias>\n    <Index-Cond>(id = 6)</Index-Cond>\n  </Plan>\n</explain>";
  const auto first = read_logged_plan(text);
  ASSERT_TRUE(first.has_value());
  for (const std::string& form : {json, yaml, xml}) {
    const auto plan = read_logged_plan(form);
    ASSERT_TRUE(plan.has_value()) << form;
    EXPECT_EQ(plan_hash(*plan), plan_hash(*first)) << form;
    EXPECT_EQ(plan->query, "SELECT 1") << form;
  }
}

TEST(PlanHash, OfADeepPlanNeedsNoDeepStack) {
  Plan plan;
  constexpr std::size_t kDepth = 200'000;
  for (std::size_t i = 0; i < kDepth; ++i) {
    PlanNode node;
    node.type = "Limit";
    node.parent = i == 0 ? kNoNode : i - 1;
    node.end = kDepth;
    plan.nodes.push_back(node);
  }
  EXPECT_NE(plan_hash(plan), 0U);
  EXPECT_NE(plan_hash(Plan{}), 0U) << "a plan without nodes";
}

TEST(Condition, IsFolded) {
  const Case cases[] = {
      {"(id = 5)", "( id = ? )"},
      {"(id = '5'::bigint)", "( id = ? )"},
      {"(id = $1)", "( id = ? )"},
      {"(at > '2026-01-01 00:00:00'::timestamp without time zone)", "( at > ? )"},
      {"(at > '2026-01-01'::timestamp(3) with time zone)", "( at > ? )"},
      {"(a = '1.5'::numeric(10,2))", "( a = ? )"},
      {"(a = 'x'::character varying(10)) AND b", "( a = ? ) AND b"},
      {"(a = 'x'::public.\"Kind\")", "( a = ? )"},
      {"(a = ANY ('{1,2}'::integer[]))", "( a = ANY ( ? ) )"},
      {"(a = ANY (ARRAY[1, 2]))", "( a = ANY ( ? ) )"},
      {"(a = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))",
       "( a = ANY ( ? ) )"},
      {"((name)::text = 'x'::text)", "( ( name ) :: text = ? )"},
      {"(name = ($1)::text)", "( name = ? )"},
      {"(a = NULL::integer)", "( a = ? )"},
      {"(a IS NULL)", "( a IS NULL )"},
      {"(o.owner_id = c.id)", "( owner_id = id )"},
      {"(\"Order\".\"Id\" = 1)", "( \"Id\" = ? )"},
      {"(hashed SubPlan 1)", "( hashed SubPlan ? )"},
      {"f(1, 2, $3)", "f ( ? )"},
      {"(data ? 'key'::text)", "( data ? ? )"},
      {"", ""},
      {"'open", "?"},
      {"]", "]"},
      {"::", "::"},
      {"1::", "?"},
      {"(a = 1", "( a = ?"},
  };
  for (const Case& c : cases) EXPECT_EQ(folded_condition(c.a), c.b) << c.a;
}

TEST(Condition, OfAnyBytesAndLengthIsFolded) {
  std::string long_list = "(id = ANY (ARRAY[";
  for (int i = 0; i < 200'000; ++i) long_list += std::to_string(i) + ", ";
  EXPECT_EQ(folded_condition(long_list + "7]))"), "( id = ANY ( ? ) )");
  EXPECT_FALSE(folded_condition(std::string("a\0\xff\xfe'", 5)).empty());
  EXPECT_EQ(folded_condition(std::string(1 << 20, '(')).size(), (std::size_t{2} << 20) - 1);
}

}  // namespace
}  // namespace pgcounsel
