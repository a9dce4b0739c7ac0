// What every variant shares: a module `_core` with two functions, `fine()`, which is 42 wherever
// the module loads at all, and `call()`, which does what the variant is about. A variant says so in
// `subject`. All tables are filled at run time, so that nothing depends on data relocations (which
// 0.21 does not apply for modules linked by an lld as new as ours).
#pragma once

#include "capi.h"

#ifndef INIT_NAME
#define INIT_NAME PyInit__core
#endif
#ifndef INIT_PARAMETERS
#define INIT_PARAMETERS void
#endif

static long subject(void);

static PyObject* fine(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(42);
}

static PyObject* call(PyObject* self, PyObject* unused) {
  (void)self, (void)unused;
  return PyLong_FromLong(subject());
}

static PyMethodDef methods[3];
static PyModuleDef definition;

EXPORT PyObject* INIT_NAME(INIT_PARAMETERS) {
  methods[0].ml_name = "fine";
  methods[0].ml_meth = fine;
  methods[0].ml_flags = METH_NOARGS;
  methods[1].ml_name = "call";
  methods[1].ml_meth = call;
  methods[1].ml_flags = METH_NOARGS;
  definition.ob_base.ob_refcnt = 1;
  definition.m_name = "_core";
  definition.m_size = -1;
  definition.m_methods = methods;
  return PyModule_Create2(&definition, API_VERSION);
}
