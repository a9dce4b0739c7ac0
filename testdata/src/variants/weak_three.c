// The addresses of three weak functions that nobody offers: all are null, and the module knows it.
#include "../variant.h"

__attribute__((weak)) long wheelaudit_absent_one(long value);
__attribute__((weak)) long wheelaudit_absent_two(long value);
__attribute__((weak)) long wheelaudit_absent_three(long value);

typedef long (*pointer)(long value);
static volatile const pointer weak[] = {wheelaudit_absent_one, wheelaudit_absent_two,
                                        wheelaudit_absent_three};

static long subject(void) { return weak[0] || weak[1] || weak[2] ? 1 : 42; }
