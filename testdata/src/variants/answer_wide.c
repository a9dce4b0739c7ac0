// The same library, its function with 64-bit integers.
#include "../capi.h"

EXPORT long long wheelaudit_answer(long long base) { return 1 + base; }
