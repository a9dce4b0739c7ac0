// Nothing but arithmetic: what the flags alone make of a module.
#define EXPORT __attribute__((visibility("default")))
EXPORT long fine(void) { return 42; }
EXPORT float mixed(double a, float b) { return (float)a * b; }
