// A call that must be a tail call.
int strcmp(const char*, const char*);
__attribute__((visibility("default"))) int call(const char* a, const char* b) { __attribute__((musttail)) return strcmp(b, a); }
