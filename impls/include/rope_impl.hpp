// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: MIT-0
//
// rope_impl.hpp - the function table of rope_impl.h around one class. C++17; copy it with rope_impl.h and
// rope_claims.hpp, and write:
//
//   struct MyKernel {
//     static rope_impl_info info();                                             // describe; begin with named()
//     static const char* refuse(const rope_spec& spec, const rope_call& call);  // query; NULL is yes
//     explicit MyKernel(const rope_spec& spec);                                 // prepare
//     void apply(const rope_call& call);                                        // apply
//   };
//   const rope_impl_api* rope_impl_entry(std::uint32_t version) { return rope_plugin::entry<MyKernel>(version); }
//
// What it does for all: it reads no more of a struct than its struct_size says, refuses what info() does not list
// before it asks refuse(), asks both again before apply(), keeps LongRoPE's lists and the text of last_error, and lets
// no exception out. A std::logic_error (such as std::out_of_range) becomes ROPE_INVALID_ARGUMENT, any other exception
// ROPE_ERROR. It has no lock: with ROPE_FLAG_THREAD_SAFE your apply() and refuse() are called by several threads at
// once.
#ifndef ROPE_IMPL_HPP
#define ROPE_IMPL_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <stdexcept>
#include <vector>

#include "rope_claims.hpp"
#include "rope_impl.h"

namespace rope_plugin {

/// A description with nothing in its masks yet.
inline rope_impl_info named(const char* name, const char* version, const char* summary) {
  rope_impl_info info{};
  info.struct_size = sizeof(info);
  info.name = name, info.version = version, info.summary = summary;
  return info;
}

/// rotate(in, out) for q, and for k where there is one; a tensor without elements is left out.
template <class Rotate>
void for_q_and_k(const rope_call& call, Rotate rotate) {
  if (!empty(call.q_in)) rotate(call.q_in, call.q_out);
  if (call.k_in.dtype != 0 && !empty(call.k_in)) rotate(call.k_in, call.k_out);
}

template <class Struct>
Struct read(const Struct& given, std::size_t size) {
  Struct own{};
  std::memcpy(&own, &given, std::min<std::size_t>(size, sizeof(own)));
  return own;
}
template <class... Struct>
void cut(Struct&... member) {
  ((member = read(member, member.struct_size)), ...);
}

inline rope_spec read(const rope_spec& given) {
  rope_spec spec = read(given, given.struct_size);
  cut(spec.angles), cut(spec.angles.parametric, spec.angles.first, spec.angles.second);
  return spec;
}
inline rope_call read(const rope_call& given) {
  rope_call call = read(given, given.struct_size);
  cut(call.q_in, call.q_out, call.k_in, call.k_out, call.positions);
  return call;
}

/// The text of this thread's last failure, and the handle that it was about: threads that share a handle do not share
/// it.
struct LastError {
  const void* handle = nullptr;
  char text[160] = "";

  static LastError& of_this_thread() {
    thread_local LastError own;
    return own;
  }
  static void set(const void* handle, const char* text) {
    LastError& own = of_this_thread();
    own.handle = handle;
    std::snprintf(own.text, sizeof(own.text), "%s", text);
  }
  static void clear(const void* handle) {
    LastError& own = of_this_thread();
    if (own.handle == handle) own.text[0] = 0;
  }
  static const char* of(const void* handle) {
    const LastError& own = of_this_thread();
    return own.handle == handle ? own.text : "";
  }
};

template <class Kernel>
struct Table {
  struct Handle {
    rope_spec spec{};
    std::vector<double> short_factor, long_factor;  // what spec points at
    std::unique_ptr<Kernel> kernel;

    void keep(const rope_spec& given) {
      spec = given;
      rope_parametric& p = spec.angles.parametric;
      if (p.family != ROPE_FAMILY_LONGROPE || !p.short_factor || !p.long_factor) return;
      short_factor.assign(p.short_factor, p.short_factor + spec.rotary_dim / 2);
      long_factor.assign(p.long_factor, p.long_factor + spec.rotary_dim / 2);
      p.short_factor = short_factor.data(), p.long_factor = long_factor.data();
    }
  };
  static Handle& own(rope_handle* handle) { return *reinterpret_cast<Handle*>(handle); }

