// Starts a thread: 42 when that fails, as it must where there are no threads.
#include "../variant.h"

int pthread_create(unsigned long* thread, const void* attributes, void* (*start)(void*),
                   void* argument);

static void* start(void* argument) { return argument; }

static long subject(void) {
  unsigned long thread;
  return pthread_create(&thread, 0, start, 0) ? 42 : 1;
}
