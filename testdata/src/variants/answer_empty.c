// The same library without the function.
#include "../capi.h"

EXPORT long wheelaudit_question(void) { return 6 * 9; }
