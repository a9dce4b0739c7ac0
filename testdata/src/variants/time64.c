// `time` as it is since Emscripten 3.1.27: time_t has 64 bits.
#include "../variant.h"

long long time(long long* result);

static long subject(void) { return time(0) > 1600000000 ? 42 : 0; }
