/* SPDX-FileCopyrightText: 2026 rope-conform authors
 * SPDX-License-Identifier: MIT-0
 *
 * rope_impl.h - the plug-in interface of rope-conform, ABI 1: how a rotary position embedding (RoPE) kernel is driven.
 *
 * Copy this one file next to your kernel, write the functions below, export one symbol, `rope_impl_entry`, and run
 *     rope-conform --impl ./libmykernel.so
 *
 * Rules that hold everywhere
 *  - Plain C11, also valid C++. Fixed-width integers only; no enums or bools inside structs (their size is not fixed).
 *  - Every struct begins with `struct_size`, set by whoever owns its memory: also for a struct that the other side
 *    fills (rope_query_result), where it says how much may be written. A reader looks only at fields that lie inside
 *    it; fields a writer does not know are zero. Zero always means "absent" or "default".
 *  - Within ABI 1 nothing moves and nothing changes its meaning. A struct grows only at its end, and one that is a
 *    member of another (rope_tensor in rope_call) not at all: its new fields take the place of reserved ones, which are
 *    zero until then. No struct is smaller than in the first header of ABI 1. Elements of an array of structs
 *    (contracts) lie array[0].struct_size bytes apart.
 *  - A caller sets a field to something other than zero only where describe claims what the field is about, so that
 *    what a later header adds is never asked of a plug-in that does not know it.
 *  - Half-precision values travel as their bits in uint16_t. Nothing here needs compiler support for them.
 *  - Strides are in elements, signed, and may be 0 or negative for inputs. Shapes may contain 0: an empty call is legal
 *    and does nothing.
 *  - No C++ exception may leave a function of this interface.
 */
#ifndef ROPE_IMPL_H
#define ROPE_IMPL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ROPE_IMPL_ABI_VERSION 1u

#if defined(_WIN32)
#define ROPE_IMPL_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define ROPE_IMPL_EXPORT __attribute__((visibility("default")))
#else
#define ROPE_IMPL_EXPORT
#endif

/* ---- status: what every call returns ---- */
typedef int32_t rope_status;
#define ROPE_OK 0
#define ROPE_UNSUPPORTED 1      /* "I do not do this"; never counted as wrong, never counted as right */
#define ROPE_INVALID_ARGUMENT 2 /* the caller broke a rule of this header */
#define ROPE_OUT_OF_MEMORY 3
#define ROPE_ERROR 4 /* anything else (a device error, say); explain it in last_error */

/* ---- element types ---- */
typedef uint32_t rope_dtype;
#define ROPE_F32 1u
#define ROPE_F16 2u  /* IEEE 754 binary16, as uint16_t bits */
#define ROPE_BF16 3u /* bfloat16, as uint16_t bits */
#define ROPE_F64 4u  /* of supplied numbers; tensors are F32, F16 or BF16 */
#define ROPE_I32 5u
#define ROPE_I64 6u
#define ROPE_DTYPE_BIT(dtype) (UINT64_C(1) << (dtype))

/* ---- pairing: which two elements of a head are rotated together ---- */
typedef uint32_t rope_pairing;
#define ROPE_HALF_SPLIT 1u  /* (i, i + rotary_dim/2): GPT-NeoX, rotate_half, interleaved=False */
#define ROPE_INTERLEAVED 2u /* (2i, 2i + 1): GPT-J, adjacent pairs, MLX "traditional" */
#define ROPE_PAIRING_BIT(pairing) (UINT64_C(1) << (pairing))

/* ---- direction ---- */
typedef uint32_t rope_direction;
#define ROPE_FORWARD 1u  /* y0 = x0 cos - x1 sin, y1 = x0 sin + x1 cos */
#define ROPE_BACKWARD 2u /* the gradient (the transpose), which for a rotation is the conjugate: sin negated */
#define ROPE_DIRECTION_BIT(direction) (UINT64_C(1) << (direction))

