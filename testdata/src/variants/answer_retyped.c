// The same library, its function with another type.
#include "../capi.h"

EXPORT long wheelaudit_answer(long base) { return 42 + base; }
