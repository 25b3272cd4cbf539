// Waits for locks in the languages that the server's messages are translated to. Their DETAIL,
// which names the holders, is English in all of them.
#include "parser/log/message/rows/rows.h"

namespace pgcounsel {
namespace {

// German writes the thousandths behind a comma.
constexpr MessageRow kRows[] = {
    // German
    {"lock_wait", "lock_wait", "",
     "Prozess {pid:number} wartet immer noch auf {lock:words}-Sperre auf {object:words} nach "
     "{ms:number},{fraction:number} ms",
     source_text("Prozess 6575 wartet immer noch auf ShareLock-Sperre auf Transaktion 799 nach "
                 "100,096 ms")},
    {"lock_acquired", "lock_acquired", "",
     "Prozess {pid:number} erlangte {lock:words}-Sperre auf {object:words} nach "
     "{ms:number},{fraction:number} ms",
     source_text("Prozess 6575 erlangte ShareLock-Sperre auf Transaktion 799 nach 303,366 ms")},
    // French
    {"lock_wait", "lock_wait", "",
     "le processus {pid:number} est toujours en attente de {lock:words} sur {object:words} après "
     "{ms:number} ms",
     source_text("le processus 6575 est toujours en attente de ShareLock sur transaction 799 après "
                 "100.096 ms")},
    {"lock_acquired", "lock_acquired", "",
     "le processus {pid:number} a acquis {lock:words} sur {object:words} après {ms:number} ms",
     source_text("le processus 6575 a acquis ShareLock sur transaction 799 après 303.366 ms")},
    // Spanish
    {"lock_wait", "lock_wait", "",
     "el proceso {pid:number} aún espera {lock:words} en {object:words} después de {ms:number} ms",
     source_text("el proceso 6575 aún espera ShareLock en transacción 799 después de 100.096 ms")},
    {"lock_acquired", "lock_acquired", "",
     "el proceso {pid:number} adquirió {lock:words} en {object:words} después de {ms:number} ms",
     source_text("el proceso 6575 adquirió ShareLock en transacción 799 después de 303.366 ms")},
    // Italian
    {"lock_wait", "lock_wait", "",
     "il processo {pid:number} è ancora un attesa di {lock:words} su {object:words} dopo "
     "{ms:number} ms",
     source_text(
         "il processo 6575 è ancora un attesa di ShareLock su la transazione 799 dopo 100.096 ms")},
    {"lock_acquired", "lock_acquired", "",
     "il processo {pid:number} ha acquisito {lock:words} su {object:words} dopo {ms:number} ms",
     source_text("il processo 6575 ha acquisito ShareLock su la transazione 799 dopo 303.366 ms")},
    // Swedish
    {"lock_wait", "lock_wait", "",
     "process {pid:number} väntar fortfarande på {lock:words} för {object:words} efter {ms:number} "
     "ms",
     source_text(
         "process 6575 väntar fortfarande på ShareLock för transaktion 799 efter 100.096 ms")},
    {"lock_acquired", "lock_acquired", "",
     "process {pid:number} fick {lock:words} på {object:words} efter {ms:number} ms",
     source_text("process 6575 fick ShareLock på transaktion 799 efter 303.366 ms")},
    // Russian
    {"lock_wait", "lock_wait", "",
     "процесс {pid:number} продолжает ожидать в режиме {lock:words} блокировку \"{object:words}\" "
     "в течение {ms:number} мс",
     source_text("процесс 6575 продолжает ожидать в режиме ShareLock блокировку \"транзакция 799\" "
                 "в течение 100.096 мс")},
    {"lock_acquired", "lock_acquired", "",
     "процесс {pid:number} получил в режиме {lock:words} блокировку \"{object:words}\" через "
     "{ms:number} мс",
     source_text(
         "процесс 6575 получил в режиме ShareLock блокировку \"транзакция 799\" через 303.366 мс")},
    // Ukrainian
    {"lock_wait", "lock_wait", "",
     "процес {pid:number} все ще чекає в режимі {lock:words} блокування {object:words} після "
     "{ms:number} мс",
     source_text(
         "процес 6575 все ще чекає в режимі ShareLock блокування транзакція 799 після 100.096 мс")},
    {"lock_acquired", "lock_acquired", "",
     "процес {pid:number} отримав в режимі {lock:words} блокування {object:words} після "
     "{ms:number} мс",
     source_text(
         "процес 6575 отримав в режимі ShareLock блокування транзакція 799 після 303.366 мс")},
    // Chinese, simplified
    {"lock_wait", "lock_wait", "",
     "进程 {pid:number} 等待 {ms:number} 毫秒后，仍在等待 {object:words} 上的 {lock:words}",
     source_text("进程 6575 等待 100.096 毫秒后，仍在等待 事务 799 上的 ShareLock")},
    {"lock_acquired", "lock_acquired", "",
     "进程 {pid:number} 等待 {ms:number} 毫秒后已获取 {object:words} 上的 {lock:words}",
     source_text("进程 6575 等待 303.366 毫秒后已获取 事务 799 上的 ShareLock")},
    // Japanese
    {"lock_wait", "lock_wait", "",
     "プロセス{pid:number}は{lock:words}を{object:words}で待機しています。{ms:number}ミリ秒後",
     source_text("プロセス6575はShareLockをトランザクション 799で待機しています。100.096ミリ秒後")},
    {"lock_acquired", "lock_acquired", "",
     "プロセス{pid:number}は{ms:number} ms後に{object:words}上の{lock:words}を獲得しました",
     source_text("プロセス6575は303.366 ms後にトランザクション 799上のShareLockを獲得しました")},
    // Korean
    {"lock_wait", "lock_wait", "",
     "{pid:number} PID 프로세스에서 여전히 {lock:words}({object:words}) 작업을 기다리고 "
     "있음({ms:number}ms 후)",
     source_text("6575 PID 프로세스에서 여전히 ShareLock(트랜잭션 799) 작업을 기다리고 "
                 "있음(100.096ms 후)")},
    {"lock_acquired", "lock_acquired", "",
     "{pid:number} PID 프로세스가 {lock:words}({object:words}) 작업을 위해 잠금 "
     "취득함({ms:number}ms 후)",
     source_text(
         "6575 PID 프로세스가 ShareLock(트랜잭션 799) 작업을 위해 잠금 취득함(303.366ms 후)")},
};

}  // namespace

std::span<const MessageRow> translated_lock_rows() {
  return kRows;
}

}  // namespace pgcounsel
