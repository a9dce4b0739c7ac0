// A function of the C API declared with one parameter too many: the provider is wasm.
#include "../variant.h"

PyObject* PyLong_FromVoidPtr(void* value, int base);

static long subject(void) { return PyLong_FromVoidPtr((void*)42, 10) ? 42 : 0; }
