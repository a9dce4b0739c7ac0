// A weak function that nobody offers is a null pointer, and the module knows it.
#include "../variant.h"

__attribute__((weak)) long wheelaudit_absent_function(long value);

static long subject(void) {
  return wheelaudit_absent_function ? wheelaudit_absent_function(1) : 42;
}
