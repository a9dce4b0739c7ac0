// The module asks the runtime for the address of a function it exports itself, as C++ inlines and
// default visibility make modules do.
#include "../variant.h"

EXPORT long wheelaudit_own_function(long value) { return value + 1; }
EXPORT long wheelaudit_own_data;
long wheelaudit_own_data = 41;

typedef long (*Callback)(long);
static volatile Callback callback;

static long subject(void) {
  callback = wheelaudit_own_function;
  return callback(wheelaudit_own_data);
}
