// A file may hold the init functions of several modules; CPython calls the one of the name it imports.
#include "../variant.h"

EXPORT PyObject* PyInit_other(long unused) {
  (void)unused;
  return 0;
}

static long subject(void) { return 42; }
