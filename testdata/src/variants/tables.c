// Every table by which Python comes to a function, and one that is not Python's. Each function of
// the C API below stands for a real extension's use; each missing function is reached from exactly
// one of them:
//
//   T().size, T().size = 1   PyGetSetDef of a heap type (PyType_Spec)
//   repr(T())                a slot of the heap type
//   S()()                    a slot of a static type (PyTypeObject)
//   call(), call_too()       one function under two names of the module's PyMethodDef table
//   filled()                 a PyMethodDef table that a helper fills
//   run_command()            a command table of the program itself, called through its pointer
#include "../capi.h"

long absent_getter(long value);
long absent_repr(long value);
long absent_static(long value);
long absent_alias(long value);
long absent_filled(long value);
long absent_command(long value);

typedef struct {
  int slot;
  void* value;
} Slot;
typedef struct {
  const char* name;
  PyObject* (*get)(PyObject*, void*);
  int (*set)(PyObject*, PyObject*, void*);
  const char* doc;
  void* closure;
} PyGetSetDef;
typedef struct {
  const char* name;
  int basicsize;
  int itemsize;
  unsigned flags;
  Slot* slots;
} PyType_Spec;
// The first words of a PyTypeObject of 32 bits, as far as tp_free (Include/cpython/object.h).
typedef struct {
  PyObject base;
  Py_ssize_t size;
  const char* name;
  Py_ssize_t basicsize, itemsize;
  void* before_call[10];
  PyObject* (*call)(PyObject*, PyObject*, PyObject*);
  void* before_flags[4];
  unsigned long flags;
  void* before_new[17];
  void* tp_new;
  void* rest[30];
} StaticType;

PyObject* PyModuleDef_Init(PyModuleDef* definition);
PyObject* PyType_FromModuleAndSpec(PyObject* module, PyType_Spec* spec, PyObject* bases);
int PyType_Ready(StaticType* type);
int PyModule_AddObject(PyObject* module, const char* name, PyObject* value);
int PyModule_AddFunctions(PyObject* module, PyMethodDef* functions);
PyObject* PyType_GenericNew(void* type, PyObject* arguments, PyObject* keywords);

static PyObject* get_size(PyObject* self, void* closure) {
  (void)self, (void)closure;
  return PyLong_FromLong(absent_getter(1));
}
static int set_size(PyObject* self, PyObject* value, void* closure) {
  (void)self, (void)value, (void)closure;
  return absent_getter(2) ? 0 : 0;
}
static PyObject* represent(PyObject* self) {
  (void)self;
  return PyLong_FromLong(absent_repr(1));
}
static PyGetSetDef attributes[] = {{"size", get_size, set_size, 0, 0}, {0, 0, 0, 0, 0}};
static Slot type_slots[] = {{66, represent}, {73, attributes}, {0, 0}};
static PyType_Spec spec = {"wa_tables._core.T", 16, 0, 1UL << 10, type_slots};

static PyObject* call_static(PyObject* self, PyObject* arguments, PyObject* keywords) {
  (void)self, (void)arguments, (void)keywords;
  return PyLong_FromLong(absent_static(1));
}
static StaticType static_type = {.base = {1, 0},
                                 .name = "wa_tables._core.S",
                                 .basicsize = 8,
                                 .call = call_static,
                                 .flags = 1UL << 10};

static PyObject* fine(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(42);
}
static PyObject* call(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(absent_alias(1));
}
static PyObject* filled(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(absent_filled(1));
}

// The program's own table. It looks like Python's: a name, a function, a number, a text.
typedef struct {
  const char* name;
  PyCFunction run;
  int flags;
  const char* help;
} Command;
static PyObject* quit(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(absent_command(1));
}
static Command commands[] = {{"quit", quit, 4, 0}, {"other", fine, 4, 0}, {0, 0, 0, 0}};
static volatile int chosen;
static PyObject* run_command(PyObject* self, PyObject* unused) {
  return commands[chosen].run(self, unused);
}

static PyMethodDef methods[] = {{"fine", fine, METH_NOARGS, 0},
                                {"call", call, METH_NOARGS, 0},
                                {"call_too", call, METH_NOARGS, 0},
                                {"run_command", run_command, METH_NOARGS, 0},
                                {0, 0, 0, 0}};
static PyMethodDef more_methods[2];

__attribute__((noinline)) static void fill(PyMethodDef* method, const char* name,
                                           PyCFunction function) {
  method->ml_name = name;
  method->ml_meth = function;
  method->ml_flags = METH_NOARGS;
}

static int execute(PyObject* module) {
  fill(more_methods, "filled", filled);
  if (PyModule_AddFunctions(module, more_methods) < 0) return -1;
  static_type.tp_new = PyType_GenericNew;
  if (PyType_Ready(&static_type) < 0) return -1;
  PyModule_AddObject(module, "S", (PyObject*)&static_type);
  return PyModule_AddObject(module, "T", PyType_FromModuleAndSpec(module, &spec, 0));
}
static Slot module_slots[] = {{2, execute}, {0, 0}};
static PyModuleDef definition = {
    {1, 0}, 0, 0, 0, "wa_tables._core", 0, 0, methods, module_slots, 0, 0, 0};

EXPORT PyObject* PyInit__core(void) { return PyModuleDef_Init(&definition); }
