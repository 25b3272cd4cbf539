#include "parser/log/record.h"

#include <array>
#include <atomic>

#include "parser/log/word_filter.h"

namespace pgcounsel {
namespace {

struct SeverityWord {
  std::string_view word;
  Severity severity;
};

// As the server prints them; further below as its translations do (lc_messages).
constexpr std::array kWords = {
    SeverityWord{"LOG", Severity::kLog},
    SeverityWord{"ERROR", Severity::kError},
    SeverityWord{"WARNING", Severity::kWarning},
    SeverityWord{"FATAL", Severity::kFatal},
    SeverityWord{"NOTICE", Severity::kNotice},
    SeverityWord{"INFO", Severity::kInfo},
    SeverityWord{"DEBUG", Severity::kDebug},
    SeverityWord{"PANIC", Severity::kPanic},
    SeverityWord{"DEBUG1", Severity::kDebug},
    SeverityWord{"DEBUG2", Severity::kDebug},
    SeverityWord{"DEBUG3", Severity::kDebug},
    SeverityWord{"DEBUG4", Severity::kDebug},
    SeverityWord{"DEBUG5", Severity::kDebug},
    // German
    SeverityWord{"PROTOKOLL", Severity::kLog},
    SeverityWord{"HINWEIS", Severity::kNotice},
    SeverityWord{"WARNUNG", Severity::kWarning},
    SeverityWord{"FEHLER", Severity::kError},
    SeverityWord{"PANIK", Severity::kPanic},  // Swedish and Indonesian, too
    // French
    SeverityWord{"ATTENTION", Severity::kWarning},
    SeverityWord{"ERREUR", Severity::kError},
    // Spanish
    SeverityWord{"ADVERTENCIA", Severity::kWarning},
    // Portuguese
    SeverityWord{"DEPURAÇÃO", Severity::kDebug},
    SeverityWord{"NOTA", Severity::kNotice},
    SeverityWord{"AVISO", Severity::kWarning},
    SeverityWord{"ERRO", Severity::kError},
    SeverityWord{"PÂNICO", Severity::kPanic},
    // Polish
    SeverityWord{"DZIENNIK", Severity::kLog},
    SeverityWord{"INFORMACJA", Severity::kInfo},
    SeverityWord{"UWAGA", Severity::kNotice},
    SeverityWord{"OSTRZEŻENIE", Severity::kWarning},
    SeverityWord{"BŁĄD", Severity::kError},
    SeverityWord{"KATASTROFALNY", Severity::kFatal},
    SeverityWord{"PANIKA", Severity::kPanic},
    // Turkish
    SeverityWord{"UYARI", Severity::kWarning},
    SeverityWord{"HATA", Severity::kError},
    // Czech
    SeverityWord{"VAROVÁNÍ", Severity::kWarning},
    SeverityWord{"CHYBA", Severity::kError},
    // Indonesian
    SeverityWord{"PERINGATAN", Severity::kWarning},
    // Georgian, which has one word for NOTICE and WARNING
    SeverityWord{"ჟურნალი", Severity::kLog},
    SeverityWord{"გამართვა", Severity::kDebug},
    SeverityWord{"ინფორმაცია", Severity::kInfo},
    SeverityWord{"გაფრთხილება", Severity::kWarning},
    SeverityWord{"შეცდომა", Severity::kError},
    SeverityWord{"ფატალური", Severity::kFatal},
    SeverityWord{"პანიკა", Severity::kPanic},
    // Italian
    SeverityWord{"NOTIFICA", Severity::kNotice},
    SeverityWord{"ATTENZIONE", Severity::kWarning},
    SeverityWord{"ERRORE", Severity::kError},
    SeverityWord{"FATALE", Severity::kFatal},
    SeverityWord{"PANICO", Severity::kPanic},
    // Swedish
    SeverityWord{"LOGG", Severity::kLog},
    SeverityWord{"NOTIS", Severity::kNotice},
    SeverityWord{"VARNING", Severity::kWarning},
    SeverityWord{"FEL", Severity::kError},
    SeverityWord{"FATALT", Severity::kFatal},
    // Russian
    SeverityWord{"СООБЩЕНИЕ", Severity::kLog},
    SeverityWord{"ОТЛАДКА", Severity::kDebug},
    SeverityWord{"ИНФОРМАЦИЯ", Severity::kInfo},
    SeverityWord{"ЗАМЕЧАНИЕ", Severity::kNotice},
    SeverityWord{"ПРЕДУПРЕЖДЕНИЕ", Severity::kWarning},
    SeverityWord{"ОШИБКА", Severity::kError},
    SeverityWord{"ВАЖНО", Severity::kFatal},
    SeverityWord{"ПАНИКА", Severity::kPanic},
    // Ukrainian
    SeverityWord{"ЗАПИСУВАННЯ", Severity::kLog},
    SeverityWord{"НАЛАГОДЖЕННЯ", Severity::kDebug},
    SeverityWord{"ІНФОРМАЦІЯ", Severity::kInfo},
    SeverityWord{"ПОВІДОМЛЕННЯ", Severity::kNotice},
    SeverityWord{"ПОПЕРЕДЖЕННЯ", Severity::kWarning},
    SeverityWord{"ПОМИЛКА", Severity::kError},
    SeverityWord{"ФАТАЛЬНО", Severity::kFatal},
    SeverityWord{"ПАНІКА", Severity::kPanic},
    // Chinese, simplified and traditional
    SeverityWord{"日志", Severity::kLog},
    SeverityWord{"日誌", Severity::kLog},
    SeverityWord{"调试", Severity::kDebug},
    SeverityWord{"除錯", Severity::kDebug},
    SeverityWord{"信息", Severity::kInfo},
    SeverityWord{"資訊", Severity::kInfo},
    SeverityWord{"注意", Severity::kNotice},
    SeverityWord{"警告", Severity::kWarning},
    SeverityWord{"错误", Severity::kError},
    SeverityWord{"錯誤", Severity::kError},
    SeverityWord{"致命错误", Severity::kFatal},
    SeverityWord{"致命錯誤", Severity::kFatal},
    SeverityWord{"灾难性错误", Severity::kPanic},
    SeverityWord{"嚴重錯誤", Severity::kPanic},
    // Japanese
    SeverityWord{"ログ", Severity::kLog},
    SeverityWord{"エラー", Severity::kError},
    SeverityWord{"致命的エラー", Severity::kFatal},
    SeverityWord{"パニック", Severity::kPanic},
    // Korean
    SeverityWord{"로그", Severity::kLog},
    SeverityWord{"디버그", Severity::kDebug},
    SeverityWord{"정보", Severity::kInfo},
    SeverityWord{"알림", Severity::kNotice},
    SeverityWord{"경고", Severity::kWarning},
    SeverityWord{"오류", Severity::kError},
    SeverityWord{"치명적오류", Severity::kFatal},
    SeverityWord{"손상", Severity::kPanic},
};

constexpr WordFilter kFilter = filter_of(kWords);
constexpr std::size_t kEnglishWords = 13;  // of kWords

// The hexadecimal number at `at`, of which 32 bits are enough.
bool take_hex(std::string_view text, std::size_t& at, std::uint32_t& number) {
  const std::size_t begin = at;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    const char letter = static_cast<char>(c | 0x20);
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (letter >= 'a' && letter <= 'f') {
      digit = static_cast<std::uint32_t>(letter - 'a' + 10);
    } else {
      break;
    }
    if (number >> 28 != 0) return false;
    number = number << 4 | digit;
  }
  return at > begin;
}

}  // namespace

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::kUnknown:
      return "UNKNOWN";
    case Severity::kDebug:
      return "DEBUG";
    case Severity::kLog:
      return "LOG";
    case Severity::kInfo:
      return "INFO";
    case Severity::kNotice:
      return "NOTICE";
    case Severity::kWarning:
      return "WARNING";
    case Severity::kError:
      return "ERROR";
    case Severity::kFatal:
      return "FATAL";
    case Severity::kPanic:
      return "PANIC";
  }
  return "UNKNOWN";
}

