// What Emscripten's EM_ASM_INT macro makes: a text in the section `em_asm`, bounded by two
// symbols that the linker makes and exports, run by its address.
#include "../variant.h"

int emscripten_asm_const_int(const char* code, const char* signature, ...);

__attribute__((section("em_asm"), aligned(1), used)) static char code[] = "return $0 + 2;";

static long subject(void) { return emscripten_asm_const_int(code, "i", 40); }
