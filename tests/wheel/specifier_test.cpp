// Version specifiers of PEP 440. tests/interop holds the same against the real `packaging`.

#include "wheel/specifier.hpp"

#include <doctest/doctest.h>

namespace wheelaudit::wheel {

TEST_CASE("what a set of specifiers allows") {
  struct Case {
    const char* specifiers;
    const char* version;
    bool allowed;
  };
  for (const Case& expected : {Case{"", "3.13.2", true},
                               Case{">=3.9", "3.13.2", true},
                               Case{">=3.20", "3.13.2", false},
                               Case{">=3.9,<3.13", "3.13.0", false},
                               Case{">=3.9, !=3.13.*", "3.13.2", false},
                               Case{"==3.13.*", "3.13.2", true},
                               Case{"==3.1.*", "3.13.2", false},
                               Case{"==3.13", "3.13.0", true},
                               Case{"==3.13", "3.13.2", false},
                               Case{"~=3.9", "3.13.2", true},
                               Case{"~=3.9.1", "3.13.2", false},
                               Case{"~=3.13.1", "3.13.2", true},
                               Case{"<4", "3.13.2", true},
                               Case{">3.13", "3.13.2", true},
                               Case{">3.13", "3.13.post1", false},
                               Case{"<3.14", "3.14.0rc1", false},
                               Case{"<3.14rc2", "3.14.0rc1", true},
                               Case{">=3.14", "3.14.0rc1", false},
                               Case{"===3.13.2", "3.13.2", true},
                               Case{"===3.13", "3.13.0", false},
                               Case{"<=3.13", "3.13.2", false},
                               Case{">=3.8, <4, != 3.12.1", "3.12.1", false},
                               Case{"!=1!3.13.2", "3.13.2", true},
                               Case{"==1.0", "1.0+local", true},
                               Case{"==1.0+other", "1.0+local", false}}) {
    CAPTURE(expected.specifiers);
    CAPTURE(expected.version);
    CHECK(specifiers_allow(expected.specifiers, expected.version) == expected.allowed);
  }
}

TEST_CASE("what is malformed allows and excludes nothing") {
  CHECK_FALSE(specifiers_allow("3.9", "3.13.2").has_value());
  CHECK_FALSE(specifiers_allow(">=3.9", "three").has_value());
}

}  // namespace wheelaudit::wheel
