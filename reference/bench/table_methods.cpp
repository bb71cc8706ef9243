// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The certified table: end to end, evaluation alone for each output, and the verifier, on each instruction set.
#include <array>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "reference/bench/method.hpp"
#include "reference/certified/verify.hpp"

namespace rope::bench {
namespace {

/// Sums the counts of all threads' parts of one measurement.
class Counted {
 public:
  void clear() { sum_ = {}; }
  void add(const LevelCounts& counts) {
    const std::lock_guard lock(mutex_);
    sum_ += counts;
  }
  LevelCounts sum() const { return sum_; }

 private:
  std::mutex mutex_;
  LevelCounts sum_;
};

/// round(table, from, rows) over all rows; `tables` makes or has the table.
Method counted(std::string id, std::string title, Isa isa, std::size_t rows, int threads,
               std::function<std::shared_ptr<const CertifiedTable>()> tables,
               std::function<LevelCounts(const CertifiedTable&, std::size_t from, std::size_t rows)> round) {
  Method method;
  method.id = std::move(id);
  method.title = std::move(title);
  method.kind = Kind::table;
  method.isa = isa;
  method.certified = true;
  method.rows = rows;
  auto counts = std::make_shared<Counted>();
  method.run = [=, tables = std::move(tables), round = std::move(round)](std::span<const std::int64_t>) {
    counts->clear();
    const std::shared_ptr<const CertifiedTable> table = tables();
    in_parts(threads, rows, [&](std::size_t from, std::size_t n) { counts->add(round(*table, from, n)); });
  };
  method.levels = [counts]() -> std::optional<LevelCounts> { return counts->sum(); };
  return method;
}

std::int64_t position(std::size_t row) {
  return static_cast<std::int64_t>(row);
}

}  // namespace

void add_table_methods(const Request& request, int threads, Outputs& out, const Truth& truth, Methods& methods) {
  const auto rows = static_cast<std::size_t>(request.positions);
  std::vector<Isa> isas = available_isas();
  std::reverse(isas.begin(), isas.end());  // the best first
  for (const Isa isa : isas) {
    const auto make = [=, positions = request.positions] {
      return std::make_shared<const CertifiedTable>(table_spec(), 0, positions, isa);
    };
    const auto kept = [table = make()] { return table; };
    const auto add = [&](const char* id, const char* title, const auto& tables, const auto& round) -> Method& {
      return methods.all.emplace_back(counted(id, title, isa, rows, threads, tables, round));
    };
    const auto fp32 = [&out](const CertifiedTable& table, std::size_t from, std::size_t n) {
      return table.round_f32(position(from), n, &out.cos[from * pairs], &out.sin[from * pairs]);
    };
    add("table-end-to-end", "table, fp32, end to end", make, fp32).stores_fp32 = true;
    add("table-round-fp32", "  evaluation, fp32", kept, fp32).stores_fp32 = true;
    add("table-round-bf16", "  evaluation, bf16", kept,
        [&out](const CertifiedTable& table, std::size_t from, std::size_t n) {
          return table.round_bf16(position(from), n, &out.cos_16[from * pairs], &out.sin_16[from * pairs]);
        });
    add("table-round-fp16", "  evaluation, fp16", kept,
        [&out](const CertifiedTable& table, std::size_t from, std::size_t n) {
          return table.round_f16(position(from), n, &out.cos_16[from * pairs], &out.sin_16[from * pairs]);
        });
    add("table-round-fp64", "  evaluation, fp64", kept,
        [&out](const CertifiedTable& table, std::size_t from, std::size_t n) {
          return table.round_f64(position(from), n, &out.cos_hi[from * pairs], &out.sin_hi[from * pairs]);
        });
    Method& double_double = add("table-double-double", "  evaluation, double-double", kept,
                                [&out](const CertifiedTable& table, std::size_t from, std::size_t n) {
                                  const std::size_t at = from * pairs;
                                  table.double_doubles(position(from), n, &out.cos_hi[at], &out.cos_lo[at],
                                                       &out.sin_hi[at], &out.sin_lo[at]);
                                  return LevelCounts{};
                                });
    double_double.levels = [] { return std::nullopt; };  // one level, within its bound
    Method& verifier = add("table-verify-fp32", "  verify an fp32 table", kept,
                           [&truth](const CertifiedTable& table, std::size_t from, std::size_t n) {
                             const TableErrors errors = verify_f32(table, position(from), n, &truth.cos[from * pairs],
                                                                   &truth.sin[from * pairs], {});
                             if (errors.values != 2 * n * pairs || errors.not_correctly_rounded != 0) {
                               throw std::runtime_error("the verifier finds fault with the certified table");
                             }
                             return LevelCounts{};
                           });
    verifier.levels = [] { return std::nullopt; };
  }
}

}  // namespace rope::bench
