// A retyped function of the C API in a module that also asks for the address of its own export: the
// load fails before that address is set, and stays unset for whoever loads next.
#include "../variant.h"

PyObject* PyLong_FromVoidPtr(void* value, int base);

EXPORT long wheelaudit_own_function(long value) { return value + 1; }

typedef long (*Callback)(long);
static volatile Callback callback;

static long subject(void) {
  callback = wheelaudit_own_function;
  return PyLong_FromVoidPtr((void*)41, 10) ? callback(41) : 0;
}
