// A half-precision or wide-arithmetic candidate: 128-bit multiplication.
__attribute__((visibility("default"))) void call(__int128* a, const __int128* b) { *a *= *b; }
