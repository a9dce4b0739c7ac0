// Catches and throws on, with a filter by class.
struct Base {
  virtual ~Base();
};
struct Derived : Base {
  ~Derived() override;
};
extern "C" void strlen_like(const char*);
__attribute__((visibility("default"))) int caught(const char* text) {
  try {
    strlen_like(text);
  } catch (const Derived&) {
    throw;
  } catch (const Base&) {
    return 1;
  }
  return 0;
}
