// A function that nobody offers, reached from a constructor through a pointer, as a virtual call of
// C++ does.
#include "../variant.h"

long wheelaudit_absent_function(long value);

static long ask(long value) { return wheelaudit_absent_function(value); }
static long (*volatile asked)(long) = ask;
static volatile long result;

__attribute__((constructor)) static void construct(void) { result = asked(41); }

static long subject(void) { return result + 1; }
