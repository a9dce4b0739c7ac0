// One module of a session: a library, or an extension module if PYTHON is defined. shapes.py says
// by macros what it is: NAME, BASE (the value that is its own), EDGES (what its value needs of
// others), STATE (whose state it stores and reads), BACK (it offers a function for a library to
// call back).
#include "capi.h"

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define TEXT_(a) #a
#define TEXT(a) TEXT_(a)
#define OF(suffix) JOIN(NAME, suffix)

int PyRun_SimpleStringFlags(const char* code, void* flags);

#ifdef DECLARATIONS
DECLARATIONS
#endif

// Sums what this node is and what its edges bring.
static int value(void) {
  int sum = BASE;
  EDGES
  return sum;
}

#ifndef PYTHON
static int state;

EXPORT int OF(_data) = BASE;
EXPORT int OF(_tls) = BASE;
EXPORT int OF(_leaf)(void) { return BASE; }
EXPORT int OF(_fn)(void) { return value(); }
EXPORT void OF(_set)(int to) { state = to; }
EXPORT int OF(_get)(void) { return state; }
#ifdef INITIALISES_TLS
void JOIN(_ZTH, OF(_tls))(void) __attribute__((visibility("default")));
void JOIN(_ZTH, OF(_tls))(void) { OF(_tls) = BASE; }
#endif

// Says that this library's constructors ran; a library is loaded once if this is said once.
__attribute__((constructor)) static void constructed(void) {
  PyRun_SimpleStringFlags(
      "import builtins; builtins.__dict__.setdefault('constructed', []).append('" TEXT(NAME) "')",
      0);
}
#else
#ifdef BACK
EXPORT int OF(_back)(void) { return BACK; }
#endif

#ifdef SHOWN
EXPORT int OF(_shown) = BASE;
#endif

static PyObject* call(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(value());
}

#ifdef STATE
void JOIN(STATE, _set)(int to);
int JOIN(STATE, _get)(void);

static PyObject* set(PyObject* self, PyObject* to) {
  (void)self;
  JOIN(STATE, _set)((int)PyLong_AsLong(to));
  return PyLong_FromLong(0);
}

static PyObject* get(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(JOIN(STATE, _get)());
}
#endif

static PyMethodDef methods[4];
static PyModuleDef definition;

static void add(int at, const char* name, PyCFunction function, int flags) {
  methods[at].ml_name = name;
  methods[at].ml_meth = function;
  methods[at].ml_flags = flags;
}

EXPORT PyObject* JOIN(PyInit__, NAME)(void) {
  add(0, "call", call, METH_NOARGS);
#ifdef STATE
  add(1, "set", set, METH_O);
  add(2, "get", get, METH_NOARGS);
#endif
  definition.ob_base.ob_refcnt = 1;
  definition.m_name = "_" TEXT(NAME);
  definition.m_size = -1;
  definition.m_methods = methods;
  return PyModule_Create2(&definition, API_VERSION);
}
#endif
