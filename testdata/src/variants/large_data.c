// More data than the pages the runtime begins with; it asks for as many pages as the data has.
#include "../variant.h"

static char data[24 * 1024 * 1024];

static long subject(void) {
  volatile char *last = data + sizeof data - 1;
  *last = 42;
  return *last;
}
