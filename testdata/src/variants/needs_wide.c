// Needs libwheelaudit_answer.so for its function, with 64-bit integers.
#include "../variant.h"

long long wheelaudit_answer(long long base);

static long subject(void) { return (long)wheelaudit_answer(41); }