/* ---- where memory lives: 0 is host memory, 1 the plug-in's device memory (see rope_impl_api.allocate) ---- */
typedef uint32_t rope_memory;
#define ROPE_HOST 0u
#define ROPE_DEVICE 1u

/* ---- how the angles are given: the tag of rope_angle_source ---- */
typedef uint32_t rope_source;
#define ROPE_SOURCE_PARAMETRIC 1u /* base, family and its numbers: the kernel makes everything itself */
#define ROPE_SOURCE_INV_FREQ 2u   /* inv_freq per pair is given */
#define ROPE_SOURCE_ANGLES 3u     /* position x inv_freq is given, one row for each position */
#define ROPE_SOURCE_TABLES 4u     /* cos and sin are given, one row for each position */
#define ROPE_SOURCE_BIT(source) (UINT64_C(1) << (source))

/* ---- frequency families (how inv_freq is made). Numbers not listed are reserved. ---- */
typedef uint32_t rope_family;
#define ROPE_FAMILY_DEFAULT 1u /* base^(-2i/rotary_dim) */
#define ROPE_FAMILY_LINEAR 2u  /* default / factor */
/* With L = max(sequence_length, original_max_position): the default family with the base
 * base (factor L / original_max_position - (factor - 1))^(rotary_dim / (rotary_dim - 2)), as Hugging Face does. */
#define ROPE_FAMILY_DYNAMIC_NTK 3u
/* (default / factor) t + default (1 - t), t = clamp((pair - low) / (high - low), 0, 1); low = dim(beta_fast), high =
 * dim(beta_slow), dim(r) = rotary_dim ln(original_max_position / (2 pi r)) / (2 ln base), floor(low) and ceil(high)
 * unless correction_not_truncated, low >= 0, high <= rotary_dim - 1, high + 0.001 where equal; as Hugging Face does. */
#define ROPE_FAMILY_YARN 4u
/* default / factors[pair]: long_factor where sequence_length > original_max_position, else short_factor */
#define ROPE_FAMILY_LONGROPE 5u
#define ROPE_FAMILY_LLAMA3 6u /* Llama 3.1: low frequencies / factor, a smooth band between */
/* default / factor in the first floor(proportion rotary_dim / 2) pairs, 0 in the rest */
#define ROPE_FAMILY_PROPORTIONAL 7u
#define ROPE_FAMILY_BIT(family) (UINT64_C(1) << (family))

/* The numbers of a parametric source. All are binary64, as a framework holds them; those a family does not use are 0.
 */
typedef struct rope_parametric {
  uint32_t struct_size;
  rope_family family;
  double base;                       /* rope_theta */
  double factor;                     /* linear, dynamic NTK, YaRN, Llama 3, proportional */
  double low_freq_factor;            /* Llama 3 */
  double high_freq_factor;           /* Llama 3 */
  double beta_fast;                  /* YaRN */
  double beta_slow;                  /* YaRN */
  double proportion;                 /* proportional: share of pairs that rotate */
  int64_t original_max_position;     /* Llama 3, YaRN, LongRoPE, dynamic NTK: length before extension */
  const double* short_factor;        /* LongRoPE: rotary_dim/2 numbers, host memory, valid during prepare */
  const double* long_factor;         /* LongRoPE: likewise */
  uint32_t correction_not_truncated; /* YaRN: 1 where correction dims are used without floor and ceil */
  uint32_t reserved;
  int64_t sequence_length; /* dynamic NTK, LongRoPE: the one length that all calls are about */
  uint64_t reserved2[8];   /* for the numbers of families to come */
} rope_parametric;

/* A matrix of numbers that the suite supplies: element [r, c] is data[r * row_stride + c]. `data` is valid until
 * close(handle), and NULL in query. Its memory kind is that of the tensors.
 *
 * Row r of angles and tables belongs to position r: rows = max_position, and a call has positions outside [0, rows)
 * only where rope_impl_info.out_of_range promises something of them.
 * dtype is ROPE_F32, ROPE_F64, ROPE_F16 or ROPE_BF16, whatever the tensors' is. Which dtypes, widths and strides you
 * take is for query to say: the suite asks for several forms and uses those that you accept. */
