// A function that nobody offers, reached from a constructor through another function.
#include "../variant.h"

long wheelaudit_absent_function(long value);

static volatile long result;

__attribute__((noinline)) static void prepare(long value) {
  result = wheelaudit_absent_function(value);
}

__attribute__((constructor)) static void construct(void) { prepare(41); }

static long subject(void) { return result + 1; }
