import { execFileSync, spawnSync } from "node:child_process";

/** The version of PyTorch that `python3` has, as [major, minor]; undefined where there is none. */
export const pytorchVersion: readonly [number, number] | undefined = ((): [number, number] | undefined => {
  const { status, stdout } = spawnSync("python3", ["-c", "import torch; print(torch.__version__)"], {
    encoding: "utf8",
  });
  const [, major, minor] = /^(\d+)\.(\d+)/m.exec(status === 0 ? stdout : "") ?? [];
  return major === undefined ? undefined : [Number(major), Number(minor)];
})();

export function isAtLeast(major: number, minor: number): boolean {
  const [foundMajor, foundMinor] = pytorchVersion ?? [0, 0];
  return foundMajor > major || (foundMajor === major && foundMinor >= minor);
}

/** What a Python program that has torch makes of a JSON value: it reads `given` and sets `result`. */
export function inPytorch<R>(program: string, given: unknown): R {
  const whole = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import torch
torch.set_default_dtype(torch.float64)
given = json.load(sys.stdin)
${program}
json.dump(result, sys.stdout)
`;
  return JSON.parse(
    execFileSync("python3", ["-c", whole], { input: JSON.stringify(given), encoding: "utf8" }),
  ) as R;
}
