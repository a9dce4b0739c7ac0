// Throws, catches, cleans up.
struct Guard {
  Guard();
  ~Guard();
};
extern "C" void may_throw();
__attribute__((visibility("default"))) int caught() {
  try {
    Guard guard;
    may_throw();
    throw 1;
  } catch (int value) {
    return value;
  } catch (...) {
    return 2;
  }
}
