// Asks for a private function of CPython from a wheel that promises the limited API: its type changed with
// CPython 3.14.
#include "../variant.h"

size_t _PyLong_NumBits(PyObject* number);

static long subject(void) { return 41 + (long)_PyLong_NumBits(PyLong_FromLong(1)); }
