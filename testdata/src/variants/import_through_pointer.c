// A function that nobody offers, reached while the module is imported: by CPython, which creates an
// object for the exec slot, or with CREATE by the slot that creates the module, without a pointer.
#include "../capi.h"

long wheelaudit_absent_function(long value);

typedef struct {
  int slot;
  void* value;
} Slot;
typedef struct {
  const char* name;
  int basicsize;
  int itemsize;
  unsigned flags;
  Slot* slots;
} PyType_Spec;

PyObject* PyModuleDef_Init(PyModuleDef* definition);
PyObject* PyModule_New(const char* name);
PyObject* PyType_FromModuleAndSpec(PyObject* module, PyType_Spec* spec, PyObject* bases);
PyObject* PyObject_CallNoArgs(PyObject* callable);

static PyObject* fine(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(42);
}
static PyMethodDef methods[] = {{"fine", fine, METH_NOARGS, 0}, {0, 0, 0, 0}};

#ifdef CREATE
static PyObject* create(PyObject* spec, PyModuleDef* definition) {
  (void)spec, (void)definition;
  return wheelaudit_absent_function(1) ? PyModule_New("wa_create_slot._core") : 0;
}
static Slot slots[] = {{1, create}, {0, 0}};
#else
static int initialise(PyObject* self, PyObject* arguments, PyObject* keywords) {
  (void)self, (void)arguments, (void)keywords;
  return wheelaudit_absent_function(1) ? 0 : 0;
}
static Slot type_slots[] = {{60, initialise}, {0, 0}};
static PyType_Spec spec = {"_core.T", 16, 0, 1UL << 10, type_slots};
static int execute(PyObject* module) {
  return PyObject_CallNoArgs(PyType_FromModuleAndSpec(module, &spec, 0)) ? 0 : -1;
}
static Slot slots[] = {{2, execute}, {0, 0}};
#endif

static PyModuleDef definition = {{1, 0}, 0, 0, 0, "_core", 0, 0, methods, slots, 0, 0, 0};

EXPORT PyObject* PyInit__core(void) { return PyModuleDef_Init(&definition); }
