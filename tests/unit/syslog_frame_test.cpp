// Syslog in frames that begin with their length, damaged in every way that a cut can do it.
#include "parser/log/envelope/syslog_frame.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "parser/log/envelope/text_envelope.h"

namespace pgcounsel {
namespace {

using Texts = std::vector<std::string>;

const Texts kTexts = {"LOG:  a\n\tb", "LOG:  LIMIT 12", "LOG:  c (1 <13> 2)",
                      "LOG:  d\n",    "LOG:  e 7",      "LOG:  f"};

std::string message(std::string_view text) {
  return fmt::format("<134>1 2023-06-05T19:33:14Z h postgres 1 - - {}", text);
}
std::string frame(std::string_view text, int wrong_by = 0) {
  const std::string bytes = message(text);
  return fmt::format("{} {}", static_cast<int>(bytes.size()) + wrong_by, bytes);
}

std::string log_of(const Texts& texts, std::string_view between = "") {
  std::string log;
  for (const std::string& text : texts) log.append(frame(text)).append(between);
  return log;
}

TextEnvelopeFormat framed() {
  TextEnvelopeFormat format;
  format.has_frames = true;
  format.dialect.numbers = MessageNumbers::kNone;
  return format;
}

// Texts (without newlines at their end), and with `!` and their line the strays.
struct Read {
  Texts texts, strays;
  std::uint64_t lines = 0;
};

void add(const Envelopes& found, Read& read) {
  for (const Envelope& e : found.list) read.texts.emplace_back(e.text);
  for (const auto& stray : found.strays) read.strays.push_back(std::to_string(stray.line));
  read.lines += found.lines;
}

Read read(std::string_view log) {
  Envelopes found;
  EXPECT_EQ(read_text_envelopes(framed(), Chunk{log, 1, true}, found), log.size());
  Read all;
  add(found, all);
  return all;
}

Read read_in_pieces(std::string_view log, std::size_t size) {
  Read all;
  std::size_t at = 0, wanted = size;
  while (at < log.size()) {
    const bool last = wanted >= log.size() - at;
    Envelopes found;
    const std::size_t taken =
        read_text_envelopes(framed(), Chunk{log.substr(at, wanted), 1 + all.lines, last}, found);
    add(found, all);
    at += taken;
    wanted = taken > 0 ? size : wanted + size;
    if (last) break;
  }
  return all;
}

Texts trimmed(Texts texts) {
  for (std::string& text : texts) text.erase(text.find_last_not_of('\n') + 1);
  return texts;
}
Texts without(std::size_t left_out) {
  Texts texts = trimmed(kTexts);
  texts.erase(texts.begin() + static_cast<std::ptrdiff_t>(left_out));
  return texts;
}

// What may be left of `texts` when one of them was damaged: the others, and in its place nothing
// or what begins alike.
void expect_others(const Read& found, std::size_t damaged, const std::string& label) {
  Texts texts = found.texts;
  if (texts.size() == kTexts.size()) {
    texts.erase(texts.begin() + static_cast<std::ptrdiff_t>(damaged));
  }
  EXPECT_EQ(texts, without(damaged)) << label;
  EXPECT_GE(found.strays.size(), 1U) << label;
}

TEST(SyslogFrame, ReadsFramesWithAndWithoutNewlinesBetween) {
  for (const std::string_view between : {"", "\n", "\r\n", "\n\n"}) {
    const Read found = read(log_of(kTexts, between));
    EXPECT_EQ(found.texts, trimmed(kTexts)) << between;
    EXPECT_EQ(found.strays, Texts{}) << between;
  }
}

TEST(SyslogFrame, FindsItsPlaceBehindATornStart) {
  for (const std::string_view between : {"", "\n"}) {
    const std::string log = log_of(kTexts, between);
    const std::size_t first = (frame(kTexts[0]) + std::string(between)).size();
    const std::size_t second = first + (frame(kTexts[1]) + std::string(between)).size();
    for (std::size_t torn = 1; torn < second; ++torn) {
      const std::size_t whole = torn <= first ? 1 : 2;
      const Read found = read(std::string_view(log).substr(torn));
      const Texts all = trimmed(kTexts);
      Texts rest(all.begin() + static_cast<std::ptrdiff_t>(whole), all.end());
      const std::string kept = log.substr(torn);
      // A message that only its length was torn off from is whole.
      const bool is_whole = kept.starts_with("<134>");
      if (is_whole) rest.insert(rest.begin(), all[whole - 1]);
      EXPECT_EQ(found.texts, rest) << torn;
      const bool only_newline = log[torn] == '\n' && (torn + 1 == first || torn + 1 == second);
      if (torn != first && !is_whole && !only_newline) {
        ASSERT_EQ(found.strays.size(), 1U) << torn;
        EXPECT_LE(std::stoi(found.strays[0]), 2) << torn;
      }
    }
  }
}

TEST(SyslogFrame, CountsRubbishBetweenFramesOncePerRun) {
  for (const std::string& rubbish :
       {std::string("rubbish"), std::string("\n\nrubbish\nand more\n"), std::string(3, '\0'),
        std::string("99"), std::string("451 <134"), std::string("5 <13>x "),
        std::string("\xff\xfe <1>1 2"), std::string(" "), std::string("0")}) {
    for (std::size_t place = 0; place <= kTexts.size(); ++place) {
      std::string log;
      for (std::size_t i = 0; i <= kTexts.size(); ++i) {
        if (i == place) log += rubbish;
        if (i < kTexts.size()) log += frame(kTexts[i]);
      }
      const Read found = read(log);
      EXPECT_EQ(found.texts, trimmed(kTexts)) << rubbish << " at " << place;
      EXPECT_EQ(found.strays.size(), 1U) << rubbish << " at " << place;
    }
  }
  std::string log;
  for (const std::string& text : kTexts) log += "rubbish\n" + frame(text);
  EXPECT_EQ(read(log).texts, trimmed(kTexts));
  EXPECT_EQ(read(log).strays, (Texts{"1", "3", "4", "5", "7", "8"}));
}

TEST(SyslogFrame, AWrongLengthLosesNoOtherEntry) {
  for (const std::string_view between : {"", "\n"}) {
    for (std::size_t damaged = 0; damaged < kTexts.size(); ++damaged) {
      for (const int wrong_by : {-40, -20, -9, -5, -3, -2, -1, 1, 2, 3, 4, 5, 9, 50, 150, 90'000}) {
        std::string log;
        for (std::size_t i = 0; i < kTexts.size(); ++i) {
          log.append(frame(kTexts[i], i == damaged ? wrong_by : 0)).append(between);
        }
        // A newline more or less is none.
        const bool has_newline = kTexts[damaged].ends_with('\n') || !between.empty();
        if (has_newline && (wrong_by == 1 || wrong_by == -1)) continue;
        expect_others(read(log), damaged,
                      fmt::format("{} wrong by {} '{}'", damaged, wrong_by, between));
      }
    }
  }
}

TEST(SyslogFrame, AFrameThatTheEndCutsOffIsAStray) {
  const std::string log = log_of(kTexts);
  const std::size_t begin = log.size() - frame(kTexts.back()).size();
  for (std::size_t size = begin + 1; size < log.size(); ++size) {
    const Read found = read(std::string_view(log).substr(0, size));
    EXPECT_EQ(found.texts, without(kTexts.size() - 1)) << size;
    EXPECT_EQ(found.strays.size(), 1U) << size;
  }
}

TEST(SyslogFrame, ReadsLinesWithoutALengthAmongFrames) {
  const std::string log = frame("LOG:  a") + "\n" + message("LOG:  b") + "\n\tc\n" +
                          frame("LOG:  d") + "rubbish\n" + message("LOG:  e") + frame("LOG:  f");
  const Read found = read(log);
  EXPECT_EQ(found.texts, (Texts{"LOG:  a", "LOG:  b\n\tc", "LOG:  d", "LOG:  e", "LOG:  f"}));
  EXPECT_EQ(found.strays, Texts{"4"});
}

TEST(SyslogFrame, GivesTheSameInPiecesOfAnySize) {
  const std::string logs[] = {log_of(kTexts).substr(20), log_of(kTexts, "\n").substr(1),
                              frame("LOG:  a", 3) + "rub\n\nbish" + frame("LOG:  1", -1) +
                                  frame("LOG:  b", 60) + "\n" + message("LOG:  c\n\td") +
                                  frame("LOG:  e") + "45\n" + frame("LOG:  f").substr(0, 50)};
  for (const std::string& log : logs) {
    const Read whole = read(log);
    for (std::size_t size = 1; size <= log.size(); ++size) {
      const Read pieces = read_in_pieces(log, size);
      ASSERT_EQ(pieces.texts, whole.texts) << size;
      ASSERT_EQ(pieces.strays, whole.strays) << size;
      ASSERT_EQ(pieces.lines, whole.lines) << size;
    }
  }
}

TEST(SyslogFrame, IsRecognisedBehindATornFrame) {
  std::string log;
  for (int i = 0; i < 5; ++i) log += log_of(kTexts);
  for (std::size_t torn = 0; torn < 200; ++torn) {
    const auto format = recognise_text_envelope(std::string_view(log).substr(torn));
    ASSERT_TRUE(format) << torn;
    EXPECT_EQ(name_of(format->kind), "syslog");
    EXPECT_TRUE(format->has_frames) << torn;
  }
  EXPECT_TRUE(recognise_text_envelope(log.substr(0, 50))->has_frames);
  std::string quoted = "2026-11-22 07:48:43.355 UTC [1] LOG:  statement: SELECT '" + log_of(kTexts);
  for (int i = 0; i < 20; ++i) quoted += "\n2026-11-22 07:48:43.355 UTC [1] LOG:  statement: x";
  EXPECT_FALSE(recognise_text_envelope(quoted));
  EXPECT_FALSE(recognise_text_envelope(message("LOG:  a") + "\n")->has_frames);
}

// None of these may take longer than a moment; the sizes make quadratic time minutes.
TEST(SyslogFrame, IsNeverSlow) {
  const auto repeat = [](std::string_view piece) {
    std::string text;
    while (text.size() < (std::size_t{4} << 20)) text += piece;
    return text;
  };
  for (const std::string_view piece :
       {"<", "1", "1 <1>", "9999999 <1>1 2026-", "999 <1>1 2026-", "11111111111 <1>1 - ", "x",
        "9 <1>1 - ", "19 <1>Nov 22", "\n", "<1>1 2026-", "\n<1>1 2026-\n\t", "1 <1>1 2026-\n"}) {
    const std::string log = repeat(piece);
    Envelopes found;
    EXPECT_EQ(read_text_envelopes(framed(), Chunk{log, 1, true}, found), log.size()) << piece;
    recognise_text_envelope(log);
  }
}

}  // namespace
}  // namespace pgcounsel
