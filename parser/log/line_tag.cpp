#include "parser/log/line_tag.h"

#include <algorithm>
#include <array>

namespace pgcounsel {
namespace {

struct TagWord {
  std::string_view word;
  LineKind kind;
};

constexpr std::array kEnglish = {
    TagWord{"STATEMENT", LineKind::kStatement}, TagWord{"DETAIL", LineKind::kDetail},
    TagWord{"CONTEXT", LineKind::kContext},     TagWord{"HINT", LineKind::kHint},
    TagWord{"QUERY", LineKind::kQuery},         TagWord{"LOCATION", LineKind::kLocation},
    TagWord{"BACKTRACE", LineKind::kBacktrace},
};

constexpr std::array kTranslated = {
    // German
    TagWord{"TIPP", LineKind::kHint},
    TagWord{"ANFRAGE", LineKind::kQuery},
    TagWord{"ZUSAMMENHANG", LineKind::kContext},
    TagWord{"KONTEXT", LineKind::kContext},  // Swedish, too
    TagWord{"ANWEISUNG", LineKind::kStatement},
    TagWord{"ORT", LineKind::kLocation},
    // French
    TagWord{"DÉTAIL", LineKind::kDetail},
    TagWord{"ASTUCE", LineKind::kHint},
    TagWord{"REQUÊTE", LineKind::kQuery},
    TagWord{"CONTEXTE", LineKind::kContext},
    TagWord{"INSTRUCTION", LineKind::kStatement},
    TagWord{"EMPLACEMENT", LineKind::kLocation},
    TagWord{"PILE D'APPEL", LineKind::kBacktrace},
    // Spanish
    TagWord{"DETALLE", LineKind::kDetail},
    TagWord{"SUGERENCIA", LineKind::kHint},
    TagWord{"CONSULTA", LineKind::kQuery},
    TagWord{"CONTEXTO", LineKind::kContext},
    TagWord{"SENTENCIA", LineKind::kStatement},
    TagWord{"UBICACIÓN", LineKind::kLocation},
    // Portuguese
    TagWord{"DETALHE", LineKind::kDetail},
    TagWord{"DICA", LineKind::kHint},
    TagWord{"COMANDO", LineKind::kStatement},
    TagWord{"LOCAL", LineKind::kLocation},
    // Italian
    TagWord{"DETTAGLI", LineKind::kDetail},
    TagWord{"SUGGERIMENTO", LineKind::kHint},
    TagWord{"CONTESTO", LineKind::kContext},
    TagWord{"ISTRUZIONE", LineKind::kStatement},
    TagWord{"POSIZIONE", LineKind::kLocation},
    // Swedish
    TagWord{"DETALJ", LineKind::kDetail},
    TagWord{"TIPS", LineKind::kHint},
    TagWord{"FRÅGA", LineKind::kQuery},
    TagWord{"SATS", LineKind::kStatement},
    TagWord{"PLATS", LineKind::kLocation},
    // Russian
    TagWord{"ПОДРОБНОСТИ", LineKind::kDetail},
    TagWord{"ПОДСКАЗКА", LineKind::kHint},
    TagWord{"ЗАПРОС", LineKind::kQuery},
    TagWord{"КОНТЕКСТ", LineKind::kContext},
    TagWord{"ОПЕРАТОР", LineKind::kStatement},
    TagWord{"ПОЛОЖЕНИЕ", LineKind::kLocation},
    TagWord{"СТЕК", LineKind::kBacktrace},
    // Ukrainian
    TagWord{"ВІДОМОСТІ", LineKind::kDetail},
    TagWord{"УКАЗІВКА", LineKind::kHint},
    TagWord{"ЗАПИТ", LineKind::kQuery},
    TagWord{"ІНСТРУКЦІЯ", LineKind::kStatement},
    TagWord{"РОЗТАШУВАННЯ", LineKind::kLocation},
    TagWord{"ВІДСТЕЖУВАТИ", LineKind::kBacktrace},
    // Polish
    TagWord{"SZCZEGÓŁY", LineKind::kDetail},
    TagWord{"PODPOWIEDŹ", LineKind::kHint},
    TagWord{"ZAPYTANIE", LineKind::kQuery},
    TagWord{"KONTEKST", LineKind::kContext},
    TagWord{"WYRAŻENIE", LineKind::kStatement},
    TagWord{"POZYCJA", LineKind::kLocation},
    // Indonesian
    TagWord{"DETIL", LineKind::kDetail},
    TagWord{"PETUNJUK", LineKind::kHint},
    TagWord{"QUERY", LineKind::kQuery},  // with a blank behind it
    TagWord{"KONTEKS", LineKind::kContext},
    TagWord{"PERNYATAAN", LineKind::kStatement},
    TagWord{"LOKASI", LineKind::kLocation},
    // Turkish
    TagWord{"DETAY", LineKind::kDetail},
    TagWord{"İPUCU", LineKind::kHint},
    // Georgian
    TagWord{"დეტალები", LineKind::kDetail},
    TagWord{"მინიშნება", LineKind::kHint},
    TagWord{"მოთხოვნა", LineKind::kQuery},
    TagWord{"კონტექსტი", LineKind::kContext},
    TagWord{"ოპერატორი", LineKind::kStatement},
    TagWord{"მდებარეობა", LineKind::kLocation},
    TagWord{"სტეკი", LineKind::kBacktrace},
    // Chinese, simplified and traditional
    TagWord{"详情", LineKind::kDetail},
    TagWord{"詳情", LineKind::kDetail},
    TagWord{"详细信息", LineKind::kDetail},
    TagWord{"提示", LineKind::kHint},
    TagWord{"查询", LineKind::kQuery},
    TagWord{"查詢", LineKind::kQuery},
    TagWord{"上下文", LineKind::kContext},
    TagWord{"语句", LineKind::kStatement},
    TagWord{"陳述式", LineKind::kStatement},
    TagWord{"位置", LineKind::kLocation},
    TagWord{"回溯", LineKind::kBacktrace},
    // Japanese
    TagWord{"詳細", LineKind::kDetail},
    TagWord{"ヒント", LineKind::kHint},
    TagWord{"問い合わせ", LineKind::kQuery},
    TagWord{"文脈", LineKind::kContext},
    TagWord{"文", LineKind::kStatement},
    TagWord{"場所", LineKind::kLocation},
    TagWord{"バックトレース", LineKind::kBacktrace},
    // Korean
    TagWord{"상세정보", LineKind::kDetail},
    TagWord{"힌트", LineKind::kHint},
    TagWord{"쿼리", LineKind::kQuery},
    TagWord{"내용", LineKind::kContext},
    TagWord{"명령 구문", LineKind::kStatement},
    TagWord{"위치", LineKind::kLocation},
    TagWord{"역추적", LineKind::kBacktrace},
};

constexpr std::string_view kWithoutBlanks = "쿼리";  // Korean sets no blank behind its QUERY:

template <std::size_t N>
const TagWord* find_word(const std::array<TagWord, N>& words, std::string_view word) {
  const TagWord* found = std::find_if(words.data(), words.data() + N,
                                      [word](const TagWord& tag) { return tag.word == word; });
  return found != words.data() + N ? found : nullptr;
}

// French sets a blank, or one that does not break, before the colon.
std::string_view without_blank_at_end(std::string_view word) {
  constexpr std::string_view kNoBreakBlank = "\xC2\xA0";
  if (word.ends_with(' ')) word.remove_suffix(1);
  if (word.ends_with(kNoBreakBlank)) word.remove_suffix(kNoBreakBlank.size());
  return word;
}

}  // namespace

std::optional<LineTag> read_line_tag(std::string_view text) {
  constexpr std::size_t kLongestWord = 48;
  if (text.empty()) return std::nullopt;
  bool ascii = text[0] >= 'A' && text[0] <= 'Z';
  if (!ascii && static_cast<unsigned char>(text[0]) < 0x80) return std::nullopt;
  std::size_t colon = text.substr(0, kLongestWord).find(':');
  if (colon == std::string_view::npos) return std::nullopt;

  std::size_t length = colon + 1;
  for (int blanks = 0; blanks < 2 && length < text.size() && text[length] == ' '; ++blanks) {
    ++length;
  }
  std::string_view word = text.substr(0, colon);
  if (length == colon + 1 && length < text.size() && word != kWithoutBlanks) return std::nullopt;
  if (word == "LOG") return LineTag{LineKind::kRecord, Severity::kLog, length};
  if (const TagWord* tag = find_word(kEnglish, word)) {
    return LineTag{tag->kind, Severity::kUnknown, length};
  }
  word = without_blank_at_end(word);
  Severity severity = severity_named(word);
  if (severity != Severity::kUnknown) {
    return LineTag{LineKind::kRecord, severity, length, !is_english_severity(word)};
  }
  if (const TagWord* tag = find_word(kTranslated, word)) {
    return LineTag{tag->kind, Severity::kUnknown, length, true};
  }
  return std::nullopt;
}

}  // namespace pgcounsel
