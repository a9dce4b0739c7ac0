// A function and a variable under names that the runtime has too: by address the module gets the
// runtime's, in direct calls its own. 34201: the runtime's strlen, its own, the runtime's optind.
#include "../variant.h"

__attribute__((visibility("default"))) int optind = 42;

__attribute__((noinline, visibility("default"))) size_t strlen(const char* text) {
  (void)text;
  return 42;
}

static long subject(void) {
  size_t (*volatile by_address)(const char*) = strlen;
  int* volatile data = &optind;
  return (long)(by_address("abc") * 10000 + strlen("abc") * 100) + *data;
}
