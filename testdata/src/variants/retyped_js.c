// A function that the runtime's JavaScript provides, `double emscripten_get_now(void)`, declared
// with another type: JavaScript takes any.
#include "../variant.h"

int emscripten_get_now(int unused);

static long subject(void) { return emscripten_get_now(7) >= 0 ? 42 : 0; }
