// Two results, under the experimental ABI.
struct two { int a; long long b; };
struct two wheelaudit_two(int);
__attribute__((visibility("default"))) struct two call(int x) { struct two t = wheelaudit_two(x); t.a++; return t; }
