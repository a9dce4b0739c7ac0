// Each worker takes the next input, turns it into text at once and drops the facts, so that memory
// does not grow with the number of wheels. Text is printed in the order of the inputs as soon as
// all before it are done; other formats are printed when all inputs are done (ReportFormat,
// `at_once`).

#include "cli/batch.hpp"

#include <fmt/format.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "base/escape.hpp"
#include "base/version.hpp"
#include "system/output.hpp"

namespace wheelaudit::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr auto quiet_start = std::chrono::seconds(1);  // docs/design/output.md#progress
constexpr std::size_t listed_skips = 5;

/// The report of one input as text.
struct Rendered {
  std::vector<report::ReportPiece> pieces;
  std::optional<InputRemark> remark;
  report::Totals totals;
  ExitCode exit_code = ExitCode::done;
  bool done = false;
};

/// Lets glibc make one heap per worker and not one per thread. Memory that reading a wheel has
/// freed in the heap of a finished thread could not be used for writing the wheel
/// (docs/design/limits.md#memory).
void limit_heaps([[maybe_unused]] unsigned workers) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, static_cast<int>(workers));
#endif
}

ProcessedInput guarded(const ProcessInput& process, const system::Input& input, unsigned threads) {
  try {
    return process(input, threads);
  } catch (const std::bad_alloc&) {
    return failed(input, {.kind = ErrorKind::io, .message = "does not fit into memory"});
  } catch (const std::exception& exception) {
    return failed(input, {.kind = ErrorKind::internal,
                          .message = fmt::format("internal error: {}", exception.what())});
  }
}

/// `3/300 dist/x.whl` on a terminal's standard error, once the work has taken a second.
class Progress {
 public:
  Progress(bool wanted, std::size_t total) : wanted_(wanted), total_(total) {}
  void show(std::size_t done, std::string_view path) {
    if (!wanted_ || Clock::now() - start_ < quiet_start) return;
    system::write_standard_error(
        fmt::format("\r\x1b[K{}/{} {}", done, total_, escape_terminal(path)));
    shown_ = true;
  }
  void clear() {
    if (shown_) system::write_standard_error("\r\x1b[K");
    shown_ = false;
  }

 private:
  bool wanted_;
  std::size_t total_;
  Clock::time_point start_ = Clock::now();
  bool shown_ = false;
};

class BatchRun {
 public:
  BatchRun(const Batch& batch, const ProcessInput& process)
      : options_(batch.options.report),
        list_(batch.prepared.list),
        report_(batch.prepared.report),
        jobs_(batch.prepared.jobs),
        process_(process),
        format_(*report::find_report_format(options_.format)),
        looks_{.command = batch.command,
               .style = {.color = use_color(options_),
                         .verbose = options_.verbose,
                         .quiet = options_.quiet},
               .fail_on = batch.fail_on,
               .location = batch.options.sarif_path},
        slots_(list_.inputs.size()) {}

