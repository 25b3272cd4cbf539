#include "parser/log/line_tag.h"

#include <algorithm>
#include <array>

#include "parser/log/word_filter.h"

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

constexpr WordFilter kEnglishFilter = filter_of(kEnglish);
constexpr WordFilter kTranslatedFilter = filter_of(kTranslated);

constexpr std::string_view kWithoutBlanks = "쿼리";  // Korean sets no blank behind its QUERY:

template <std::size_t N>
const TagWord* find_word(const std::array<TagWord, N>& words, const WordFilter& filter,
                         std::string_view word) {
  if (!may_have(filter, word)) return nullptr;
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

constexpr std::size_t kLongestWord = 48;

bool is_high(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

// Whether what stands behind a colon lets the word before it be a tag.
bool is_tag_colon(std::string_view text, std::size_t colon) {
  return colon + 1 >= text.size() || text[colon + 1] == ' ' ||
         (colon > 0 && is_high(text[colon - 1]) && text.substr(0, colon).ends_with(kWithoutBlanks));
}

// The tag that the text up to `colon`, the first one, may be.
std::optional<LineTag> tag_of_word(std::string_view text, std::size_t colon) {
  std::string_view word = text.substr(0, colon);
  std::size_t length = colon + 1;
  for (int blanks = 0; blanks < 2 && length < text.size() && text[length] == ' '; ++blanks) {
    ++length;
  }
  if (length == colon + 1 && length < text.size() && word != kWithoutBlanks) return std::nullopt;
  if (word == "LOG") return LineTag{LineKind::kRecord, Severity::kLog, length};
  if (const TagWord* tag = find_word(kEnglish, kEnglishFilter, word)) {
    return LineTag{tag->kind, Severity::kUnknown, length};
  }
  word = without_blank_at_end(word);
  Severity severity = severity_named(word);
  if (severity != Severity::kUnknown) {
    return LineTag{LineKind::kRecord, severity, length, !is_english_severity(word)};
  }
  if (const TagWord* tag = find_word(kTranslated, kTranslatedFilter, word)) {
    return LineTag{tag->kind, Severity::kUnknown, length, true};
  }
  return std::nullopt;
}

// Where the first word can begin that ends at `colon`, not before `from`.
std::size_t first_word_start(std::string_view text, std::size_t from, std::size_t colon) {
  const std::size_t least =
      std::max(from, colon >= kLongestWord ? colon - kLongestWord + 1 : std::size_t{0});
  std::size_t start = colon;
  while (start > least &&
         (is_capital(text[start - 1]) || (text[start - 1] >= '0' && text[start - 1] <= '9'))) {
    --start;
  }
  if (start == least) return start;
  // Only translated words hold anything else: letters that are not ASCII, blanks, an apostrophe.
  const char before = text[start - 1];
  const bool could_be_translated = is_high(before) || before == '\'' ||
                                   (before == ' ' && start == colon && start - 1 > least &&
                                    (is_high(text[start - 2]) || is_capital(text[start - 2])));
  return could_be_translated ? least : start;
}

}  // namespace

const LineTag* usual_tag_at_end(std::string_view text) {
  std::array<char, kFindBlock> block{};
  std::copy_n(text.data(), std::min(text.size(), block.size()), block.data());
  return usual_tag(block.data());
}

std::optional<LineTag> read_line_tag(std::string_view text) {
  if (text.empty() || !(is_capital(text[0]) || is_high(text[0]))) return std::nullopt;
  const std::size_t colon = text.substr(0, kLongestWord).find(':');
  return colon == std::string_view::npos ? std::nullopt : tag_of_word(text, colon);
}

bool find_line_tag(std::string_view text, std::size_t from, std::size_t last, PlacedTag& out) {
  const std::string_view searched = text.substr(0, last + kLongestWord);
  while (true) {
    const std::size_t colon = searched.find(':', from);
    if (colon == std::string_view::npos) return false;
    if (is_tag_colon(text, colon)) {
      for (std::size_t at = first_word_start(text, from, colon); at < colon && at <= last; ++at) {
        if (!is_capital(text[at]) && !is_high(text[at])) continue;
        if (const LineTag* usual = usual_tag(text, at)) {
          out = {at, *usual};
          return true;
        }
        if (const auto tag = tag_of_word(text.substr(at), colon - at)) {
          out = {at, *tag};
          return true;
        }
      }
    }
    from = colon + 1;
  }
}

}  // namespace pgcounsel
