#include "analyzer/workload/transaction_class.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pgcounsel {
namespace {

ClassBuilder of(std::string_view letters) {
  ClassBuilder builder;
  for (const char c : letters) builder.add(Fingerprint{static_cast<std::uint64_t>(c)});
  return builder;
}

std::string printed(std::string_view letters) {
  const ClassSteps steps = of(letters).steps();
  std::string text;
  for (std::size_t i = 0; i < steps.steps.size(); ++i) {
    for (const auto& loop : steps.loops) text += loop.first == i ? "(" : "";
    text += static_cast<char>(steps.steps[i].value);
    for (const auto& loop : steps.loops) text += loop.second == i ? ")" : "";
  }
  return text;
}

TEST(TransactionClass, FoldsLoops) {
  struct Case {
    std::string_view statements, folded;
  };
  const Case cases[] = {
      {"", ""},
      {"BC", "BC"},
      {"BaC", "BaC"},
      {"BaaC", "B(a)C"},
      {"BaaaaaC", "B(a)C"},
      {"BababC", "B(ab)C"},
      {"BabababC", "B(ab)C"},
      {"BabaC", "BabaC"},
      {"BabcabcC", "B(abc)C"},
      {"BaabaabC", "B((a)b)C"},
      {"BabbabbabbC", "B(a(b))C"},
  };
  for (const Case& c : cases) EXPECT_EQ(printed(c.statements), c.folded) << c.statements;
}

TEST(TransactionClass, IsTheSameHoweverOftenALoopRan) {
  EXPECT_EQ(of("BsiiC").id(), of("BsiC").id());
  EXPECT_EQ(of("BsiiiiiiC").id(), of("BsiC").id());
  EXPECT_EQ(of("BsabababC").id(), of("BsabC").id());
  EXPECT_NE(of("BsiC").id(), of("BisC").id());
  EXPECT_NE(of("BsiC").id(), of("Bsi").id());
}

TEST(TransactionClass, DoesNotGrowWithTheTransaction) {
  ClassBuilder builder;
  for (std::uint64_t i = 1; i <= 100'000; ++i) builder.add(Fingerprint{i});
  EXPECT_LE(builder.steps().steps.size(), 64U);
  ClassBuilder shorter;
  for (std::uint64_t i = 1; i <= 64; ++i) shorter.add(Fingerprint{i});
  EXPECT_NE(builder.id(), shorter.id()) << "a cut class is not the class of its beginning";
}

TEST(TransactionClass, LoopMarksOfSeveralInstancesAreJoined) {
  ClassSteps once = of("BiC").steps();
  once.merge(of("BiiC").steps());
  EXPECT_EQ(once, of("BiiC").steps());
}

TEST(TransactionClass, ComesBackFromItsBytes) {
  const ClassBuilder builder = of("BabababC");
  EXPECT_EQ(decode_steps(encode_steps(builder.steps())), builder.steps());
  EXPECT_TRUE(decode_steps("\x05\x01").empty());
}

}  // namespace
}  // namespace pgcounsel