  void run() {
    const auto workers = static_cast<unsigned>(
        std::min<std::size_t>(jobs_, std::max<std::size_t>(1, slots_.size())));
    limit_heaps(workers);
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < workers; ++i) {
      threads.emplace_back([this, workers] { work_through(std::max(1U, jobs_ / workers)); });
    }
    collect();
  }

  [[nodiscard]] ExitCode finish(const std::string& warnings) {
    print_remarks();
    system::write_standard_error(warnings);
    report::ReportWhole whole{.version = version(),
                              .exit_code = exit_code_,
                              .pieces = std::move(pieces_),
                              .remarks = remarks_,
                              .totals = totals_};
    format_.whole(whole, looks_, [this](std::string_view part) { print(part); });
    if (!options_.file.empty()) write_file();
    return exit_code_;
  }

 private:
  void work_through(unsigned threads) {
    while (!stopped_) {
      const std::size_t index = next_++;
      if (index >= slots_.size()) return;
      Rendered rendered = render(guarded(process_, list_.inputs[index], threads));
      const std::lock_guard lock(mutex_);
      slots_[index] = std::move(rendered);
      changed_.notify_one();
    }
  }

  Rendered render(const ProcessedInput& processed) {
    Rendered rendered{.pieces = {},
                      .remark = processed.remark,
                      .totals = {},
                      .exit_code = processed.exit_code,
                      .done = true};
    if (processed.report) {
      rendered.totals.add(*processed.report);
      rendered.pieces = format_.wheel(*processed.report, processed.exit_code, looks_);
    }
    return rendered;
  }

  Rendered wait_for(std::size_t index) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return slots_[index].done; });
    return std::move(slots_[index]);
  }

  void collect() {
    Progress progress(system::is_terminal(STDERR_FILENO) && !options_.quiet && slots_.size() > 1,
                      slots_.size());
    for (std::size_t i = 0; i < slots_.size() && !stopped_; ++i) {
      progress.show(i, list_.inputs[i].path);
      Rendered rendered = wait_for(i);
      progress.clear();
      exit_code_ = worst(exit_code_, rendered.exit_code);
      totals_.add(rendered.totals);
      if (rendered.remark) {
        remarks_.push_back(*rendered.remark);
        totals_.add(*rendered.remark);
        system::write_standard_error(report::text_remark(*rendered.remark, error_style()));
      }
      for (report::ReportPiece& piece : rendered.pieces) {
        if (format_.at_once) {
          print(piece.text);
        } else {
          pieces_.push_back(std::move(piece));
        }
      }
    }
  }

  /// Prints what expanding the arguments met: errors one by one, skipped files as a short list.
  void print_remarks() {
    std::size_t skipped = 0;
    for (const InputRemark& remark : list_.remarks) {
      exit_code_ = worst(exit_code_, remark.exit_code);
      remarks_.push_back(remark);
      totals_.add(remark);
      const bool is_note = remark.exit_code == ExitCode::done;
      const bool is_listed = !is_note || options_.verbose || ++skipped <= listed_skips;
      const bool is_wanted = !is_note || (format_.at_once && !options_.quiet);
      if (is_listed && is_wanted)
        system::write_standard_error(report::text_remark(remark, error_style()));
    }
    if (skipped > listed_skips && format_.at_once && !options_.quiet) {
      system::write_standard_error(
          fmt::format("note: {} more skipped (-v lists them)\n", skipped - listed_skips));
    }
  }

  [[nodiscard]] report::TextStyle error_style() const {
    report::TextStyle style = looks_.style;
    style.color = options_.color == ColorChoice::always ||
                  (style.color && system::is_terminal(STDERR_FILENO));
    return style;
  }

  void print(std::string_view text) {
    if (!options_.file.empty()) {
      file_ += text;
      return;
    }
    if (stopped_) return;
    if (const auto written = system::write_standard_output(text); !written) {
      print_error(written.error().message);
      exit_code_ = worst(exit_code_, ExitCode::io);
      stopped_ = true;  // nobody reads any more
    }
  }

  void write_file() {
    if (const auto written = report_.write(file_); !written) {
      print_error(written.error().message);
      exit_code_ = worst(exit_code_, exit_code_of(written.error().kind));
    }
  }

  const ReportOptions& options_;
  const system::InputList& list_;
  const system::ReportFile& report_;
  unsigned jobs_;
  const ProcessInput& process_;
  const report::ReportFormat& format_;
  report::ReportSettings looks_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Rendered> slots_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<bool> stopped_ = false;
  std::vector<report::ReportPiece> pieces_;  ///< of a format that is not printed at once
  std::vector<InputRemark> remarks_;
  std::string file_;
  report::Totals totals_;
  ExitCode exit_code_ = ExitCode::done;
};

}  // namespace

ProcessedInput failed(const system::Input& input, const Error& error) {
  const ExitCode code = exit_code_of(error.kind);
  return {.report = std::nullopt,
          .remark = InputRemark{.path = input.path, .message = error.message, .exit_code = code},
          .exit_code = code};
}

ExitCode run_batch(const Batch& batch, const ProcessInput& process,
                   const std::function<std::string()>& finish) {
  BatchRun run(batch, process);
  run.run();
  return run.finish(finish ? finish() : std::string());
}

}  // namespace wheelaudit::cli
