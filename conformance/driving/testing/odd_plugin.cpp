// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A plug-in for the driver's tests that copies its input and is odd in the way that the environment variable ROPE_ODD
// names. It covers what no plug-in of impls/ does: device memory, narrow claims, descriptions that break rules, and
// attacks on the worker's own descriptors and processes.
#include <fenv.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>

#include "impls/include/rope_impl.h"

namespace {

bool odd(const char* name) {
  const char* set = getenv("ROPE_ODD");
  return set != nullptr && strcmp(set, name) == 0;
}

bool odd_begins(const char* prefix) {
  const char* set = getenv("ROPE_ODD");
  return set != nullptr && strncmp(set, prefix, strlen(prefix)) == 0;
}

// The device: blocks of ordinary memory that only these functions hand out.
std::map<char*, std::size_t>& device_blocks() {
  static std::map<char*, std::size_t> blocks;
  return blocks;
}

bool on_device(const void* address) {
  for (const auto& [start, size] : device_blocks()) {
    if (address >= start && address < start + size) return true;
  }
  return false;
}

// An error that stays, as CUDA's do after an illegal address: once half precision was rotated, nothing works any more.
bool device_lost = false;

rope_status allocate(std::uint64_t bytes, void** address) {
  if (odd("device-full")) return ROPE_OUT_OF_MEMORY;
  if (device_lost) return ROPE_ERROR;
  *address = malloc(bytes);
  device_blocks()[static_cast<char*>(*address)] = bytes;
  return ROPE_OK;
}
void release(void* address) {
  printf("release\n");
  device_blocks().erase(static_cast<char*>(address));
  free(address);
}
rope_status copy_in(void* device, const void* host, std::uint64_t bytes) {
  if (device_lost) return ROPE_ERROR;
  memcpy(device, host, bytes);
  return ROPE_OK;
}
rope_status copy_out(void* host, const void* device, std::uint64_t bytes) {
  memcpy(host, device, bytes);
  return ROPE_OK;
}

rope_status export_inv_freq(rope_handle*, double* inv_freq, std::uint64_t count) {
  if (odd("export-refused")) return ROPE_UNSUPPORTED;
  if (odd("export-error")) return ROPE_ERROR;
  for (std::uint64_t i = 0; i < count + (odd("export-too-many") ? 1 : 0); ++i)
    inv_freq[i] = odd("export-nan") ? NAN : 1;
  return ROPE_OK;
}

// An address whose string runs into memory that cannot be read.
const char* unterminated() {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  char* pages = static_cast<char*>(mmap(nullptr, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  mprotect(pages + page, page, PROT_NONE);
  memset(pages, 'x', page);
  return pages + page - 5;
}

const rope_impl_info* describe() {
  static rope_impl_info info;
  static rope_contract contracts[2];
  static const std::string long_name(5000, 'n');
  info = rope_impl_info{};
  info.struct_size = sizeof info;
  info.name = "odd";
  info.version = "1";
  info.summary = "copies its input";
  info.dtypes = ROPE_DTYPE_BIT(ROPE_F32) | ROPE_DTYPE_BIT(ROPE_F16) | ROPE_DTYPE_BIT(ROPE_BF16);
  info.pairings = ROPE_PAIRING_BIT(ROPE_HALF_SPLIT) | ROPE_PAIRING_BIT(ROPE_INTERLEAVED);
  info.directions = ROPE_DIRECTION_BIT(ROPE_FORWARD) | ROPE_DIRECTION_BIT(ROPE_BACKWARD);
  info.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC);
  info.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT) | ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3);
  info.layouts = ROPE_LAYOUT_BIT(ROPE_BSHD);
  info.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN);
  info.position_dtypes = ROPE_DTYPE_BIT(ROPE_I32) | ROPE_DTYPE_BIT(ROPE_I64);
  info.flags = ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE;
  if (odd_begins("device")) info.flags |= ROPE_FLAG_DEVICE_MEMORY;
  if (odd("in-place-only")) info.flags |= ROPE_FLAG_IN_PLACE | ROPE_FLAG_IN_PLACE_ONLY;
  if (odd("no-q-alone")) info.flags &= ~ROPE_FLAG_Q_ALONE;
  if (odd_begins("offset-only") || odd("export-offset-only"))
    info.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET);
  if (odd("batch-offset-only")) info.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_BATCH_OFFSET);
  if (odd("reads-gaps")) info.flags |= ROPE_FLAG_STRIDED;
  if (odd("sbhd-only")) info.layouts = ROPE_LAYOUT_BIT(ROPE_SBHD);
  if (odd("int32-only")) info.position_dtypes = ROPE_DTYPE_BIT(ROPE_I32);
  if (odd("alignment-256")) info.alignment = 256;
  if (odd("alignment-3")) info.alignment = 3;
  if (odd("plain-dtype-bit")) info.dtypes |= ROPE_F32;
  if (odd("unknown-dtype-bit")) info.dtypes |= UINT64_C(1) << 40;
  if (odd("unknown-flag")) info.flags |= UINT64_C(1) << 63;
  if (odd("out-of-range-9")) info.out_of_range = 9;
  if (odd("name-unterminated")) info.name = unterminated();
  if (odd("name-not-utf8")) info.name = "odd\xff";
  if (odd("name-too-long")) info.name = long_name.c_str();
  if (odd("name-is-a-path")) info.name = "../odd";
  if (odd("name-unreadable")) info.name = reinterpret_cast<const char*>(16);
  if (odd("struct-size-absurd")) info.struct_size = 0xFFFFFFFFu;
  if (odd("old-header")) {
    // A header of before `flags` existed: what lies behind must not be looked at.
    info.struct_size =
        static_cast<std::uint32_t>(reinterpret_cast<char*>(&info.flags) - reinterpret_cast<char*>(&info));
    info.flags = ~UINT64_C(0);
    info.out_of_range = 99;
  }
  if (odd_begins("contract")) {
    contracts[0] = {sizeof(rope_contract), ROPE_BF16, "rotate=f32:mul out=bf16:rn"};
    contracts[1] = {sizeof(rope_contract), ROPE_F32, "rotate=f32:mul"};
    info.contracts = contracts;
    info.contract_count = 2;
    if (odd("contract-twice")) contracts[1].dtype = ROPE_BF16;
    if (odd("contract-of-no-dtype")) contracts[1].dtype = ROPE_F64;
    if (odd("contract-of-unknown-dtype")) contracts[1].dtype = 9;
    if (odd("contract-null")) info.contracts = nullptr;
    if (odd("contract-count")) info.contract_count = 0xFFFFFFFFu;
  }
  return odd("describe-null") ? nullptr : &info;
}

