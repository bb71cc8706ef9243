// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// bench cpu --peers with workers that are none, lie, die or hang: each is named with its reason, and the rest goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

/// One run, decode in fp32 on one thread, with half-split pairs.
struct PeersRun {
  explicit PeersRun(const std::string& python, bool with_fused = true) {
    const ScratchFolder scratch;
    std::vector<std::string> words{"bench",    "cpu",  "--peers",   python, "--shape",   "decode",
                                   "--dtype",  "fp32", "--threads", "1",    "--pairing", "half-split",
                                   "--rounds", "3",    "--timeout", "0.05", "--json",    scratch / "f.json"};
    if (with_fused) words.insert(words.end(), {"--impl", bundled("fused")});
    result = run_tool(words);
    if (fs::exists(scratch / "f.json")) figures = json::parse(read_text(scratch / "f.json"), nullptr, false);
  }

  /// The reason why a library was left out; null where it was not.
  json library(const std::string& name) const {
    for (const json& peer : figures.at("peers")) {
      if (peer.at("library") == name) return peer.at("left_out");
    }
    return "not there";
  }
  json method(const std::string& key, const std::string& name) const {
    for (const json& one : figures.at("groups").at(0).at("methods")) {
      if (one.at(key) == name) return one;
    }
    return json::object();
  }

  ToolResult result;
  json figures;
};

/// An interpreter that is a script: what follows is Python that has `library` and answers requests by
/// `answer(request)`.
class FakeWorker : public ::testing::Test {
 protected:
  std::string interpreter(const std::string& python) {
    write_text(scratch_ / "worker.py", R"(import json, math, os, struct, sys, time
library = sys.argv[-1]
METHODS = [{'name': library + ' method', 'pairing': 'half-split', 'in_place': False, 'reason': ''}]

def rotated(work):
    count = work['batch'] * work['tokens'] * 40 * 128
    values = struct.unpack(f'<{count}f', open(work['inputs'], 'rb').read(4 * count))
    positions = struct.unpack(f"<{work['batch'] * work['tokens']}q", open(work['positions'], 'rb').read())
    k_begins = work['batch'] * work['tokens'] * 32 * 128
    out = []
    for token in work['sampled_tokens']:
        turns = [positions[token] * work['base'] ** (-2 * i / 128) for i in range(64)]
        for head in range(40):
            at = (token * 32 + head) * 128 if head < 32 else k_begins + (token * 8 + head - 32) * 128
            x, y = values[at:at + 64], values[at + 64:at + 128]
            out += [a * math.cos(t) - b * math.sin(t) for a, b, t in zip(x, y, turns)]
            out += [a * math.sin(t) + b * math.cos(t) for a, b, t in zip(x, y, turns)]
    return out

def honest(request, work={}):
    if 'prepare' in request:
        work.update(request['prepare'])
        return {'version': '1.2', 'threads': 'as asked', 'methods': METHODS}
    if 'first' in request:
        out = rotated(work)
        open(work['outputs'], 'wb').write(struct.pack(f'<{len(out)}f', *out))
        return {}
    begin = time.perf_counter()
    time.sleep(0.001 * request['repeats'])
    return {'seconds': (time.perf_counter() - begin) / request['repeats']}

)" + python + R"(
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
)");
    const std::string path = scratch_ / "python";
    write_text(path, "#!/bin/sh\nexec python3 -B '" + scratch_ / "worker.py" + "' \"$@\"\n");
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }

  ScratchFolder scratch_;
};

TEST(BenchPeers, NoInterpreterIsAReasonForEachLibraryAndTheRestIsMeasured) {
  const PeersRun run("/no/such/python");
  EXPECT_EQ(run.result.exit_code, 0) << run.result.err;
  for (const char* name : {"torch", "onnxruntime", "jax", "ggml"}) {
    EXPECT_THAT(run.library(name).get<std::string>(), HasSubstr("/no/such/python cannot be started: No such file"));
    EXPECT_THAT(run.result.out, HasSubstr(std::string("Left out: ") + name + ": /no/such/python cannot be started"));
  }
  EXPECT_EQ(run.method("plugin", "fused").at("rounds"), 3);
}

