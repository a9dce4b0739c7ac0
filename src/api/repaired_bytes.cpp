// `repair::repair` decides; this part makes one buffer of the pieces. The bytes handed out are
// compared with those that were audited, by their digest.

#include "api/repaired_bytes.hpp"

#include <utility>

#include "base/digest.hpp"
#include "report/repair_report.hpp"

namespace wheelaudit::api {
namespace {

Result<ByteVector> checked_bytes(const repair::RepairedWheel& repaired) {
  auto bytes = zip::assemble(repaired.input(), repaired.pieces());
  if (!bytes) return bytes;
  const auto digest = sha256(memory_source(*bytes));
  if (!digest) return tl::unexpected(digest.error());
  if (hex(*digest) == repaired.result().sha256) return bytes;
  return fail(base::ErrorKind::internal, "the bytes of the result are not those that were audited");
}

}  // namespace

Result<RepairedBytes> repaired_bytes(wheel::Wheel wheel, const repair::RepairRequest& request) {
  auto outcome = repair::repair(std::move(wheel), request);
  if (!outcome) return tl::unexpected(outcome.error());
  auto [report, repaired] = report::report_repair(std::move(*outcome));
  if (!repaired) {
    return RepairedBytes{.report = std::move(report), .output_name = {}, .bytes = std::nullopt};
  }
  report.repair->sha256 = repaired->result().sha256;
  auto bytes = checked_bytes(*repaired);
  if (!bytes) return tl::unexpected(bytes.error());
  return RepairedBytes{.report = std::move(report),
                       .output_name = repaired->output_name(),
                       .bytes = std::move(*bytes)};
}

}  // namespace wheelaudit::api
