// The address of a function that nobody offers: GOT.func.
#include "../variant.h"

long wheelaudit_absent_callback(long value);

typedef long (*Callback)(long);
static volatile Callback callback;

static long subject(void) {
  callback = wheelaudit_absent_callback;
  return callback(42);
}
