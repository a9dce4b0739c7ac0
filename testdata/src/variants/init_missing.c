// The init function has the name of another module.
#define INIT_NAME PyInit__kernel
#include "../variant.h"

static long subject(void) { return 42; }
