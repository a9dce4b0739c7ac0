// A name with an underscore of its own. In 0.21 the loader also finds a name X as `Module["_X"]`: so
// it has `emscripten_get_now` (and nothing under this name, which has one underscore more).
#include "../variant.h"

double _emscripten_get_now(void);

static long subject(void) { return _emscripten_get_now() >= 0 ? 42 : 0; }