typedef struct rope_matrix {
  uint32_t struct_size;
  rope_dtype dtype;
  rope_memory memory;
  uint32_t reserved;
  const void* data;
  int64_t rows;
  int64_t columns;
  int64_t row_stride; /* elements */
  uint64_t reserved2[2];
} rope_matrix;

/* Tagged union: `source` says which of the fields below are set. The others are zero.
 *
 * TABLES come in four forms: split (cos in `first`, sin in `second`) or joined (`first` is [cos | sin], `second` all
 * zero); half width (pairs columns each) or full width (2 x pairs columns each, one for each rotated element in the
 * element order of pairing_in: c0 c1 .. c0 c1 .. for half-split, c0 c0 c1 c1 .. for interleaved). A kernel may read one
 * column of a pair or both; where it reads both, y0 = x0 c[e0] - x1 s[e0] and y1 = x1 c[e1] + x0 s[e1], and backward is
 * the transpose of that. Tables contain the attention factor, so that spec.attention_factor is 1 with them; with the
 * other sources the kernel applies it. */
typedef struct rope_angle_source {
  uint32_t struct_size;
  rope_source source;
  rope_parametric parametric; /* PARAMETRIC */
  rope_matrix first;          /* INV_FREQ: [1, pairs]; ANGLES: [rows, pairs]; TABLES: cos, or [cos | sin] */
  rope_matrix second;         /* TABLES, split: sin */
  uint32_t full_width;        /* TABLES: 1 for full width */
  uint32_t reserved;
  uint64_t reserved2[4];
} rope_angle_source;

/* ---- spec: everything that defines the mathematics ---- */
typedef struct rope_spec {
  uint32_t struct_size;
  uint32_t head_dim;   /* elements in a head, even */
  uint32_t rotary_dim; /* how many of them rotate, even, <= head_dim - dim_offset */
  uint32_t dim_offset; /* where in the head they begin */
  rope_pairing pairing_in;
  rope_pairing pairing_out; /* differs from pairing_in only in kernels that permute as they rotate; in both directions
                             * inputs are in pairing_in and outputs in pairing_out */
  double attention_factor;  /* multiplies cos and sin (YaRN's mscale); 1 where the model has none, never 0 */
  double query_scale;       /* multiplies the rotated elements of q only; 1 where the model has none, never 0 */
  int64_t max_position;     /* positions lie in [0, max_position), or from -max_position on with
                             * ROPE_FLAG_NEGATIVE_POSITIONS; outside: rope_impl_info.out_of_range */
  rope_angle_source angles;
} rope_spec;

/* ---- tensors ---- */
/* Memory order of the named axes, slowest first; strides always say the same thing and are what counts. */
typedef uint32_t rope_layout;
#define ROPE_BSHD 1u /* batch, sequence, heads, dim */
#define ROPE_BHSD 2u
#define ROPE_SBHD 3u
#define ROPE_THD 4u /* packed: batch = 1, sequence = all tokens of all sequences, see rope_call.cu_seqlens */
#define ROPE_LAYOUT_BIT(layout) (UINT64_C(1) << (layout))

/* Logical axes are always batch, sequence, heads, dim, whatever the memory order. An absent tensor is all zero, so its
 * dtype is 0; data alone may be NULL in query and where the shape contains a 0. */
typedef struct rope_tensor {
  uint32_t struct_size;
  rope_dtype dtype;
  rope_memory memory;
  rope_layout layout;
  void* data; /* element [0,0,0,0]; inputs are never written */
  int64_t shape[4];
  int64_t strides[4]; /* elements */
  uint64_t reserved[4];
} rope_tensor;

