// The same functions, declared otherwise: each is refused where the runtime's is of another type.
#define EXPORT __attribute__((visibility("default")))
float strtod(const char* text);
int llabs(int value);
EXPORT int call(const char* text) { return llabs((int)strtod(text)); }