rope_status query(const rope_spec*, const rope_call* call, rope_query_result* result) {
  if (odd("query-rounding")) fesetround(FE_UPWARD);
  if (odd("query-error")) return ROPE_ERROR;
  result->supported = odd("query-says-2") ? 2 : 1;
  if (odd("query-no-reason")) result->supported = 0;
  if (odd("query-reason-garbage")) {
    result->supported = 0;
    result->reason = "no\x01\xc3(yes";
  }
  if (odd_begins("workspace")) result->workspace_size = 1000;
  if (odd("workspace-large")) result->workspace_size = UINT64_C(300) << 20;
  if (odd("workspace-huge")) result->workspace_size = UINT64_MAX;
  if (call->q_in.data != nullptr) return ROPE_INVALID_ARGUMENT;
  return ROPE_OK;
}

// Room for a thread's stack and no second one.
void allow_no_more_threads() {
  long pages = 0;
  FILE* const statm = fopen("/proc/self/statm", "r");
  if (statm == nullptr || fscanf(statm, "%ld", &pages) != 1) abort();
  fclose(statm);
  const rlim_t limit = static_cast<rlim_t>(pages) * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + (12U << 20);
  const rlimit both{limit, RLIM_INFINITY};
  if (setrlimit(RLIMIT_AS, &both) != 0) abort();
}

