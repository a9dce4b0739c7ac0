// externref across the border.
__externref_t JsvNum_fromInt(int value);
int JsvNum_toInt(__externref_t value);
__attribute__((visibility("default"))) int call(int x) { return JsvNum_toInt(JsvNum_fromInt(x)); }
