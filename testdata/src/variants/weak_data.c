// Weak data that nobody offers has address 0, and the module knows it.
#include "../variant.h"

extern __attribute__((weak)) long wheelaudit_absent_data;

static long subject(void) { return &wheelaudit_absent_data ? 1 : 42; }
