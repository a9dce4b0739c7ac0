// `time` as it was until Emscripten 3.1.14, when time_t had 32 bits.
#include "../variant.h"

int time(int* result);

static long subject(void) { return time(0) > 1600000000 ? 42 : 0; }
