#include "parser/result.h"

#include <cstdio>
#include <cstdlib>

namespace pgcounsel {

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "pgcounsel: internal error, please report it: %s at %s:%d\n", condition,
               file, line);
  std::abort();
}

}  // namespace pgcounsel
