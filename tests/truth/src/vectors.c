// 128-bit vectors.
typedef int v4 __attribute__((vector_size(16)));
typedef float f4 __attribute__((vector_size(16)));
__attribute__((visibility("default"))) void call(v4* a, const v4* b, f4* c) { *a += *b * *b; *c = *c * *c + *c; }
