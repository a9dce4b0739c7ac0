// Relaxed SIMD by builtin.
typedef float f4 __attribute__((vector_size(16)));
__attribute__((visibility("default"))) void call(f4* a, const f4* b) { *a = __builtin_wasm_relaxed_madd_f32x4(*a, *b, *b); }
