// setjmp and longjmp, one in the other.
typedef int jmp_buf[40];
int setjmp(jmp_buf) __attribute__((returns_twice));
void longjmp(jmp_buf, int) __attribute__((noreturn));
static jmp_buf outer, inner;
__attribute__((visibility("default"))) int call(void) {
  if (setjmp(outer)) return 42;
  if (setjmp(inner)) longjmp(outer, 1);
  longjmp(inner, 1);
}
