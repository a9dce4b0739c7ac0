/* A main module that loads /side.wasm and calls run() in it. What a side module may ask for is one function with a
   64-bit integer as parameter; how it passes depends on -sWASM_BIGINT. */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

__attribute__((used, visibility("default"))) int host_twice(int64_t value) { return (int)(value * 2); }

int main(void) {
  void *side = dlopen("/side.wasm", RTLD_NOW);
  if (!side) {
    printf("load failed: %s\n", dlerror());
    return 1;
  }
  int (*run)(void) = (int (*)(void))dlsym(side, "run");
  printf("run() = %d\n", run());
  return 0;
}
