// A function that nobody offers, used by one Python function.
#include "../variant.h"

long wheelaudit_absent_function(long value);

static long subject(void) { return wheelaudit_absent_function(42); }
