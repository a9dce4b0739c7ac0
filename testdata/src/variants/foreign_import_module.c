// A function from an import module that no loader offers.
#include "../variant.h"

__attribute__((import_module("foreign"), import_name("answer"))) long foreign_answer(void);

static long subject(void) { return foreign_answer(); }
