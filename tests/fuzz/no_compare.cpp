// Removes the most expensive part of libFuzzer's instrumentation, tracing comparisons, at link time
// (--wrap): in large targets it takes a quarter of the time, and their mutators and dictionaries
// find what tracing would find.

#include <cstdint>

extern "C" {
void __wrap___sanitizer_cov_trace_cmp1(std::uint8_t /*left*/, std::uint8_t /*right*/) {}
void __wrap___sanitizer_cov_trace_cmp2(std::uint16_t /*left*/, std::uint16_t /*right*/) {}
void __wrap___sanitizer_cov_trace_cmp4(std::uint32_t /*left*/, std::uint32_t /*right*/) {}
void __wrap___sanitizer_cov_trace_cmp8(std::uint64_t /*left*/, std::uint64_t /*right*/) {}
void __wrap___sanitizer_cov_trace_const_cmp1(std::uint8_t /*left*/, std::uint8_t /*right*/) {}
void __wrap___sanitizer_cov_trace_const_cmp2(std::uint16_t /*left*/, std::uint16_t /*right*/) {}
void __wrap___sanitizer_cov_trace_const_cmp4(std::uint32_t /*left*/, std::uint32_t /*right*/) {}
void __wrap___sanitizer_cov_trace_const_cmp8(std::uint64_t /*left*/, std::uint64_t /*right*/) {}
void __wrap___sanitizer_cov_trace_switch(std::uint64_t /*value*/, std::uint64_t* /*cases*/) {}
}
