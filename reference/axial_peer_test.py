#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Vision towers as Hugging Face transformers rotates them, beside the schemes of reference/axial_scheme.cpp.

Each element of a head is rotated alone, as (1, 0, …), with position 1 on one axis and 0 on the others: where the positive
sine comes out is the pair's other element, and its angle is the frequency. With u = 2^-24, frequencies of at most 1 lose at
most x (ln θ + 1) + 6 < 17 u in binary32 (conformance/transformers_peer_test.py), sine and cosine two ulp each, together 3 u of
the angle: less than 2^-19. Llama 4, which takes a whole picture, is held to (column + 1) and (row + 1) times the frequencies.
DINOv3's coordinates are taken in binary32: c in (0, 1) is off by u/2 from its quotient, 2 c - 1 by twice that and its own u/2,
1.5 u together, of which 2π is the angle's part. Its frequencies are off by at most ln 100 + 6 < 11 u, 2π and two products by u
each, and no angle exceeds 2π: 2π (1.5 + 11 + 3) u < 98 u. Sine and cosine are within 2 ulp, 2 u. Skips where a package is
missing."""
import math
import subprocess
import sys
from types import SimpleNamespace

try:
    import torch
    import transformers
    from transformers.models.dinov3_vit import modeling_dinov3_vit as dinov3
    from transformers.models.eomt_dinov3 import modeling_eomt_dinov3 as eomt
    from transformers.models.gemma4 import modeling_gemma4 as gemma4
    from transformers.models.glm4v import modeling_glm4v as glm4v
    from transformers.models.llama4 import modeling_llama4 as llama4
    from transformers.models.pixtral import modeling_pixtral as pixtral
    from transformers.models.qwen2_vl import modeling_qwen2_vl as qwen2
    from transformers.models.qwen3_vl import modeling_qwen3_vl as qwen3
    from transformers.models.sapiens2 import modeling_sapiens2 as sapiens
except ImportError as missing:
    print(f"skipped: no Python package {missing.name}; see docs/families.md for the environment")
    sys.exit(77)

AXES = ("height", "width")
ANGLE = 2.0**-19
CENTRED = (98 + 2) * 2.0**-24


def configuration(head_dim, theta, **more):
    return SimpleNamespace(head_dim=head_dim, hidden_size=16 * head_dim, num_attention_heads=16,
                           rope_parameters={"rope_type": "axial", "rope_theta": theta}, **more)


def qwen_like(module, rotary):
    made = rotary(configuration(80, 1e4))

    def rotate(x, height, width):
        cos, sin = made(x, torch.tensor([[height, width]]))
        return module.apply_rotary_pos_emb_vision(x[None], x[None], cos, sin)[0][0]
    return 80, rotate


def pixtral_tower():
    made = pixtral.PixtralVisionRotaryEmbedding(configuration(64, 1e4))

    def rotate(x, height, width):
        cos, sin = made(x, torch.tensor([[height, width]]))
        return x * cos.reshape(1, -1) + pixtral.rotate_half(x) * sin.reshape(1, -1)
    return 64, rotate


def gemma4_tower():
    made = gemma4.Gemma4VisionRotaryEmbedding(configuration(72, 100.0))

    def rotate(x, height, width):
        # models/gemma4/image_processing_gemma4.py puts the column first.
        place = torch.tensor([[[width, height]]])
        return gemma4.apply_multidimensional_rope(x[None, None], *made(x, place), place)[0, 0]
    return 72, rotate


def measured(head_dim, rotate):
    """{(axis, element, other element): angle}."""
    found = {}
    for axis in AXES:
        rows = rotate(torch.eye(head_dim), *(1 if one == axis else 0 for one in AXES))
        for element, row in enumerate(rows):
            others = [n for n in range(head_dim) if n != element and row[n] != 0]
            if len(others) == 1 and row[others[0]] > 0:
                found[axis, element, others[0]] = math.atan2(row[others[0]].item(), row[element].item())
    return found


def compare(title, found, expected, wrong):
    if found.keys() != expected.keys():
        wrong.append(f"{title}: pairs {sorted(found.keys() ^ expected.keys())[:3]} … are in one of them only")
        return
    worst = max(expected, key=lambda pair: abs(found[pair] - expected[pair]))
    if abs(found[worst] - expected[worst]) > ANGLE:
        wrong.append(f"{title}: pair {worst} turns by {found[worst]!r}, expected {expected[worst]!r}")
    print(f"{title}: {len(expected)} pairs, angles agree to {abs(found[worst] - expected[worst]):.1e}")


def compare_llama4(expected, wrong):
    side, pairs = 4, sorted(expected.items(), key=lambda item: item[0][1])
    made = llama4.Llama4VisionRotaryEmbedding(configuration(88, 1e4, image_size=side, patch_size=1))
    angles = torch.angle(made.freqs_ci).reshape(side * side + 1, -1)
    worst = 0
    for patch in range(side * side):
        for n, ((axis, element, other), frequency) in enumerate(pairs):
            place = 1 + (patch % side if axis == "width" else patch // side)
            off = math.remainder(angles[patch, n].item() - place * frequency, 2 * math.pi)
            worst = max(worst, abs(off) / place)
            if (element, other) != (2 * n, 2 * n + 1) or abs(off) > place * ANGLE:
                wrong.append(f"Llama 4: pair {n} of patch {patch} turns by {angles[patch, n].item()!r}")
    if (angles[-1] != 0).any():
        wrong.append("Llama 4: the class token turns")
    print(f"Llama 4: {len(pairs)} pairs, angles agree to {worst:.1e}")


def compare_dinov3(title, made, expected, wrong):
    high, wide, head_dim = 37, 20, 64
    cos, sin = made(torch.zeros(1, 3, 16 * high, 16 * wide))
    worst = 0
    for (axis, element, other), frequency in expected.items():
        for patch in range(high * wide):
            row, column = divmod(patch, wide)
            place = 2 * row + 1 - high if axis == "height" else 2 * column + 1 - wide
            for e in (element, other):
                off = max(abs(cos[patch, e].item() - math.cos(place * frequency)),
                          abs(sin[patch, e].item() - math.sin(place * frequency)))
                worst = max(worst, off)
                if off > CENTRED:
                    wrong.append(f"{title}: element {e} of patch {patch} is off by {off!r}")
    # One prefix token, which must not rotate, before the patches; each element alone.
    x = torch.eye(head_dim)[None, :, None, :].expand(1, head_dim, 1 + high * wide, head_dim)
    rotated = dinov3.apply_rotary_pos_emb(x, x, cos, sin)[0][0]
    if not torch.equal(rotated[:, 0], torch.eye(head_dim)):
        wrong.append(f"{title}: the prefix token rotates")
    found = {(e, n) for e in range(head_dim) for n in range(head_dim)
             if n != e and rotated[e, 1, n] == sin[0, e] and rotated[e, 1, e] == cos[0, e]}
    if found != {(element, other) for _, element, other in expected}:
        wrong.append(f"{title}: pairs are {sorted(found)[:3]} …")
    print(f"{title}: {len(expected)} pairs of {high} by {wide} patches, cos and sin agree to {worst:.1e}")


def main():
    schemes = {}
    for line in subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout.splitlines():
        scheme, axis, element, other, frequency = line.split("|")
        schemes.setdefault(scheme, {})[axis, int(element), int(other)] = float(frequency)
    wrong = []
    for title, scheme, (head_dim, rotate) in (
            ("Qwen2-VL", "Qwen ViT", qwen_like(qwen2, qwen2.Qwen2VLVisionRotaryEmbedding)),
            ("Qwen3-VL", "Qwen ViT", qwen_like(qwen3, qwen3.Qwen3VLVisionRotaryEmbedding)),
            ("GLM-4V", "Qwen ViT", qwen_like(glm4v, glm4v.Glm4vVisionRotaryEmbedding)),
            ("Pixtral", "Pixtral", pixtral_tower()),
            ("Gemma 4", "Gemma 4 vision", gemma4_tower())):
        compare(title, measured(head_dim, rotate), schemes[scheme], wrong)
    compare_llama4(schemes["Llama 4 vision"], wrong)
    for title, module, cls, settings in (
            ("DINOv3", dinov3, "DINOv3ViTRopePositionEmbedding", {"rope_theta": 100.0}),
            ("Sapiens 2", sapiens, "Sapiens2RopePositionEmbedding", {"rope_theta": 100.0}),
            ("EoMT DINOv3", eomt, "EomtDinov3RotaryEmbedding", {})):
        config = SimpleNamespace(hidden_size=384, num_attention_heads=6, image_size=224, patch_size=16,
                                 rope_parameters={"rope_type": "default", "rope_theta": 100.0}, **settings)
        made = getattr(module, cls)(config)
        made.eval()
        compare_dinov3(title, made, schemes["DINOv3"], wrong)
    for line in wrong:
        print("WRONG " + line, file=sys.stderr)
    print(f"transformers {transformers.__version__}, torch {torch.__version__}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
