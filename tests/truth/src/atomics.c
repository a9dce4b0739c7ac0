// Atomics: plain memory instructions unless the target has threads.
static int counter;
__attribute__((visibility("default"))) int call(void) {
  return __atomic_add_fetch(&counter, 1, __ATOMIC_SEQ_CST) + __atomic_exchange_n(&counter, 3, __ATOMIC_SEQ_CST);
}
