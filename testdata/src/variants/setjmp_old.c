// What compilers up to Emscripten 3.1.56 made of setjmp, written by hand: the functions
// `saveSetjmp` and `testSetjmp`.
#include "../variant.h"

int* saveSetjmp(int* buffer, int label, int* table, int size);
int testSetjmp(int id, int* table, int size);

static int buffer[40];
static int table[80];

static long subject(void) {
  int* saved = saveSetjmp(buffer, 1, table, 4);
  return saved && testSetjmp(buffer[0], saved, 4) == 1 ? 42 : 0;
}
