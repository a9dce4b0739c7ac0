// Readable names of C++ and Rust symbols, and names that are made to take much time or memory.

#include "demangle/demangle.hpp"

#include <cxxabi.h>
#include <doctest/doctest.h>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "profile/profile.hpp"

namespace wheelaudit::demangle {

TEST_CASE("C++ names") {
  CHECK(demangle("_ZNSt3__213__hash_memoryEPKvm") ==
        "std::__2::__hash_memory(void const*, unsigned long)");
  CHECK(demangle("_ZTVN10__cxxabiv117__class_type_infoE") ==
        "vtable for __cxxabiv1::__class_type_info");
  CHECK(demangle("_Znwm") == "operator new(unsigned long)");
}

TEST_CASE("names of C are no mangled names") {
  CHECK(demangle("PyLong_FromLong") == std::nullopt);
  CHECK(demangle("") == std::nullopt);
  CHECK(demangle("_Z") == std::nullopt);
  CHECK(demangle("_Znonsense!") == std::nullopt);
}

TEST_CASE("each production of the grammar is handed to the compiler's demangler") {
#ifdef _LIBCPPABI_VERSION
  constexpr bool of_llvm = true;
#else
  constexpr bool of_llvm = false;
#endif
  struct Name {
    std::string_view mangled;
    std::string_view readable;
    std::string_view
        readable_by_llvm;  ///< where LLVM's demangler writes a name differently from GCC's
  };
  const std::vector<Name> names{
      {"_Z1fv", "f()"},
      {"_ZN1a1bIiE1cEv", "a::b<int>::c()"},
      {"_ZNKR1a1bEv", "a::b() const &"},
      {"_ZNSt6vectorIiSaIiEE9push_backERKi",
       "std::vector<int, std::allocator<int> >::push_back(int const&)",
       "std::vector<int, std::allocator<int>>::push_back(int const&)"},
      {"_ZNSt1aC1Ev", "std::a::a()"},
      {"_ZN1aD2Ev", "a::~a()"},
      {"_ZN1acvbEv", "a::operator bool()"},
      {"_ZplRK1aS1_", "operator+(a const&, a const&)"},
      {"_Zli3_kmPKc", "operator\"\" _km(char const*)"},
      {"_Z1fPFivE", "f(int (*)())"},
      {"_Z1fM1aKFivE", "f(int (a::*)() const)"},
      {"_Z1fA3_i", "f(int [3])"},
      {"_Z1fDv4_f", "f(float __vector(4))", "f(float vector[4])"},
      {"_Z1fDnDi", "f(decltype(nullptr), char32_t)", "f(std::nullptr_t, char32_t)"},
      {"_Z1fIJicEEvDpT_", "void f<int, char>(int, char)"},
      {"_Z1fILi5ELb1ELin3EEvv", "void f<5, true, -3>()"},
      {"_Z1fIXadL_Z1gvEEEvv", "raw"},  // an address is an expression
      {"_ZZ1fvE1a_0", "f()::a"},
      {"_ZZ1fvEs", "f()::string literal"},
      {"_ZZN1a1bEvENKUlvE_clEv", "a::b()::{lambda()#1}::operator()() const",
       "a::b()::'lambda'()::operator()() const"},
      {"_ZN12_GLOBAL__N_11fEv", "(anonymous namespace)::f()"},
      {"_ZTV1a", "vtable for a"},
      {"_ZTC1a0_1b", "construction vtable for b-in-a"},
      {"_ZGVZ1fvE1a", "guard variable for f()::a"},
      {"_ZThn8_N1a1bEv", "non-virtual thunk to a::b()"},
      {"_ZN1a1fB3tagEv", "a::f[abi:tag]()"},
      {"_Z1fv.isra.0", "f() [clone .isra.0]", "f() (.isra.0)"},
  };
  for (const Name& name : names) {
    INFO(name.mangled);
    const bool other = of_llvm && !name.readable_by_llvm.empty();
    CHECK(demangle(name.mangled).value_or("raw") ==
          (other ? name.readable_by_llvm : name.readable));
  }
}

TEST_CASE("a name that the compiler's demangler would never return from stays raw") {
  CHECK(demangle("_Z1fIXsriVD") == std::nullopt);
  CHECK(demangle("_Z1fIXsrzVDE") == std::nullopt);
  CHECK(demangle(std::string_view("_Z3a\0bv", 8)) ==
        std::nullopt);  // the demangler would see `_Z3a`
}

TEST_CASE("nine of ten C++ names of the real runtimes are readable") {
  std::set<std::string> names;
  for (const profile::AbiProfile& profile : profile::built_in_profiles()) {
    for (const std::string_view name : profile.symbols.names()) {
      if (name.starts_with("_Z")) names.emplace(name);
    }
  }
  REQUIRE(names.size() > 1'000);
  std::size_t raw = 0;
  for (const std::string& name : names) {
    if (!demangle(name)) ++raw;
  }
  MESSAGE(raw << " of " << names.size() << " raw");
  CHECK(raw * 9 < names.size());  // nearly all raw names have expressions
}

TEST_CASE("the old Rust mangling, without its hash") {
  CHECK(demangle("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE") ==
        "core::fmt::Write::write_fmt");
  CHECK(demangle("_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$"
                 "3bar17h930b740aa94f1d3aE") == "<Test + 'static as foo::Bar<Test>>::bar");
  CHECK(demangle("_ZN3foo17h05af221e174051e9E.llvm.123") == "foo");
  // A C++ function whose name only looks as if it ended in a hash keeps its whole name.
  CHECK(demangle("_ZN3foo17h05af221e174051exE") == "foo::h05af221e174051ex");
}

TEST_CASE("Rust's v0 mangling") {
  CHECK(demangle("_RNvC6_123foo3bar") == "123foo::bar");
  CHECK(demangle("_RNvMs_NtCs1_7mycrate3fooNtB4_3Bar3new") == "<mycrate::foo::Bar>::new");
  CHECK(demangle("_RNvXs4_NtCsgcV_4core3fmtNtB5_9ArgumentsNtB5_5Debug3fmt") ==
        "<core::fmt::Arguments as core::fmt::Debug>::fmt");
  CHECK(demangle("_RINvNtC3std3mem8align_ofNtNtC3std3mem12DiscriminantE") ==
        "std::mem::align_of::<std::mem::Discriminant>");
  CHECK(demangle("_RNCINvNtCs9ltgdHTiPiY_4core3ptr13drop_in_placeTlhEE0") ==
        "core::ptr::drop_in_place::<(i32, u8)>::{closure#0}");
  CHECK(demangle("_RINbNbCskIICzLVDPPb_5alloc5alloc8box_freeDINbNiB4_5boxed5FnBoxuEp6OutputuEL_E"
                 "Cs1iopQbuBiw2_3std") ==
        "alloc::alloc::box_free::<dyn alloc::boxed::FnBox<(), Output = ()>>");
  CHECK(demangle("_RMCs4fqI2P2rA04_13const_genericINtB0_8UnsignedKhb_E") ==
        "<const_generic::Unsigned<11>>");
}

TEST_CASE("v0 names that are not of the grammar stay raw") {
  CHECK(demangle("_R") == std::nullopt);
  CHECK(demangle("_RNvC6_123foo9bar") == std::nullopt);         // cut short
  CHECK(demangle("_RNvB_3bar") == std::nullopt);                // refers to itself
  CHECK(demangle("_RNvB99999999999999_3bar") == std::nullopt);  // refers forward
  CHECK(demangle("_RNvC6_123foo3barjunk") == std::nullopt);
  CHECK(demangle("_RMCs_0") == std::nullopt);  // a crate without a name
}

namespace {

template <class Function>
double seconds(Function function) {
  const auto start = std::chrono::steady_clock::now();
  function();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Nested `S_I<last><last>E`: every level doubles the length of the readable name.
std::string doubling_name(int levels) {
  constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string name = "_Z1fP1aIiiE";
  for (int i = 0; i < levels; ++i) {
    const std::string last = std::string("S") + digits[static_cast<std::size_t>(i)] + "_";
    name += "S_I" + last + last + "E";
  }
  return name;
}

/// A number as back references write it: `_` is 0, `0_` is 1.
std::string base62(std::size_t value) {
  constexpr std::string_view digits =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (value == 0) return "_";
  std::string text;
  for (std::size_t rest = value - 1; rest > 0 || text.empty(); rest /= 62) {
    text.insert(text.begin(), digits[rest % 62]);
  }
  return text + "_";
}

/// Generic arguments, each a tuple of two references to the argument before.
std::string doubling_rust_name(int levels) {
  std::string name = "INvC1a1b";
  std::size_t last = name.size();
  name += "TllE";
  for (int i = 0; i < levels; ++i) {
    const std::string reference = "B" + base62(last);
    last = name.size();
    name += "T" + reference + reference + "E";
  }
  return "_R" + name + "E";
}

}  // namespace

TEST_CASE("a C++ name that would fill the memory is left raw at once") {
  const std::string name = doubling_name(34);  // 2^34 parts
  CHECK(seconds([&] { CHECK(demangle(name) == std::nullopt); }) < 0.1);
}

TEST_CASE("a Rust name that expands or nests without end is left raw at once") {
  const std::string name = doubling_rust_name(40);
  CHECK(seconds([&] { CHECK(demangle(name) == std::nullopt); }) < 0.1);
  CHECK(demangle(doubling_rust_name(1)) == "a::b::<(i32, i32), ((i32, i32), (i32, i32))>");
  const std::string nested = "_RINvC1a1b" + std::string(3000, 'R') + "lE";
  CHECK(demangle(nested) == std::nullopt);
  CHECK(demangle("_Z" + std::string(100'000, 'P') + "i") == std::nullopt);
}

}  // namespace wheelaudit::demangle