/* ---- positions ---- */
typedef uint32_t rope_position_kind;
#define ROPE_POSITIONS_OFFSET 1u       /* token s of every row is at `offset` + s */
#define ROPE_POSITIONS_BATCH_OFFSET 2u /* token s of row b is at data[b] + s; the strides are not used */
#define ROPE_POSITIONS_TOKEN 3u        /* token s of row b is at data[b * batch_stride + s * token_stride] */
/* Several axes (M-RoPE): pair i of token s of row b is at
 * data[pair_axis[i] * axis_stride + b * batch_stride + s * token_stride]. */
#define ROPE_POSITIONS_AXES 4u
#define ROPE_POSITION_KIND_BIT(kind) (UINT64_C(1) << (kind))

/* Strides of positions may be 0 or negative, too; data is element [0, 0, 0]. Kind OFFSET uses `offset` alone. */
typedef struct rope_positions {
  uint32_t struct_size;
  rope_position_kind kind;
  rope_dtype dtype; /* ROPE_I32 or ROPE_I64 */
  rope_memory memory;
  int64_t offset;
  const void* data;
  int64_t batch_stride; /* elements; 0 where all rows share their positions */
  int64_t token_stride;
  int64_t axis_stride;
  const uint32_t* pair_axis; /* AXES: rotary_dim/2 axis numbers, host memory, in query too */
  uint32_t axes;
  uint32_t reserved;
  uint64_t reserved2[4];
} rope_positions;

/* ---- one call ---- */
typedef struct rope_call {
  uint32_t struct_size;
  rope_direction direction;
  rope_tensor q_in;
  rope_tensor q_out; /* same data and strides as q_in: in place; otherwise the two do not overlap */
  rope_tensor k_in;  /* may be absent; heads may differ from q's */
  rope_tensor k_out;
  rope_positions positions;
  /* THD only, else NULL: where each sequence begins, int32, sequences + 1 numbers that do not fall, the first 0, the
   * last the number of tokens; a sequence may be empty. In the tensors' memory kind. Positions are then of kind
   * OFFSET, and token t of sequence j is at
   *     offset + start_positions[j] + (t - cu_seqlens[j]).
   * Without cu_seqlens a THD call has a position for each token. */
  const void* cu_seqlens;
  int64_t cu_seqlens_count;    /* sequences + 1; in query, too */
  const void* start_positions; /* with cu_seqlens: int64 for each sequence, memory likewise; NULL: 0 */
  void* stream;                /* of the extension "rope.streams"; NULL: the default one */
  void* workspace;             /* as many bytes as query asked for, in the tensors' memory kind, aligned to 256 */
  uint64_t workspace_size;
  /* For query, where pointers to device or tensor memory are NULL: 1 where the call will have start_positions, and
   * where its outputs will replace its inputs. cu_seqlens_count above 0 says that it will be packed. In apply the
   * pointers say so. */
  uint32_t has_start_positions;
  uint32_t in_place;
} rope_call;

/* ---- what the plug-in says of itself ---- */
/* The arithmetic used for one dtype, in the contract grammar of docs/numerics.md, for example
 *   "pos=int freq=f32:rpow~2ulp angle=f32:mul trig=f32~2ulp table=bf16:rn rotate=f32:mul out=bf16:rn"
 * Optional: without one a kernel is judged against the usual pipeline of its dtype alone. */
typedef struct rope_contract {
  uint32_t struct_size;
  rope_dtype dtype;
  const char* text;
} rope_contract;

/* What apply does with a token whose position lies outside [0, max_position), or outside [-max_position, max_position)
 * where ROPE_FLAG_NEGATIVE_POSITIONS is set and no angles or tables are supplied. Other tokens of the call are not
 * affected but by ERROR. */
typedef uint32_t rope_out_of_range;
#define ROPE_OUT_OF_RANGE_UNDEFINED 0u /* anything: such a call is not made */
#define ROPE_OUT_OF_RANGE_ERROR 1u     /* apply returns ROPE_INVALID_ARGUMENT and writes nothing */
#define ROPE_OUT_OF_RANGE_IDENTITY 2u  /* its elements are copied, bit for bit (no attention factor) */
#define ROPE_OUT_OF_RANGE_CLAMP 3u     /* it is rotated as at the nearest position inside */

