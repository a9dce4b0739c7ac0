// Asks for a function that came with CPython 3.11 from a wheel that promises 3.10.
#include "../variant.h"

PyObject* PyType_GetName(void* type);

static long subject(void) { return PyType_GetName(PyLong_FromLong(1)->ob_type) ? 42 : 0; }
