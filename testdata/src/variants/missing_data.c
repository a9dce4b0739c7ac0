// The address of data that nobody offers: GOT.mem.
#include "../variant.h"

extern long wheelaudit_absent_data;

static long subject(void) { return wheelaudit_absent_data; }