#define ROPE_FLAG_THREAD_SAFE UINT64_C(1)   /* one handle may be used by several threads at once */
#define ROPE_FLAG_DEVICE_MEMORY UINT64_C(2) /* tensors must lie in ROPE_DEVICE memory */
#define ROPE_FLAG_IN_PLACE UINT64_C(4)      /* q_out = q_in is allowed */
#define ROPE_FLAG_IN_PLACE_ONLY UINT64_C(8)
#define ROPE_FLAG_STRIDED UINT64_C(16)        /* other strides than dense ones; query says which */
#define ROPE_FLAG_PAIRING_CHANGE UINT64_C(32) /* pairing_out may differ from pairing_in */
#define ROPE_FLAG_PARTIAL UINT64_C(64)        /* rotary_dim < head_dim is allowed */
#define ROPE_FLAG_Q_ALONE UINT64_C(128)       /* k may be absent */
#define ROPE_FLAG_QUERY_SCALE UINT64_C(256)   /* spec.query_scale may differ from 1 */
/* Positions may be negative, down to -max_position, but with supplied angles and tables, whose rows begin at 0. */
#define ROPE_FLAG_NEGATIVE_POSITIONS UINT64_C(512)

/* Strings are UTF-8, owned by the plug-in, valid until it is unloaded. Masks hold the *_BIT values defined above; a bit
 * promises that something of the kind works, `query` says what exactly. */
typedef struct rope_impl_info {
  uint32_t struct_size;
  uint32_t reserved;
  const char* name;    /* short, kebab-case: becomes a file name */
  const char* version; /* yours */
  const char* summary; /* one line */
  uint64_t dtypes;
  uint64_t pairings;
  uint64_t directions;
  uint64_t sources;
  uint64_t families;
  uint64_t layouts;
  uint64_t position_kinds;
  uint64_t position_dtypes;
  uint64_t flags;
  rope_out_of_range out_of_range;
  uint32_t alignment; /* bytes that data pointers must be aligned to; 0: the element's size */
  const rope_contract* contracts;
  uint32_t contract_count;
  uint32_t reserved2;
} rope_impl_info;

/* The answer to query. `reason` is a sentence for people ("head_dim must be 64 or 128"), owned by the plug-in, valid
 * until its next query on this thread; NULL when supported. */
typedef struct rope_query_result {
  uint32_t struct_size;
  uint32_t supported; /* 1 yes, 0 no */
  const char* reason;
  uint64_t workspace_size;
} rope_query_result;

typedef struct rope_handle rope_handle; /* yours to define */

