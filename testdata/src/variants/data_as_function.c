// Data of the C API imported as a function.
#include "../variant.h"

int PyExc_ValueError(int value);

static long subject(void) { return PyExc_ValueError(42); }
