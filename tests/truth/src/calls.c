// Calls into the runtime with every value type, and a 64-bit integer across the border (BigInt).
#define EXPORT __attribute__((visibility("default")))
typedef long long i64;
double strtod(const char* text, char** end);
i64 strtoll(const char* text, char** end, int base);
i64 llabs(i64 value);
double fmod(double a, double b);
float fmodf(float a, float b);
long strtol(const char* text, char** end, int base);
EXPORT i64 call(const char* text) { return llabs(strtoll(text, 0, 10)) + (i64)fmod(strtod(text, 0), 3.0) + strtol(text, 0, 10) + (i64)fmodf(2.f, 1.f); }