/* ---- the functions. Required unless marked optional (then NULL). ---- */
typedef struct rope_impl_api {
  uint32_t struct_size;
  uint32_t abi_version; /* ROPE_IMPL_ABI_VERSION as compiled */

  /* Same pointer every time; callable before anything else. */
  const rope_impl_info* (*describe)(void);

  /* Would prepare(spec) and apply(handle, call) work? `call` has shapes, strides, dtypes and kinds, but NULL data. Must
   * not have side effects. Returns ROPE_OK when an answer was written, whichever it is. */
  rope_status (*query)(const rope_spec* spec, const rope_call* call, rope_query_result* result);

  /* Makes a handle for this spec (tables, compiled kernels). Copies what it needs from `spec`. On failure *handle is
   * NULL or a handle that serves only last_error and close. */
  rope_status (*prepare)(const rope_spec* spec, rope_handle** handle);

  /* Rotates. Inputs are never written; only the elements of the outputs are, and nothing between or around them.
   * Elements outside [dim_offset, dim_offset + rotary_dim) are copied to the output unchanged. May return before the
   * work is done: results are valid after synchronize. Never called at once from two threads on one handle unless
   * ROPE_FLAG_THREAD_SAFE is set. */
  rope_status (*apply)(rope_handle* handle, const rope_call* call);

  /* NULL is allowed. Waits for work in flight. */
  void (*close)(rope_handle* handle);

  /* A sentence about the last failure on this handle, owned by the handle until its next call; with
   * ROPE_FLAG_THREAD_SAFE, of the calling thread's last failure. NULL: about this thread's last call that had no handle
   * (a prepare that left none, allocate, copy_in, copy_out, a stream's create). Optional. */
  const char* (*last_error)(rope_handle* handle);

  /* Waits until everything submitted on `stream` has happened. Optional: absent means that apply is synchronous. */
  rope_status (*synchronize)(rope_handle* handle, void* stream);

  /* Device memory. Required with ROPE_FLAG_DEVICE_MEMORY, otherwise NULL. Addresses are opaque to the suite: it does no
   * more with them than add byte offsets. They are aligned to 256 bytes, and to rope_impl_info.alignment. A copy is
   * complete when the function returns, and seen by work that is put on any stream after that; it need not wait for
   * work in flight, so the suite synchronizes first. Rationale: the plug-in owns the device, so the suite links no
   * device runtime. */
  rope_status (*allocate)(uint64_t bytes, void** address);
  void (*release)(void* address);
  rope_status (*copy_in)(void* device, const void* host, uint64_t bytes);
  rope_status (*copy_out)(void* host, const void* device, uint64_t bytes);

  /* The inv_freq this handle really uses, as binary64, rotary_dim/2 of them, so that its error can be separated from
   * that of the angle and the trigonometry. Optional. */
  rope_status (*export_inv_freq)(rope_handle* handle, double* inv_freq, uint64_t count);

  /* Extension tables by id and revision, static, NULL when unknown. Optional. Defined below: ROPE_EXT_STREAMS and
   * ROPE_EXT_MUST_SUPPORT, revision 1. Reserved, return NULL: "rope.fused_norm", "rope.fused_quantize",
   * "rope.fused_cache_write", "rope.fp8", "rope.scores_only". */
  const void* (*extension)(const char* id, uint32_t revision);
} rope_impl_api;

/* ---- extensions, each revision 1 ---- */

/* Streams besides the default one, so that the suite can put work on one. destroy is called after synchronize. */
#define ROPE_EXT_STREAMS "rope.streams"
typedef struct rope_streams {
  uint32_t struct_size;
  uint32_t reserved;
  rope_status (*create)(void** stream);
  void (*destroy)(void* stream);
} rope_streams;

/* Calls that query must say yes to, so that a "no" that is too eager is found. 0 stands for "any" (the suite takes what
 * describe claims first), rotary_dim 0 for head_dim. */
#define ROPE_EXT_MUST_SUPPORT "rope.must_support"
typedef struct rope_must_support_case {
  uint32_t struct_size;
  rope_dtype dtype;
  uint32_t head_dim; /* required */
  uint32_t rotary_dim;
  rope_pairing pairing; /* in and out */
  rope_direction direction;
  rope_source source;
  rope_family family; /* PARAMETRIC */
  rope_layout layout;
  uint32_t q_heads; /* 0: 4 */
  uint32_t k_heads; /* 0: as many as q */
  uint32_t in_place;
  int64_t max_position; /* 0: 4096 */
} rope_must_support_case;
typedef struct rope_must_support {
  uint32_t struct_size;
  uint32_t count;
  const rope_must_support_case* cases; /* lie cases[0].struct_size bytes apart */
} rope_must_support;

/* The one exported symbol. `abi_version` is the caller's; return NULL if you cannot serve it. The table is static. */
typedef const rope_impl_api* (*rope_impl_entry_fn)(uint32_t abi_version);
ROPE_IMPL_EXPORT const rope_impl_api* rope_impl_entry(uint32_t abi_version);

#ifdef __cplusplus
}
#endif

#endif /* ROPE_IMPL_H */
