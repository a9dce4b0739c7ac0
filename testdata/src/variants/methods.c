// Two Python functions in a static method table, as C extensions have it: the linker's relocation
// code fills in its addresses. `good` is harmless, `call` comes to a function that nobody offers
// through two calls. The module is initialised in two phases, with an exec slot.
#include "../capi.h"

long wheelaudit_absent_function(long value);

typedef struct {
  int slot;
  void* value;
} PyModuleDef_Slot;

PyObject* PyModuleDef_Init(PyModuleDef* definition);
int PyModule_AddIntConstant(PyObject* module, const char* name, long value);

__attribute__((noinline)) static long inner(long value) {
  return wheelaudit_absent_function(value) + 1;
}

__attribute__((noinline)) static long outer(long value) { return inner(value + 1) + 1; }

static PyObject* fine(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(42);
}

static PyObject* call(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(outer(39));
}

static int execute(PyObject* module) { return PyModule_AddIntConstant(module, "constant", 42); }

static PyMethodDef methods[] = {
    {"fine", fine, METH_NOARGS, "fine()\n42."},
    {"call", call, METH_NOARGS, 0},
    {0, 0, 0, 0},
};
static PyModuleDef_Slot slots[] = {{2, execute}, {0, 0}};
static PyModuleDef definition = {{1, 0}, 0, 0, 0, "wa_methods._core", "A module with two functions.",
                                 0, methods, slots, 0, 0, 0};

EXPORT PyObject* PyInit__core(void) { return PyModuleDef_Init(&definition); }
