// What Emscripten's EM_JS macro makes: the body of `wheelaudit_javascript_answer` as text, which
// the loader evaluates.
#include "../variant.h"

int wheelaudit_javascript_answer(int value);

__attribute__((used, visibility("default"), section("em_js"), aligned(1)))
char __em_js__wheelaudit_javascript_answer[] = "(int value)<::>{ return value + 2; }";

static long subject(void) { return wheelaudit_javascript_answer(40); }
