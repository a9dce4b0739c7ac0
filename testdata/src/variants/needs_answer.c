// Needs libwheelaudit_answer.so for its function.
#include "../variant.h"

long wheelaudit_answer(void);

static long subject(void) { return wheelaudit_answer(); }
