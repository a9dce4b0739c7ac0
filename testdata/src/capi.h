// The few parts of CPython's C API that the test modules use, declared by hand for wasm32: the
// host's Python.h describes another machine. Types are ILP32; the layouts below are the same in
// every CPython from 3.10 to 3.15 (PyModuleDef and PyMethodDef belong to the stable ABI, and an
// object's head is two words on 32-bit machines, immortal objects included).
#pragma once

typedef long Py_ssize_t;
typedef unsigned long size_t;

typedef struct {
  Py_ssize_t ob_refcnt;
  void* ob_type;
} PyObject;

typedef PyObject* (*PyCFunction)(PyObject* self, PyObject* argument);

typedef struct {
  const char* ml_name;
  PyCFunction ml_meth;
  int ml_flags;
  const char* ml_doc;
} PyMethodDef;

enum { METH_VARARGS = 1, METH_NOARGS = 4, METH_O = 8 };

typedef struct {
  PyObject ob_base;
  PyObject* (*m_init)(void);
  Py_ssize_t m_index;
  PyObject* m_copy;
  const char* m_name;
  const char* m_doc;
  Py_ssize_t m_size;
  PyMethodDef* m_methods;
  void* m_slots;
  void* m_traverse;
  void* m_clear;
  void* m_free;
} PyModuleDef;

#ifdef __cplusplus
extern "C" {
#endif
PyObject* PyModule_Create2(PyModuleDef* definition, int api_version);
PyObject* PyLong_FromLong(long value);
long PyLong_AsLong(PyObject* number);
PyObject* PyErr_Occurred(void);
#ifdef __cplusplus
}
#endif

// Single-phase initialisation, the oldest form and the one every CPython still takes. 1013 is the
// PYTHON_API_VERSION of every Python 3.
#define API_VERSION 1013
#define MODULE_DEFINITION(name, doc, methods) \
  {{1, 0}, 0, 0, 0, name, doc, -1, methods, 0, 0, 0, 0}

#ifdef __cplusplus
#define EXPORT extern "C" __attribute__((visibility("default")))
#else
#define EXPORT __attribute__((visibility("default")))
#endif
