// Needs libwheelaudit_answer.so for its function, and calls it from a constructor.
#include "../variant.h"

long wheelaudit_answer(void);

static volatile long result;

__attribute__((constructor)) static void construct(void) { result = wheelaudit_answer(); }

static long subject(void) { return result; }
