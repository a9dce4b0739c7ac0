// A fused multiplication and addition of relaxed SIMD, which not every engine has.
#include "../variant.h"

typedef float four __attribute__((vector_size(16)));

static volatile float factor = 1;

static long subject(void) {
  four value = {factor, 2, 3, 4};
  value = __builtin_wasm_relaxed_madd_f32x4(value, value, value);
  return (long)value[0] + 40;
}
