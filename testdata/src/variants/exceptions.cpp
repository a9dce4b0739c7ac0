// Throws and catches. Built for JavaScript exceptions (`invoke_*`) and for WebAssembly's (a tag).
#include "../variant.h"

__attribute__((noinline)) static void fling(long value) {
  if (value > 0) throw value;
}

static long subject(void) {
  try {
    fling(42);
  } catch (long value) {
    return value;
  }
  return 0;
}
