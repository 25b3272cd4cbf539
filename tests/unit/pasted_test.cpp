// What people's tools put around a plan.
#include "parser/plan/pasted.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <string_view>

#include "parser/plan/plan_reader.h"
#include "tests/fuzz/plan_shown.h"
#include "tests/unit/plan_pastes.h"

namespace pgcounsel {
namespace {

struct Decoration {
  std::string_view name;
  std::function<std::string(std::string_view)> put;
};

std::string expanded(std::string_view text, std::string_view bar) {
  std::string all;
  int record = 0;
  for (const std::string& line : lines_of(text)) {
    all += fmt::format("-[ RECORD {} ]----------\nQUERY PLAN {} {}\n", ++record, bar, line);
  }
  return all;
}

std::string expanded_in_frame(std::string_view text) {
  std::string all;
  int record = 0;
  for (const std::string& line : lines_of(text)) {
    all += fmt::format("+-[ RECORD {} ]------+\n| QUERY PLAN | {:<140} |\n", ++record, line);
  }
  return all + "+------------+----+\n";
}

std::string expanded_without_bars(std::string_view text) {
  std::string all;
  int record = 0;
  for (const std::string& line : lines_of(text)) {
    all += fmt::format("* Record {}\nQUERY PLAN {}\n", ++record, line);
  }
  return all;
}

std::string broken_at(std::string_view text, std::size_t width) {
  std::string all;
  for (const std::string& line : lines_of(text)) {
    for (std::size_t at = 0; at == 0 || at < line.size(); at += width) {
      all += line.substr(at, width) + "\n";
    }
  }
  return all;
}

std::string csv(std::string_view text) {
  std::string all = "QUERY PLAN\n";
  for (const std::string& line : lines_of(text)) {
    const bool plain = line.find_first_of(",\"") == std::string::npos;
    all += plain ? line + "\n" : in_quotes(line, '"');
  }
  return all;
}

std::string csv_cell(std::string_view text) {
  std::string cell;
  text.remove_suffix(1);
  for (const char c : text) cell += c == '"' ? std::string(2, c) : std::string(1, c);
  return "QUERY PLAN\n\"" + cell + "\"\n";
}

const Decoration kOfAnyForm[] = {
    {"nothing", [](auto text) { return std::string(text); }},
    {"byte order mark", [](auto text) { return "\xef\xbb\xbf" + std::string(text); }},
    {"carriage returns", [](auto text) { return with_each_line(text, "", "\r"); }},
    {"four blanks", [](auto text) { return "Plan:\n\n" + with_each_line(text, "    ", ""); }},
    {"a fence", [](auto text) { return "Slow:\n```json\n" + std::string(text) + "```\nWhy?\n"; }},
    {"a mail's quote", [](auto text) { return "He wrote:\n" + with_each_line(text, "> ", ""); }},
    {"two quotes", [](auto text) { return with_each_line(text, ">> ", ""); }},
    {"quotes of quotes", [](auto text) { return with_each_line(text, "> > ", ""); }},
    {"a prompt",
     [](auto text) { return "shop=> EXPLAIN (ANALYZE) SELECT 1;\n" + std::string(text); }},
    {"blanks at ends", [](auto text) { return with_each_line(text, "", "   "); }},
};

const Decoration kOfText[] = {
    {"psql", [](auto text) { return framed(text, 1, kAscii, false); }},
    {"psql border 0", [](auto text) { return framed(text, 0, kAscii, false); }},
    {"psql border 2", [](auto text) { return framed(text, 2, kAscii, false); }},
    {"psql unicode", [](auto text) { return framed(text, 1, kUnicode, false); }},
    {"psql unicode border 2", [](auto text) { return framed(text, 2, kUnicode, false); }},
    {"psql double border 2", [](auto text) { return framed(text, 2, kDouble, false); }},
    {"psql wrapped", [](auto text) { return framed(text, 1, kAscii, false, 60); }},
    {"psql wrapped border 2", [](auto text) { return framed(text, 2, kAscii, false, 61); }},
    {"psql wrapped unicode", [](auto text) { return framed(text, 1, kUnicode, false, 62); }},
    {"psql wrapped unicode 2", [](auto text) { return framed(text, 2, kUnicode, false, 63); }},
    {"a mail's quote of psql",
     [](auto text) { return with_each_line(framed(text, 2, kAscii, false), "> ", ""); }},
    {"expanded", [](auto text) { return expanded(text, "|"); }},
    {"expanded unicode", [](auto text) { return expanded(text, "│"); }},
    {"expanded border 2", expanded_in_frame},
    {"expanded border 0", expanded_without_bars},
    {"a bar at the right",
     [](auto text) {
       std::string all = "QUERY PLAN          |\n--------------------+\n";
       for (const std::string& line : lines_of(text)) all += fmt::format("{:<150}|\n", line);
       return all;
     }},
    {"quotes", [](auto text) { return in_quotes(text, '"'); }},
    {"single quotes", [](auto text) { return in_quotes(text, '\''); }},
    {"a quote at each end", [](auto text) { return with_each_line(text, "", "\""); }},
    {"csv", csv},
    {"broken at 80", [](auto text) { return broken_at(text, 80); }},
    {"broken at 59", [](auto text) { return broken_at(with_each_line(text, " ", ""), 59); }},
    {"broken at 31", [](auto text) { return broken_at(text, 31); }},
    {"tabs",
     [](auto text) {
       std::string all(text);
       for (std::size_t at; (at = all.find("        ")) != std::string::npos;) {
         all.replace(at, 8, "\t");
       }
       return all;
     }},
};

const Decoration kOfOneValue[] = {
    {"psql", [](auto text) { return framed(text, 1, kAscii, true); }},
    {"psql border 0", [](auto text) { return framed(text, 0, kAscii, true); }},
    {"psql border 2", [](auto text) { return framed(text, 2, kAscii, true); }},
    {"psql unicode", [](auto text) { return framed(text, 1, kUnicode, true); }},
    {"psql unicode border 2", [](auto text) { return framed(text, 2, kUnicode, true); }},
    {"psql wrapped", [](auto text) { return framed(text, 1, kAscii, true, 33); }},
    {"psql wrapped border 2", [](auto text) { return framed(text, 2, kDouble, true, 34); }},
    {"a csv cell", csv_cell},
};

std::string plan_in(std::string_view text, std::string_view name) {
  const PlansRead read = read_plans(text);
  for (const PlanTrouble& trouble : read.troubles) {
    ADD_FAILURE() << name << ", line " << trouble.line << ": " << trouble.message << "\n" << text;
  }
  EXPECT_EQ(read.plans.size(), 1U) << name << "\n" << text;
  return read.plans.empty() ? "" : shown(read.plans.front());
}

TEST(Pasted, GivesTheSameTextPlanInAnyDecoration) {
  const std::string plain = plan_in(kPlainText, "plain");
  for (const Decoration& one : kOfAnyForm) {
    EXPECT_EQ(plan_in(one.put(kPlainText), one.name), plain) << one.name;
  }
  for (const Decoration& one : kOfText) {
    EXPECT_EQ(plan_in(one.put(kPlainText), one.name), plain) << one.name << "\n"
                                                             << one.put(kPlainText);
  }
}

TEST(Pasted, GivesTheSamePlanOfOneValueInAnyDecoration) {
  for (const std::string_view form : {kPlainJson, kPlainYaml, kPlainXml}) {
    const std::string plain = plan_in(form, "plain");
    for (const Decoration& one : kOfAnyForm) {
      EXPECT_EQ(plan_in(one.put(form), one.name), plain) << one.name;
    }
    for (const Decoration& one : kOfOneValue) {
      EXPECT_EQ(plan_in(one.put(form), one.name), plain) << one.name << "\n" << one.put(form);
    }
  }
}

TEST(Pasted, GivesTheSamePlanAsTextAndAsJson) {
  EXPECT_EQ(plan_in(kPlainText, "text"), plan_in(kPlainJson, "json"));
}

TEST(Pasted, TellsLinesOfTheInput) {
  const struct {
    std::string text;
    std::uint32_t plan, sort, aggregate;
  } kCases[] = {
      {std::string(kPlainText), 1, 1, 4},
      {"a\nb\n" + std::string(kPlainText), 3, 3, 6},
      {framed(kPlainText, 2, kAscii, false), 4, 4, 7},
      {framed(kPlainText, 1, kAscii, false, 60), 3, 3, 7},
      {expanded(kPlainText, "|"), 2, 2, 8},
      {broken_at(kPlainText, 50), 1, 1, 5},
      {framed(kPlainJson, 1, kUnicode, true), 3, 5, 20},
      {csv_cell(kPlainJson), 2, 4, 19},
  };
  for (const auto& c : kCases) {
    const PlansRead read = read_plans(c.text);
    ASSERT_EQ(read.plans.size(), 1U) << c.text;
    const Plan& plan = read.plans.front();
    EXPECT_EQ(plan.line, c.plan) << c.text;
    EXPECT_EQ(plan.nodes[0].line, c.sort) << c.text;
    EXPECT_EQ(plan.nodes[1].line, c.aggregate) << c.text;
  }
}

TEST(Pasted, LeavesOtherTextAlone) {
  for (const std::string_view text :
       {"", "\n", "a\n\n b\n", "> one\n", "x +\ny\n", "a.\nb\n", "\"quoted\"\n", "it's 'so'\n",
        "\tSELECT 1\n\t\n\t FROM t\n", "| a | b |\nc\n", "SELECT a || b\n|| c\n", "a...\n...b\n",
        "{\n  \"Plan\": 1\n}\n", "\"a\": \"b\"\n\"c\": \"d\"\n", "Limit\nof the day\n"}) {
    const Undecorated read = undecorated(text);
    const std::string expected = text == "| a | b |\nc\n" ? "a | b\nc\n" : std::string(text);
    EXPECT_EQ(read.text, text == "a...\n...b\n" ? "a....b\n" : expected) << text;
    EXPECT_EQ(read.lines.size(),
              static_cast<std::size_t>(std::count(read.text.begin(), read.text.end(), '\n')));
  }
}

TEST(Pasted, KeepsSignsThatAreTheTextsOwn) {
  const struct {
    std::string_view text, undecorated;
  } kCases[] = {
      // A terminal broke the line between two points of the figures.
      {" Sort  (cost=1.00..2.00 rows=1 width=4) (actual time=7.\n.9 rows=1 loops=1)\n",
       " Sort  (cost=1.00..2.00 rows=1 width=4) (actual time=7.\n.9 rows=1 loops=1)\n"},
      {" Sort  (cost=1.00.\n.2.00 rows=1 width=4)\n", " Sort  (cost=1.00..2.00 rows=1 width=4)\n"},
      {" Sort  (cost=1.00..2.00 rows=1 width=.\n.4)\n",
       " Sort  (cost=1.00..2.00 rows=1 width=4)\n"},
      {" Sort  (cost=1.00..2.00 rows=1 width=4)\n (actual time=1.0..2.0 rows=1 loops=1)\n",
       " Sort  (cost=1.00..2.00 rows=1 width=4) (actual time=1.0..2.0 rows=1 loops=1)\n"},
      {" Sort  (cost=1.00..2.00\nrows=1 width=4)\n", " Sort  (cost=1.00..2.00 rows=1 width=4)\n"},
  };
  for (const auto& c : kCases) {
    if (c.text == c.undecorated) continue;
    EXPECT_EQ(undecorated(c.text).text, c.undecorated) << c.text;
  }
}

TEST(Pasted, BearsAnyBytes) {
  std::mt19937 random(11);
  const std::string_view pieces[] = {"|",  "+",    ".",  "…",   "↵",    "\n",     "\"",
                                     "'",  "> ",   "->", " ",   "Sort", "(cost=", "[ RECORD 1 ]",
                                     "[{", "\t",   "\r", "│",   "-",    "\xff",   "QUERY PLAN",
                                     ")",  "rows", "\\", "\0x", "Plan:"};
  for (int i = 0; i < 3'000; ++i) {
    std::string text;
    for (std::size_t parts = random() % 60; parts > 0; --parts) {
      text += pieces[random() % std::size(pieces)];
    }
    const Undecorated read = undecorated(text);
    ASSERT_EQ(read.lines.size(),
              static_cast<std::size_t>(std::count(read.text.begin(), read.text.end(), '\n')));
    ASSERT_TRUE(std::is_sorted(read.lines.begin(), read.lines.end()));
  }
}

// Each of these would take minutes if it were read again from every line.
TEST(Pasted, TakesLinearTimeOnHostileTexts) {
  for (const std::string_view line :
       {"\"[\n", "\"[\"\"\n", "Sort\nx\n", "Sort  (cost=\ny\ny\ny\n", "a.\n.", "…\n", "…a…\n",
        "|.a.|\n", "> \n", "> > >", "-[ RECORD 1 ]-\n", "QUERY PLAN | a.\n           |.b.\n", "+\n",
        "\"\"\n", "'", "- > ", "|"}) {
    const std::string text = repeated(line, 1'000'000 / line.size());
    EXPECT_LE(undecorated(text).text.size(), text.size() + 1) << line;
  }
}

}  // namespace
}  // namespace pgcounsel
