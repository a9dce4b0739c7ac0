// consumer COMMAND FILE [--output FILE]: runs a command over one wheel, writes the JSON
// report to standard output and the verdict to standard error, and returns the exit code. A
// repaired wheel goes into the file of --output.

#include <cstddef>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>
#include <wheelaudit/wheelaudit.hpp>

namespace audit = wheelaudit::api;

namespace {

std::vector<std::byte> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  const auto* first = reinterpret_cast<const std::byte*>(text.data());
  return {first, first + text.size()};
}

void print(const audit::Report& report) {
  std::cout << report.json();
  if (report.error) std::cerr << "error: " << report.error->message << '\n';
  for (const audit::WheelReport& wheel : report.wheels) {
    std::cerr << wheel.path << ": " << audit::name_of(wheel.verdict) << '\n';
    for (const audit::Finding& finding : wheel.findings) {
      std::cerr << "  " << audit::name_of(finding.severity) << ' ' << finding.rule << ' '
                << finding.message << '\n';
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "wheelaudit " << audit::library_version() << '\n';
    return argc == 2 && std::string(argv[1]) == "version" ? 0 : 2;
  }
  const std::string command = argv[1];
  const std::vector<std::byte> bytes = read_file(argv[2]);
  const audit::File wheel{.name = argv[2], .bytes = bytes};
  if (command == "show" || command == "check") {
    const audit::Report report = command == "show" ? audit::show(wheel) : audit::check(wheel);
    print(report);
    return report.exit_code;
  }
  const audit::Repaired repaired = audit::repair(wheel);
  print(repaired.report);
  if (argc == 5 && std::string(argv[3]) == "--output" && !repaired.outputs.empty()) {
    const std::vector<std::byte>& result = repaired.outputs.front().bytes;
    std::ofstream(argv[4], std::ios::binary)
        .write(reinterpret_cast<const char*>(result.data()),
               static_cast<std::streamsize>(result.size()));
  }
  return repaired.report.exit_code;
}
