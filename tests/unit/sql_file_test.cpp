#include "parser/sql/sql_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace pgcounsel {
namespace {

// `LINE:COLUMN-LINE:COLUMN text`, a line each.
std::string pieces_of(std::string_view text) {
  std::string told;
  for (const SqlPiece& piece : read_sql_file(text).pieces) {
    told += fmt::format("{}:{}-{}:{} {}{}\n", piece.first.line, piece.first.column, piece.last.line,
                        piece.last.column, text.substr(piece.begin, piece.end - piece.begin),
                        piece.closed ? "" : " (open)");
  }
  return told;
}

TEST(SqlFile, SplitsAtSemicolonsThatEndStatements) {
  const struct {
    std::string_view text, pieces;
  } cases[] = {
      {"", ""},
      {"  \n -- nothing\n/* here */ ;;", ""},
      {"SELECT 1", "1:1-1:8 SELECT 1\n"},
      {"SELECT 1;SELECT 2;", "1:1-1:8 SELECT 1\n1:10-1:17 SELECT 2\n"},
      {"-- a\n/* b */ SELECT 1 -- c\n;\nSELECT 2", "2:9-2:16 SELECT 1\n4:1-4:8 SELECT 2\n"},
      {"SELECT ';', \";\", $$;$$, $a$;$$;$a$, E'\\';' /*;*/;x",
       "1:1-1:42 SELECT ';', \";\", $$;$$, $a$;$$;$a$, E'\\';'\n1:50-1:50 x\n"},
      {"SELECT\r\n 1;\r\nSELECT 2;\r\n", "1:1-2:2 SELECT\r\n 1\n3:1-3:8 SELECT 2\n"},
      {"SELECT 'ö', 1; x", "1:1-1:13 SELECT 'ö', 1\n1:16-1:16 x\n"},
      // A bracket that is not closed hides nothing.
      {"SELECT (1; SELECT 2", "1:1-1:9 SELECT (1\n1:12-1:19 SELECT 2\n"},
      {"CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); x",
       "1:1-1:55 CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)\n1:58-1:58 x\n"},
      {"CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; "
       "END; x",
       "1:1-1:90 CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 "
       "END; END\n1:93-1:93 x\n"},
      {"BEGIN; ATOMIC; x", "1:1-1:5 BEGIN\n1:8-1:13 ATOMIC\n1:16-1:16 x\n"},
  };
  for (const auto& one : cases) EXPECT_EQ(pieces_of(one.text), one.pieces) << one.text;
}

TEST(SqlFile, KeepsWhatNeverEndsAsOneStatement) {
  EXPECT_EQ(pieces_of("SELECT 1; SELECT 'a;\nSELECT 2;"),
            "1:1-1:8 SELECT 1\n1:11-2:9 SELECT 'a;\nSELECT 2; (open)\n");
  EXPECT_EQ(pieces_of("SELECT 1; /* a;\nb"), "1:1-1:8 SELECT 1\n1:11-2:1 /* a;\nb (open)\n");
  EXPECT_EQ(pieces_of("SELECT 1 /* a"), "1:1-1:13 SELECT 1 /* a (open)\n");
  EXPECT_EQ(pieces_of("DO $x$ a; $$; b"), "1:1-1:15 DO $x$ a; $$; b (open)\n");
}

TEST(SqlFile, PassesOverWhatPsqlUnderstands) {
  EXPECT_EQ(pieces_of("\\set a 'b;\nSELECT 1 \\gset\nSELECT 2\n\\g\nSELECT 3;"),
            "2:1-2:8 SELECT 1\n3:1-3:8 SELECT 2\n5:1-5:8 SELECT 3\n");
  EXPECT_EQ(pieces_of("SELECT 1\\; SELECT 2;"), "1:1-1:8 SELECT 1\n1:12-1:19 SELECT 2\n");
  const SqlFile file = read_sql_file("SELECT 1;\n\\i other.sql -- no comment\n");
  ASSERT_EQ(file.commands.size(), 1U);
  EXPECT_EQ(file.commands[0].first, (TextPosition{2, 1}));
  EXPECT_TRUE(file.comments.empty());
}

TEST(SqlFile, PassesOverTheRowsOfCopy) {
  EXPECT_EQ(pieces_of("COPY t (a) FROM stdin;\n1;x\n'\n\\.\nSELECT 2;"),
            "1:1-1:21 COPY t (a) FROM stdin\n5:1-5:8 SELECT 2\n");
  EXPECT_EQ(pieces_of("COPY t FROM STDIN WITH (FORMAT csv);\r\n;\r\n\\.\r\nx;"),
            "1:1-1:35 COPY t FROM STDIN WITH (FORMAT csv)\n4:1-4:1 x\n");
  // Not for psql: there is no end of rows.
  EXPECT_EQ(pieces_of("COPY t FROM stdin;\nSELECT 2;"),
            "1:1-1:17 COPY t FROM stdin\n2:1-2:8 SELECT 2\n");
  EXPECT_EQ(pieces_of("COPY t FROM '/a';\nx;\n\\.\n"), "1:1-1:16 COPY t FROM '/a'\n2:1-2:1 x\n");
}

TEST(SqlFile, FindsCommentsWithTheirPlaces) {
  const std::string_view text = "-- a\nSELECT '-- b' /* c\n d */ - 1 -- e";
  std::string told;
  for (const SqlComment& comment : read_sql_file(text).comments) {
    told +=
        fmt::format("{}:{}-{}:{} {}\n", comment.first.line, comment.first.column, comment.last.line,
                    comment.last.column, text.substr(comment.begin, comment.end - comment.begin));
  }
  EXPECT_EQ(told, "1:1-1:4 -- a\n2:15-3:5 /* c\n d */\n3:11-3:14 -- e\n");
}

TEST(SqlFile, TellsTheLineOfTheSemicolon) {
  const SqlFile file = read_sql_file("SELECT 1 -- a\n\n;\nSELECT 2");
  ASSERT_EQ(file.pieces.size(), 2U);
  EXPECT_EQ(file.pieces[0].stop_line, 3U);
  EXPECT_EQ(file.pieces[0].last.line, 1U);
  EXPECT_EQ(file.pieces[1].stop_line, 4U);
}

TEST(SqlFile, CursorAgreesWithPositionOf) {
  const std::string text = "a\nbä\xFF\n\ncd\r\ne";
  PositionCursor cursor(text);
  for (std::size_t at = 0; at <= text.size(); ++at) {
    EXPECT_EQ(cursor.at(at), position_of(text, at)) << at;
  }
  EXPECT_EQ(cursor.at(2), (TextPosition{2, 1})) << "it may be asked to go back";
}

// Each part of the file once: with a time for each that came before, these would take minutes.
TEST(SqlFile, TakesTimeLinearInTheText) {
  const auto repeated = [](std::string_view part, int times) {
    std::string text;
    for (int i = 0; i < times; ++i) text += part;
    return text;
  };
  constexpr int kMany = 200'000;
  EXPECT_EQ(read_sql_file(repeated("SELECT 1; ", kMany)).pieces.size(), 200'000U);
  EXPECT_EQ(read_sql_file(repeated("SELECT 1 -- a\n;\n", kMany)).comments.size(), 200'000U);
  EXPECT_EQ(read_sql_file(repeated("COPY t FROM stdin;\n", kMany)).pieces.size(), 200'000U);
  EXPECT_EQ(read_sql_file(repeated("COPY t FROM stdin;\n\\.x\n", kMany)).pieces.size(), 200'000U);
  EXPECT_EQ(read_sql_file(repeated("/*", kMany)).pieces.size(), 1U);
  EXPECT_EQ(read_sql_file(repeated("(", kMany)).pieces.size(), 1U);
}

TEST(SqlFile, SurvivesAnyBytes) {
  std::string all;
  for (int c = 255; c >= 0; --c) all += static_cast<char>(c);
  for (std::size_t cut = 0; cut < all.size(); ++cut) {
    for (const SqlPiece& piece : read_sql_file(std::string_view(all).substr(cut)).pieces) {
      EXPECT_LT(piece.begin, piece.end);
    }
  }
}

}  // namespace
}  // namespace pgcounsel
