// Nothing is wrong here: the sibling that every other variant is compared with.
#include "../variant.h"

static long subject(void) { return 42; }