TEST_F(FakeWorker, AnInterpreterWithoutPackagesIsAReasonForEachLibrary) {
  const std::string path = scratch_ / "python";
  write_text(path, "#!/bin/sh\nexec python3 -S -E \"$@\"\n");  // no packages but Python's own
  fs::permissions(path, fs::perms::owner_all);
  const PeersRun run(path);
  EXPECT_EQ(run.result.exit_code, 0) << run.result.err;
  for (const char* name : {"torch", "onnxruntime", "jax", "ggml"}) {
    EXPECT_THAT(run.library(name).get<std::string>(), HasSubstr("ModuleNotFoundError: No module named")) << name;
  }
  EXPECT_EQ(run.method("plugin", "fused").at("rounds"), 3);
}

TEST_F(FakeWorker, OneThatDiesHangsOrLiesAboutItsTimeIsLeftOutAndTheOthersAreMeasured) {
  const PeersRun run(interpreter(R"(
def answer(request):
    if library == 'torch' and 'first' in request:
        sys.exit('out of luck')
    if library == 'onnxruntime' and 'run' in request:
        time.sleep(600)
    if library == 'jax' and 'run' in request:
        return {'seconds': 5.0}
    return honest(request)
)"));
  EXPECT_EQ(run.result.exit_code, 0) << run.result.err;
  const auto reason = [&](const std::string& name) {
    return run.method("peer", name).at("left_out").get<std::string>();
  };
  EXPECT_THAT(reason("torch method"), HasSubstr("its worker ended (exit code 1); it said: out of luck"));
  EXPECT_THAT(reason("onnxruntime method"), HasSubstr("no answer within 3 seconds and was ended"));
  EXPECT_THAT(reason("jax method"), HasSubstr("calls of 5 seconds took no more than"));
  const json good = run.method("peer", "ggml method");
  EXPECT_EQ(good.at("rounds"), 3);
  EXPECT_LE(good.at("worst_units"), 1.0625);  // rounded once from binary64
  EXPECT_EQ(good.at("wrong"), false);
  EXPECT_GE(good.at("seconds").at("smallest"), 1e-3);
  EXPECT_EQ(run.method("plugin", "fused").at("rounds"), 3);
  EXPECT_THAT(run.result.out, HasSubstr("Peer: ggml 1.2\n  as asked\n"));
}

TEST_F(FakeWorker, OneThatAnswersNonsenseIsLeftOutAndOneThatDoesOtherWorkIsWrong) {
  const PeersRun run(interpreter(R"(
def answer(request):
    if library == 'torch':
        print('hello')
    if library == 'onnxruntime' and 'first' in request:
        return {}
    if library == 'jax' and 'prepare' in request:
        return {'version': 7, 'threads': '', 'methods': METHODS}
    if library == 'ggml' and 'prepare' in request:
        request['prepare']['base'] = 1.0  # every pair turns alike
    return honest(request)
)"));
  EXPECT_EQ(run.result.exit_code, 0) << "peers are not on trial" << run.result.err;
  EXPECT_THAT(run.library("torch").get<std::string>(), HasSubstr("is no JSON object"));
  EXPECT_THAT(run.method("peer", "onnxruntime method").at("left_out").get<std::string>(),
              HasSubstr("its worker wrote 0 bytes of outputs, expected 655360"));
  EXPECT_THAT(run.library("jax").get<std::string>(), HasSubstr("is not as expected"));
  const json other = run.method("peer", "ggml method");
  EXPECT_EQ(other.at("wrong"), true);
  EXPECT_THAT(run.result.out, HasSubstr("ggml method, worst units  WRONG"));
}

TEST_F(FakeWorker, WithoutAnImplementationSomethingMustHaveBeenMeasured) {
  const PeersRun none("/no/such/python", false);
  EXPECT_EQ(none.result.exit_code, 4);
  EXPECT_THAT(none.result.err, HasSubstr("nothing was measured: no peer could be"));
  const PeersRun some(interpreter("answer = honest"), false);
  EXPECT_EQ(some.result.exit_code, 0) << some.result.err;
  EXPECT_THAT(some.result.out, Not(HasSubstr("Left out")));
}

}  // namespace
}  // namespace rope::conformance