rope_status prepare(const rope_spec*, rope_handle** handle) {
  printf("prepare\n");
  if (odd("no-more-threads")) allow_no_more_threads();
  if (odd("prepare-null-handle")) return ROPE_OK;
  *handle = static_cast<rope_handle*>(malloc(1));
  if (odd("prepare-fails")) return ROPE_OUT_OF_MEMORY;
  return ROPE_OK;
}

void* crash_later(void*) {
  usleep(30'000);
  abort();
}

const char* memory_problem(const rope_call* call) {
  const bool device = odd_begins("device");
  for (const void* data :
       {static_cast<const void*>(call->q_in.data), static_cast<const void*>(call->q_out.data), call->positions.data}) {
    if (data != nullptr && on_device(data) != device) return "memory of the wrong kind";
  }
  static const rope_tensor absent{};
  for (const rope_tensor* k : {&call->k_in, &call->k_out}) {
    if (k->dtype == 0 && memcmp(k, &absent, sizeof absent) != 0) return "an absent tensor is not all zero";
  }
  if (call->q_in.memory != (device ? ROPE_DEVICE : ROPE_HOST)) return "memory named wrongly";
  if (odd("sbhd-only")) {
    const std::int64_t token = call->q_in.shape[2] * call->q_in.shape[3];
    if (call->q_in.strides[0] != token || call->q_in.strides[1] != call->q_in.shape[0] * token) return "not dense sbhd";
  }
  const std::uintptr_t address = reinterpret_cast<std::uintptr_t>(call->q_in.data);
  if (!device && odd("alignment-256") && address % 256 != 0) return "not aligned to 256";
  if (!device && !odd("alignment-256") && (address % 64 != 0 || address % 128 == 0)) return "not aligned to 64 exactly";
  return nullptr;
}

void copy(const rope_tensor& in, const rope_tensor& out) {
  if (in.data == nullptr) return;
  const std::int64_t elements = in.shape[0] * in.shape[1] * in.shape[2] * in.shape[3];
  memmove(out.data, in.data, static_cast<std::size_t>(elements) * (in.dtype == ROPE_F32 ? 4 : 2));
}

// Negated, from where a dense input would have its elements; fp32.
void negate_as_if_dense(const rope_tensor& in, const rope_tensor& out) {
  const float* from = static_cast<const float*>(in.data);
  for (std::int64_t s = 0; s < in.shape[1]; ++s) {
    for (std::int64_t h = 0; h < in.shape[2]; ++h) {
      for (std::int64_t d = 0; d < in.shape[3]; ++d, ++from) {
        static_cast<float*>(out.data)[s * out.strides[1] + h * out.strides[2] + d * out.strides[3]] = -*from;
      }
    }
  }
}

thread_local const char* problem_of_last_apply = nullptr;

rope_status apply(rope_handle*, const rope_call* call) {
  printf("apply kind %u dtype %u offset %lld\n", call->positions.kind, call->positions.dtype,
         static_cast<long long>(call->positions.offset));
  problem_of_last_apply = memory_problem(call);
  if (problem_of_last_apply != nullptr) return ROPE_INVALID_ARGUMENT;
  device_lost = device_lost || (odd("device-lost") && call->q_in.dtype == ROPE_F16);
  if (device_lost) return ROPE_ERROR;
  if (odd("device-refuses") && call->q_in.dtype == ROPE_F16) return ROPE_INVALID_ARGUMENT;
  if (odd("in-place-only") && call->q_in.data != call->q_out.data) return ROPE_INVALID_ARGUMENT;
  if (odd("reads-gaps")) {
    negate_as_if_dense(call->q_in, call->q_out);
    negate_as_if_dense(call->k_in, call->k_out);
    return ROPE_OK;
  }
  copy(call->q_in, call->q_out);
  copy(call->k_in, call->k_out);
  char* q_out = static_cast<char*>(call->q_out.data);
  const std::size_t bytes =
      static_cast<std::size_t>(call->q_in.shape[0] * call->q_in.strides[0]) * (call->q_in.dtype == ROPE_F32 ? 4 : 2);
  if (odd("device-overrun")) q_out[bytes + 3] ^= 1;
  if (odd("far-overrun")) q_out[bytes + 4000] ^= 1;
  if (odd("page-overrun")) q_out[bytes + 3 * 4096] ^= 1;
  if (odd("changes-positions")) static_cast<char*>(const_cast<void*>(call->positions.data))[9] ^= 1;
  if (odd_begins("workspace")) {
    if (call->workspace == nullptr || call->workspace_size < 1000 ||
        reinterpret_cast<std::uintptr_t>(call->workspace) % 256 != 0) {
      return ROPE_INVALID_ARGUMENT;
    }
    memset(call->workspace, 0, 1000);
    if (odd("workspace-overrun")) static_cast<char*>(call->workspace)[1000] = 0;
  }
  if (odd("leaves-child") || odd("leaves-child-and-dies")) {
    const pid_t child = fork();
    if (child == 0) {
      for (;;) pause();
    }
    printf("child %d\n", static_cast<int>(child));
    fflush(stdout);
    if (odd("leaves-child-and-dies")) raise(SIGKILL);
  }
  if (odd("closes-channel")) close(3);
  if (odd("closes-everything")) {
    for (int fd = 0; fd < 100; ++fd) close(fd);
  }
  if (odd("writes-channel") && write(3, "{\"id\": 1, \"type\"", 16) < 0) return ROPE_ERROR;
  if (odd("forges-answer") && write(3, "{\"id\":99,\"type\":\"done\"}", 23) < 0) return ROPE_ERROR;
  if (odd("crash-between-calls")) {
    pthread_t thread;
    pthread_create(&thread, nullptr, crash_later, nullptr);
  }
  if (odd("fails-on-its-thread")) {
    problem_of_last_apply = "the thread that failed knows why";
    return ROPE_ERROR;
  }
  if (odd("offset-only-fails") && call->positions.offset == 5) return ROPE_INVALID_ARGUMENT;
  if (odd("throws-int")) throw 42;
  if (odd("unknown-status")) return 77;
  return ROPE_OK;
}

void close_handle(rope_handle* handle) {
  if (odd("hang-in-close")) {
    for (;;) pause();
  }
  if (odd("exits-in-close")) exit(0);
  free(handle);
}

const char* last_error(rope_handle*) {
  return problem_of_last_apply;
}

struct Constructed {
  Constructed() {
    if (odd("ctor-rounding")) fesetround(FE_DOWNWARD);
    if (odd("ctor-prints")) printf("hello \x1b[31mred\x1b[0m \xff\n");
    if (odd("ctor-exits")) exit(0);
    if (odd("ctor-throws")) throw std::runtime_error("from a constructor");
  }
  ~Constructed() {
    if (odd("exits-with-3")) _exit(3);
  }
} constructed;

}  // namespace

ROPE_IMPL_EXPORT const rope_impl_api* rope_impl_entry(std::uint32_t) {
  static rope_impl_api api;
  api = rope_impl_api{};
  api.struct_size = sizeof api;
  api.abi_version = ROPE_IMPL_ABI_VERSION;
  api.describe = describe;
  api.query = query;
  api.prepare = prepare;
  api.apply = odd("no-apply") ? nullptr : apply;
  api.close = close_handle;
  api.last_error = last_error;
  if (odd_begins("export")) api.export_inv_freq = export_inv_freq;
  if (odd_begins("device") && !odd("device-no-functions")) {
    api.allocate = allocate;
    api.release = release;
    api.copy_in = copy_in;
    api.copy_out = copy_out;
  }
  if (odd("entry-throws")) throw std::runtime_error("from the entry");
  return odd("entry-unreadable") ? reinterpret_cast<const rope_impl_api*>(16) : &api;
}
