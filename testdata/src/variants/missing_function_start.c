// A function that nobody offers, reached from the start function (the build script writes the start
// section: lld has no option for it).
#include "../variant.h"

long wheelaudit_absent_function(long value);

static volatile long result;

EXPORT void at_start(void) { result = wheelaudit_absent_function(41); }

static long subject(void) { return result + 1; }
