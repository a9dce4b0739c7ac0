// The extension module of the example wheel: small, and yet it asks a runtime for everything an
// ordinary module asks for: functions of the C API and of the C library, addresses of data
// (exceptions, GOT.mem) and of functions (a table that needs relocation, GOT.func).
#include "../capi.h"

PyObject* PyErr_Format(PyObject* exception, const char* format, ...);
PyObject* PyUnicode_FromFormat(const char* format, ...);
PyObject* PyUnicode_FromString(const char* text);
PyObject* PyNumber_Add(PyObject* left, PyObject* right);
PyObject* PyNumber_Multiply(PyObject* left, PyObject* right);
PyObject* PyObject_GetIter(PyObject* iterable);
PyObject* PyIter_Next(PyObject* iterator);
void Py_DecRef(PyObject* object);
int PyArg_ParseTuple(PyObject* arguments, const char* format, ...);
int PyBytes_AsStringAndSize(PyObject* bytes, char** text, Py_ssize_t* size);
PyObject* PyLong_FromUnsignedLong(unsigned long value);
double PyFloat_AsDouble(PyObject* number);
PyObject* PyFloat_FromDouble(double value);
int PyModule_AddIntConstant(PyObject* module, const char* name, long value);
size_t strlen(const char* text);
double sqrt(double value);
double pow(double base, double exponent);

extern PyObject* PyExc_ValueError;

static PyObject* add(PyObject* self, PyObject* arguments) {
  long left = 0;
  long right = 0;
  (void)self;
  if (!PyArg_ParseTuple(arguments, "ll:add", &left, &right)) return 0;
  return PyLong_FromLong(left + right);
}

static PyObject* greet(PyObject* self, PyObject* arguments) {
  const char* name = 0;
  (void)self;
  if (!PyArg_ParseTuple(arguments, "s:greet", &name)) return 0;
  if (strlen(name) == 0) return PyErr_Format(PyExc_ValueError, "a name is needed");
  return PyUnicode_FromFormat("hello, %s", name);
}

static PyObject* total(PyObject* self, PyObject* iterable) {
  (void)self;
  PyObject* iterator = PyObject_GetIter(iterable);
  if (!iterator) return 0;
  PyObject* sum = PyLong_FromLong(0);
  for (PyObject* item; sum && (item = PyIter_Next(iterator));) {
    PyObject* next = PyNumber_Add(sum, item);
    Py_DecRef(sum);
    Py_DecRef(item);
    sum = next;
  }
  Py_DecRef(iterator);
  return sum;
}

// Adler-32 of a bytes object, to be compared with zlib.adler32.
static PyObject* checksum(PyObject* self, PyObject* bytes) {
  char* text = 0;
  Py_ssize_t size = 0;
  (void)self;
  if (PyBytes_AsStringAndSize(bytes, &text, &size) != 0) return 0;
  unsigned low = 1;
  unsigned high = 0;
  for (Py_ssize_t at = 0; at < size; ++at) {
    low = (low + (unsigned char)text[at]) % 65521;
    high = (high + low) % 65521;
  }
  return PyLong_FromUnsignedLong(high << 16 | low);
}

static PyObject* length(PyObject* self, PyObject* arguments) {
  double x = 0;
  double y = 0;
  (void)self;
  if (!PyArg_ParseTuple(arguments, "dd:length", &x, &y)) return 0;
  return PyFloat_FromDouble(sqrt(pow(x, 2) + pow(y, 2)));
}

// Functions of the runtime reached through a table of the module's own.
typedef PyObject* (*Operation)(PyObject*, PyObject*);
static Operation const operations[] = {PyNumber_Add, PyNumber_Multiply};

static PyObject* apply(PyObject* self, PyObject* arguments) {
  long which = 0;
  PyObject* left = 0;
  PyObject* right = 0;
  (void)self;
  if (!PyArg_ParseTuple(arguments, "lOO:apply", &which, &left, &right)) return 0;
  if (which < 0 || which > 1) return PyErr_Format(PyExc_ValueError, "no operation %ld", which);
  return operations[which](left, right);
}

static PyMethodDef methods[] = {
    {"add", add, METH_VARARGS, "add(left, right): the sum of two integers"},
    {"greet", greet, METH_VARARGS, "greet(name): a greeting; ValueError without a name"},
    {"total", total, METH_O, "total(iterable): the sum of its numbers"},
    {"checksum", checksum, METH_O, "checksum(bytes): their Adler-32"},
    {"length", length, METH_VARARGS, "length(x, y): of a vector"},
    {"apply", apply, METH_VARARGS, "apply(operation, left, right): 0 adds, 1 multiplies"},
    {0, 0, 0, 0},
};

static PyModuleDef definition = MODULE_DEFINITION("_core", "six small functions", methods);

EXPORT PyObject* PyInit__core(void) {
  PyObject* module = PyModule_Create2(&definition, API_VERSION);
  if (module) PyModule_AddIntConstant(module, "operation_count", 2);
  return module;
}
