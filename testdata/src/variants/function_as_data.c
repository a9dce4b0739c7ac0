// A function of the C API whose address is asked for as data's (GOT.mem).
#include "../variant.h"

extern char function_text[] __asm__("PyLong_AsLong");
static char* volatile address;

static long subject(void) {
  address = function_text;
  return address ? 42 : 0;
}
