// A library for other modules: libwheelaudit_answer.so.
#include "../capi.h"

EXPORT long wheelaudit_answer(void) { return 42; }
