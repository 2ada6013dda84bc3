/**
 * Writes docs/hock-schittkowski.md: npx node --conditions=@steepest/source scripts/hock-schittkowski.mjs, in packages/optim.
 * Needs Node 24, which runs TypeScript as it is. Where there is no python3 with SciPy, SciPy's figures are those of
 * scripts/hock-schittkowski/scipy.json, which the script writes where there is one.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { hockSchittkowskiProblems } from "@steepest/optim/problems";
import { document } from "./hock-schittkowski/document.ts";
import { ours } from "./hock-schittkowski/ours.ts";
import { outcomeOf } from "./hock-schittkowski/run.ts";
import { startScipy } from "./hock-schittkowski/scipy.ts";

const problems = hockSchittkowskiProblems();
const path = fileURLToPath(new URL("../docs/hock-schittkowski.md", import.meta.url));
const keptPath = fileURLToPath(new URL("hock-schittkowski/scipy.json", import.meta.url));

const figureOf = (problem, run) => ({
  points: run.points,
  hessians: run.hessians,
  iterations: run.iterations,
  outcome: outcomeOf(problem, run),
});

const columns = {
  "sqp()": "sqp",
  'sqp({ hessian: "bfgs" })': "sqp, bfgs",
  "augmentedLagrangian()": "augmented",
};
const methods = ours.map(({ name, run }) => ({
  name: `\`${name}\``,
  column: columns[name],
  figures: Object.fromEntries(
    problems.flatMap((problem) => {
      const ran = run(problem);
      return ran === undefined ? [] : [[problem.name, figureOf(problem, ran)]];
    }),
  ),
}));

const scipy = await startScipy();
let kept;
if (scipy === undefined) {
  kept = JSON.parse(readFileSync(keptPath, "utf8"));
  console.log(`no python3 with SciPy: its figures are those kept of SciPy ${kept.version}`);
} else {
  kept = { version: scipy.version, methods: {} };
  for (const name of ["SLSQP", "trust-constr"]) {
    kept.methods[name] = {};
    for (const problem of problems)
      kept.methods[name][problem.name] = figureOf(problem, await scipy.run(name, problem));
  }
  scipy.close();
  writeFileSync(
    keptPath,
    await format(JSON.stringify(kept), { ...(await resolveConfig(keptPath)), parser: "json" }),
  );
}
for (const [name, figures] of Object.entries(kept.methods))
  methods.push({ name: `SciPy ${name}`, column: name, figures });

const text = document(problems, methods, kept.version);
writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
