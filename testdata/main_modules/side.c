#include <stdint.h>

int host_twice(int64_t value);
__attribute__((visibility("default"))) int run(void) { return host_twice(20) + 2; }
