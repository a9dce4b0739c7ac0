// Jumps out of a function. Built for the two forms of setjmp that lld 19 knows: emscripten's
// (`__wasm_setjmp`, `emscripten_longjmp`, `invoke_*`) and WebAssembly's (a tag).
#include "../variant.h"

typedef long Buffer[64];
int setjmp(Buffer buffer) __attribute__((returns_twice));
void longjmp(Buffer buffer, int value) __attribute__((noreturn));

static Buffer buffer;

__attribute__((noinline)) static void leap(int value) {
  if (value > 0) longjmp(buffer, value);
}

static long subject(void) {
  int value = setjmp(buffer);
  if (value == 0) leap(42);
  return value;
}
