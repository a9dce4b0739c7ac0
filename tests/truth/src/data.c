// Addresses of data and functions, the module's own and others', weak and strong.
extern int strcmp(const char*, const char*);
extern char* environ_like __attribute__((weak));
extern int weak_function(void) __attribute__((weak));
__attribute__((visibility("default"))) int own_data = 4;
__attribute__((visibility("default"))) int own_function(void) { return 1; }
__attribute__((visibility("default"))) void* table[] = {(void*)strcmp, &own_data, (void*)own_function};
__attribute__((visibility("default"))) int call(void) { return weak_function ? weak_function() : environ_like ? 2 : own_data; }
