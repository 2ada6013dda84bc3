import pc from "picocolors";
import { run } from "../../src/run.ts";

export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line inside this process, for a terminal 100 columns wide without colours. */
export async function steepest(words: readonly string[]): Promise<Outcome> {
  let [stdout, stderr] = ["", ""];
  const code = await run(words, {
    write: (text) => void (stdout += text),
    writeError: (text) => void (stderr += text),
    width: 100,
    showsProgress: false,
    unicode: true,
    colors: pc.createColors(false),
    errorColors: pc.createColors(false),
  });
  return { code, stdout, stderr };
}