  /// Body gives NULL or why it refuses; `handle` is what the text of a failure is about, NULL where there is none.
  template <class Body>
  static rope_status guarded(const void* handle, Body body) {
    const auto failed = [&](rope_status status, const char* text) {
      LastError::set(handle, text);
      return status;
    };
    try {
      const char* refused = body();
      if (refused) return failed(ROPE_UNSUPPORTED, refused);
      LastError::clear(handle);
      return ROPE_OK;
    } catch (const std::bad_alloc&) {
      return failed(ROPE_OUT_OF_MEMORY, "out of memory");
    } catch (const std::logic_error& e) {
      return failed(ROPE_INVALID_ARGUMENT, e.what());
    } catch (const std::exception& e) {
      return failed(ROPE_ERROR, e.what());
    } catch (...) {
      return failed(ROPE_ERROR, "an exception that is no std::exception");
    }
  }

  static const rope_impl_info& info() {
    static const rope_impl_info own = Kernel::info();
    return own;
  }
  static const rope_impl_info* describe() {
    const rope_impl_info* described = nullptr;
    guarded(nullptr, [&]() -> const char* {
      described = &info();
      return nullptr;
    });
    return described;
  }
  static const char* reason(const rope_spec& spec, const rope_call& call) {
    const char* outside_info = outside(info(), spec, call);
    return outside_info ? outside_info : Kernel::refuse(spec, call);
  }
  static rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
    if (!spec || !call || !result) return null_argument();
    return guarded(nullptr, [&]() -> const char* {
      result->reason = reason(read(*spec), read(*call));
      result->supported = result->reason == nullptr;
      result->workspace_size = 0;
      return nullptr;
    });
  }
  static rope_status prepare(const rope_spec* spec, rope_handle** handle) {
    if (handle) *handle = nullptr;
    if (!handle || !spec) return null_argument();
    auto* made = new (std::nothrow) Handle;
    if (!made) return LastError::set(nullptr, "out of memory"), ROPE_OUT_OF_MEMORY;
    *handle = reinterpret_cast<rope_handle*>(made);
    return guarded(made, [&]() -> const char* {
      const rope_spec given = read(*spec);
      if (const char* refused = outside(info(), given)) return refused;
      made->keep(given);
      made->kernel = std::make_unique<Kernel>(made->spec);
      return nullptr;
    });
  }
  static rope_status apply(rope_handle* handle, const rope_call* given) {
    if (!handle || !given) return null_argument(handle);
    return guarded(handle, [&]() -> const char* {
      if (!own(handle).kernel) throw std::logic_error("prepare failed, so there is nothing to apply");
      const rope_call call = read(*given);
      const char* refused = reason(own(handle).spec, call);
      if (!refused) refused = outside(info(), call.q_in, call.q_out);
      if (!refused) refused = outside(info(), call.k_in, call.k_out);
      if (!refused) own(handle).kernel->apply(call);
      return refused;
    });
  }
  static void close(rope_handle* handle) { delete reinterpret_cast<Handle*>(handle); }
  static const char* last_error(rope_handle* handle) { return LastError::of(handle); }

 private:
  static rope_status null_argument(const void* handle = nullptr) {
    LastError::set(handle, "a NULL argument");
    return ROPE_INVALID_ARGUMENT;
  }
};

/// The body of rope_impl_entry.
template <class Kernel>
const rope_impl_api* entry(std::uint32_t abi_version) {
  static const rope_impl_api api = [] {
    rope_impl_api a{};
    a.struct_size = sizeof(a);
    a.abi_version = ROPE_IMPL_ABI_VERSION;
    a.describe = Table<Kernel>::describe, a.query = Table<Kernel>::query, a.prepare = Table<Kernel>::prepare;
    a.apply = Table<Kernel>::apply, a.close = Table<Kernel>::close, a.last_error = Table<Kernel>::last_error;
    return a;
  }();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}

}  // namespace rope_plugin

#endif  // ROPE_IMPL_HPP