bool is_english_severity(std::string_view name) {
  for (std::size_t i = 0; i < kEnglishWords; ++i) {
    if (kWords[i].word == name) return true;
  }
  return false;
}

Severity severity_named(std::string_view name) {
  if (!may_have(kFilter, name)) return Severity::kUnknown;
  for (const SeverityWord& entry : kWords) {
    if (entry.word == name) return entry.severity;
  }
  return Severity::kUnknown;
}

std::optional<SessionKey> session_of_id(std::string_view session_id) {
  std::uint32_t start = 0, pid = 0;
  std::size_t at = 0;
  if (!take_hex(session_id, at, start) || at == session_id.size() || session_id[at] != '.') {
    return std::nullopt;
  }
  ++at;
  if (!take_hex(session_id, at, pid) || at != session_id.size()) return std::nullopt;
  // A start of 0 would be the key of a bare process id.
  if (start == 0) return std::nullopt;
  return SessionKey{std::uint64_t{start} << 32 | pid};
}

SessionKey session_of_pid(std::uint32_t pid) {
  return SessionKey{pid};
}

std::uint64_t new_number_of_names() {
  static std::atomic<std::uint64_t> latest{0};
  return latest.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::string_view without_position(std::string_view message) {
  constexpr std::string_view kAt = " at character ";
  std::size_t end = message.size();
  while (end > 0 && message[end - 1] >= '0' && message[end - 1] <= '9') --end;
  const bool found = end < message.size() && message.substr(0, end).ends_with(kAt);
  return found ? message.substr(0, end - kAt.size()) : message;
}

LogRecord copy_of(const LogRecord& record, TextArena& texts) {
  constexpr std::string_view LogRecord::*kTexts[] = {
      &LogRecord::server, &LogRecord::sqlstate, &LogRecord::message,     &LogRecord::detail,
      &LogRecord::hint,   &LogRecord::query,    &LogRecord::context,     &LogRecord::statement,
      &LogRecord::user,   &LogRecord::database, &LogRecord::application, &LogRecord::host};
  LogRecord copy = record;
  for (const auto field : kTexts) copy.*field = texts.keep(record.*field);
  return copy;
}

}  // namespace pgcounsel
