// Thread-local data, of its own and of another module.
__thread int own = 3;
extern __thread int others;
__attribute__((visibility("default"))) int call(void) { return own++; }
__attribute__((visibility("default"))) int call_other(void) { return others++; }
