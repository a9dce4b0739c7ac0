// Memory filled and copied by instructions, floats converted without traps, bytes extended.
__attribute__((visibility("default"))) void call(char* to, const char* from, unsigned long size, float f, signed char* s, int* out) {
  __builtin_memcpy(to, from, size);
  __builtin_memset(to, 7, size);
  *out = (int)f + (int)*s;
}
