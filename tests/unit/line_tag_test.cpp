#include "parser/log/line_tag.h"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <random>
#include <string>

namespace pgcounsel {
namespace {

struct Language {
  std::string_view name;
  std::string_view log, warning, error, fatal, panic, notice;
  std::string_view detail, hint, query, context, statement;
};

// The words of the server's catalogues of messages.
constexpr Language kLanguages[] = {
    {"English", "LOG", "WARNING", "ERROR", "FATAL", "PANIC", "NOTICE",
     "DETAIL:  ", "HINT:  ", "QUERY:  ", "CONTEXT:  ", "STATEMENT:  "},
    {"German", "LOG", "WARNUNG", "FEHLER", "FATAL", "PANIK", "HINWEIS",
     "DETAIL:  ", "TIPP:  ", "ANFRAGE:  ", "ZUSAMMENHANG:  ", "ANWEISUNG:  "},
    {"Spanish", "LOG", "WARNING", "ERROR", "FATAL", "PANIC", "NOTICE",
     "DETALLE:  ", "HINT:  ", "CONSULTA:  ", "CONTEXTO:  ", "SENTENCIA:  "},
    {"French", "LOG", "ATTENTION", "ERREUR", "FATAL", "PANIC", "NOTICE",
     "DÉTAIL:  ", "ASTUCE :  ", "REQUÊTE :  ", "CONTEXTE :  ", "INSTRUCTION :  "},
    {"Italian", "LOG", "ATTENZIONE", "ERRORE", "FATALE", "PANICO", "NOTIFICA",
     "DETTAGLI:  ", "SUGGERIMENTO:  ", "QUERY:  ", "CONTESTO:  ", "ISTRUZIONE:  "},
    {"Japanese", "LOG", "WARNING", "ERROR", "FATAL", "PANIC", "NOTICE",
     "詳細:  ", "ヒント:  ", "問い合わせ:  ", "文脈:  ", "文:  "},
    {"Georgian", "ჟურნალი", "გაფრთხილება", "შეცდომა", "ფატალური", "პანიკა", "NOTICE",
     "დეტალები:  ", "მინიშნება:  ", "მოთხოვნა:  ", "კონტექსტი:  ", "ოპერატორი:  "},
    {"Korean", "로그", "경고", "오류", "치명적오류", "손상", "알림",
     "상세정보:  ", "힌트:  ", "쿼리:", "내용:  ", "명령 구문:  "},
    {"Polish", "DZIENNIK", "OSTRZEŻENIE", "BŁĄD", "KATASTROFALNY", "PANIKA", "UWAGA",
     "SZCZEGÓŁY:  ", "PODPOWIEDŹ:  ", "ZAPYTANIE:  ", "KONTEKST:  ", "WYRAŻENIE:  "},
    {"Portuguese", "LOG", "AVISO", "ERRO", "FATAL", "PÂNICO", "NOTA",
     "DETALHE:  ", "DICA:  ", "CONSULTA:  ", "CONTEXTO:  ", "COMANDO:  "},
    {"Russian", "СООБЩЕНИЕ", "ПРЕДУПРЕЖДЕНИЕ", "ОШИБКА", "ВАЖНО", "ПАНИКА", "ЗАМЕЧАНИЕ",
     "ПОДРОБНОСТИ:  ", "ПОДСКАЗКА:  ", "ЗАПРОС:  ", "КОНТЕКСТ:  ", "ОПЕРАТОР:  "},
    {"Swedish", "LOGG", "VARNING", "FEL", "FATALT", "PANIK", "NOTIS",
     "DETALJ:  ", "TIPS:  ", "FRÅGA:  ", "KONTEXT:  ", "SATS:  "},
    {"Ukrainian", "ЗАПИСУВАННЯ", "ПОПЕРЕДЖЕННЯ", "ПОМИЛКА", "ФАТАЛЬНО", "ПАНІКА", "ПОВІДОМЛЕННЯ",
     "ВІДОМОСТІ:  ", "УКАЗІВКА:  ", "ЗАПИТ:  ", "КОНТЕКСТ:  ", "ІНСТРУКЦІЯ:  "},
    {"Chinese", "日志", "警告", "错误", "致命错误", "灾难性错误", "注意",
     "详情:  ", "提示:  ", "查询:  ", "上下文:  ", "语句:  "},
    {"Traditional Chinese", "日誌", "警告", "錯誤", "致命錯誤", "嚴重錯誤", "注意",
     "詳情:  ", "提示:  ", "查詢:  ", "上下文:  ", "陳述式:  "},
    {"Indonesian", "LOG", "PERINGATAN", "ERROR", "FATAL", "PANIK", "NOTICE",
     "DETIL:  ", "PETUNJUK :  ", "QUERY :  ", "KONTEKS:  ", "PERNYATAAN:  "},
};

TEST(LineTag, KnowsTheWordsOfEveryLanguage) {
  for (const Language& language : kLanguages) {
    const std::pair<std::string_view, Severity> severities[] = {
        {language.log, Severity::kLog},     {language.warning, Severity::kWarning},
        {language.error, Severity::kError}, {language.fatal, Severity::kFatal},
        {language.panic, Severity::kPanic}, {language.notice, Severity::kNotice}};
    for (const auto& [word, severity] : severities) {
      const auto tag = read_line_tag(std::string(word) + ":  x");
      ASSERT_TRUE(tag.has_value()) << language.name << " " << word;
      EXPECT_EQ(tag->kind, LineKind::kRecord) << word;
      EXPECT_EQ(tag->severity, severity) << language.name << " " << word;
      EXPECT_EQ(tag->length, word.size() + 3) << word;
      EXPECT_EQ(tag->localised, !is_english_severity(word)) << word;
    }
    const std::pair<std::string_view, LineKind> tags[] = {
        {language.detail, LineKind::kDetail},
        {language.hint, LineKind::kHint},
        {language.query, LineKind::kQuery},
        {language.context, LineKind::kContext},
        {language.statement, LineKind::kStatement}};
    bool localised = false;
    for (const auto& [word, kind] : tags) {
      const auto tag = read_line_tag(std::string(word) + "x");
      ASSERT_TRUE(tag.has_value()) << language.name << " " << word;
      EXPECT_EQ(tag->kind, kind) << language.name << " " << word;
      EXPECT_EQ(tag->length, word.size()) << word;
      localised = localised || tag->localised;
    }
    EXPECT_EQ(localised, language.name != "English") << language.name;
  }
}

TEST(LineTag, AWordWithoutItsBlanksIsNoTag) {
  for (const char* text :
       {"", "LOG", "LOG:x", "FEHLER:x", "詳細:x", "log:  x", "x", ":  x", "\xFF\xFF:  x"}) {
    EXPECT_FALSE(read_line_tag(text).has_value()) << text;
  }
  EXPECT_TRUE(read_line_tag("LOG:").has_value());
}

// The same by its definition.
std::optional<PlacedTag> first_by_trying(std::string_view text, std::size_t from,
                                         std::size_t last) {
  std::optional<PlacedTag> found;
  std::size_t found_colon = 0;
  for (std::size_t at = from; at < text.size() && at <= last; ++at) {
    const auto tag = read_line_tag(text.substr(at));
    const std::size_t colon = text.find(':', at);
    if (tag && (!found || colon < found_colon)) {
      found = PlacedTag{at, *tag};
      found_colon = colon;
    }
  }
  return found;
}

TEST(LineTag, TheUsualOnesAreThoseOfTheirWords) {
  for (const UsualTag& usual : kUsualTags) {
    if (usual.bytes == UsualTag::kNever) continue;
    const std::string word(usual.text.data());
    for (const std::string_view rest : {"", "x", "SELECT a FROM t WHERE b = 1"}) {
      const std::string text = "a " + word + std::string(rest);
      const LineTag* tag = usual_tag(text, 2);
      const auto read = read_line_tag(std::string_view(text).substr(2));
      ASSERT_NE(tag, nullptr) << text;
      ASSERT_TRUE(read) << text;
      EXPECT_EQ(tag->kind, read->kind) << text;
      EXPECT_EQ(tag->severity, read->severity) << text;
      EXPECT_EQ(tag->length, read->length) << text;
      EXPECT_FALSE(tag->localised) << text;
      EXPECT_EQ(usual_tag(text, 1), nullptr) << text;
      for (std::size_t size = 2; size < 2 + word.size(); ++size) {
        EXPECT_EQ(usual_tag(std::string_view(text).substr(0, size), 2), nullptr) << text;
      }
    }
  }
}

TEST(LineTag, NothingElseIsAUsualOne) {
  EXPECT_EQ(usual_tag(std::string(20, '\0'), 0), nullptr);
  for (const std::string_view text : {"", "L", "LOG: a and more of a line", "log:  a and more",
                                      "FATAL:  the end of a session", "lOG:  a and more of it"}) {
    EXPECT_EQ(usual_tag(text, 0), nullptr) << text;
    EXPECT_EQ(usual_tag(text, text.size()), nullptr) << text;
  }
}

TEST(LineTag, IsFoundWhereverItStands) {
  constexpr std::array<std::string_view, 24> kPieces = {"LOG:",
                                                        "LOG",
                                                        ":",
                                                        " ",
                                                        "  ",
                                                        "DETAIL:  ",
                                                        "ERROR:  ",
                                                        "CATALOG:  ",
                                                        "a",
                                                        "Z",
                                                        "é",
                                                        "PILE D'",
                                                        "APPEL:  ",
                                                        "쿼리:x",
                                                        "명령 ",
                                                        "구문:  ",
                                                        "致命",
                                                        "错误:  ",
                                                        "INSTRUCTION :  ",
                                                        "ASTUCE\u00A0:  ",
                                                        "'",
                                                        "DEBUG5:  ",
                                                        "9",
                                                        "STATEMENT:  "};
  std::mt19937 random(3);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto pieces = random() % 7; pieces > 0; --pieces) {
      text += kPieces[random() % kPieces.size()];
    }
    const std::size_t from = random() % (text.size() + 1);
    const std::size_t last = random() % (text.size() + 1);
    PlacedTag found;
    const bool is_found = find_line_tag(text, from, last, found);
    const auto want = first_by_trying(text, from, last);
    ASSERT_EQ(is_found, want.has_value()) << text << "\n" << from << " " << last;
    if (!is_found) continue;
    ASSERT_EQ(found.at, want->at) << text;
    ASSERT_EQ(found.tag.length, want->tag.length) << text;
    ASSERT_EQ(found.tag.kind, want->tag.kind) << text;
    ASSERT_EQ(found.tag.severity, want->tag.severity) << text;
    ASSERT_EQ(found.tag.localised, want->tag.localised) << text;
  }
}

}  // namespace
}  // namespace pgcounsel
