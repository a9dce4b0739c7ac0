// Has a structure with a time_t of 64 bits filled in: 42 where the runtime's has as many; where it
// has 32, the microseconds end up in the seconds.
#include "../variant.h"

int gettimeofday(void* value, void* zone);

static long subject(void) {
  struct {
    long long seconds;
    long microseconds;
  } now = {0, 0};
  gettimeofday(&now, 0);
  return now.seconds > 0 && now.seconds < 100000000000 ? 42 : 0;
}
