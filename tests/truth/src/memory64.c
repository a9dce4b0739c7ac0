// 64-bit addresses.
extern unsigned long strlen(const char*);
__attribute__((visibility("default"))) unsigned long call(const char* text) { return strlen(text); }
