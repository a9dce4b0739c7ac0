// PyInit__core takes an argument.
#define INIT_PARAMETERS __attribute__((unused)) long unused
#include "../variant.h"

static long subject(void) { return 42; }
