/**
 * Measures the vector math and writes docs/accuracy.md: node scripts/accuracy.mjs [points].
 * Needs Node 24, which runs TypeScript as it is.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { arityOf, binaryNames, codeOf, precise, prepare, unaryNames } from "../test/ulp.ts";
import { compileElementwise } from "../test/wasm-harness.ts";

const points = Number(process.argv[2] ?? 1_000_000);
const lanes = ["f64x2", "f32x4"];

/** Nanoseconds per element, the best of several medians: of other programs on the machine, as little as can be. */
function nanoseconds(run, elements) {
  for (let i = 0; i < 300; i++) run();
  const medians = Array.from({ length: 5 }, () => {
    const times = Array.from({ length: 101 }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    });
    return times.sort((a, b) => a - b)[50];
  });
  return ((Math.min(...medians) * 1e6) / elements).toFixed(1);
}

const elements = 4096;

/** Arguments from the middle of the domain. */
function ordinary(name) {
  const [from, to] = { acosh: [1, 20], asin: [-1, 1], acos: [-1, 1], atanh: [-1, 1] }[name] ?? [-3, 3];
  const positive = ["sqrt", "pow", "lgamma", "digamma"].includes(name) || name.startsWith("log");
  return [0, 1].map(() =>
    Float64Array.from({ length: elements }, () => {
      const x = from + (to - from) * Math.random();
      return positive ? Math.abs(x) : x;
    }),
  );
}

/** Ours in f64 and f32, and a loop over the function of the language, if it has one. */
function speed(name) {
  const { emit } = codeOf(name);
  const arity = arityOf(name);
  const columns = ordinary(name).slice(0, arity);
  const ours = lanes.map((lane) => {
    const f = compileElementwise(emit, arity, { lane, fma: true });
    f(...columns);
    return nanoseconds(() => f.again(), elements);
  });
  const [x, y = x] = columns;
  const result = new Float64Array(elements);
  if (typeof Math[name] !== "function") return [...ours, ""];
  // eslint-disable-next-line no-new-func -- functions that shared a loop would be called without being known to it
  const loop = new Function(
    "x",
    "y",
    "z",
    `for (let i = 0; i < ${elements}; i++) z[i] = Math.${name}(x[i], y[i]);`,
  );
  return [...ours, nanoseconds(() => loop(x, y, result), elements)];
}

const names = [...unaryNames, ...binaryNames];
const times = new Map(names.map((name) => [name, speed(name)]));
const above = [];
const rows = names.map((name) => {
  const errors = lanes.flatMap((lane) => {
    const measure = prepare(name, lane, points);
    return [true, false].map((fma) => {
      const { largest, at } = measure(fma);
      if (largest > 1) above.push(`\`${name}\` (${lane}) at ${at.join(", ")}`);
      return largest.toFixed(3);
    });
  });
  return `| \`${name}\` | ${[...errors, ...times.get(name)].join(" | ")} |`;
});

/** The largest errors on an interval of the negative axis: in ulp, and in units of 2⁻⁵³ times the larger of 1 and the result. */
function onInterval(name, from, to) {
  const x = Array.from({ length: Math.ceil(points / 10) }, () => from + (to - from) * Math.random());
  const exact = x.map((value) => precise(name)(value));
  return [true, false].flatMap((fma) => {
    const { emit } = codeOf(name);
    const arity = arityOf(name);
    const result = compileElementwise(emit, arity, { lane: "f64x2", fma })(x);
    const errors = exact.map(([high, low], i) => [Math.abs(result[i] - high - low), Math.abs(high)]);
    const largest = (unit) => errors.reduce((most, [error, size]) => Math.max(most, error / unit(size)), 0);
    const ulp = largest((size) => 2 ** (Math.floor(Math.log2(size)) - 52));
    return [ulp.toPrecision(2), largest((size) => 2 ** -53 * Math.max(1, size)).toFixed(2)];
  });
}

const negative = ["lgamma", "digamma"].flatMap((name) =>
  [
    [-1, 0],
    [-2, -1],
    [-2.45, -2],
    [-2.47, -2.45],
    [-3, -2.47],
    [-4, -3],
    [-10, -4],
    [-100, -10],
  ].map(([from, to]) => `| \`${name}\` | ${from} … ${to} | ${onInterval(name, from, to).join(" | ")} |`),
);

const document = `# Accuracy of compiled elementwise functions

The largest error found, in units in the last place (ulp) of the exact result: 0.5 is what correct rounding gives.
With FMA: machines on which WebAssembly's \`relaxed_madd\` is one rounding. Time per element: ${elements} elements from
memory to memory, with FMA, against a loop over JavaScript's function where there is one.

| function | f64, FMA | f64 | f32, FMA | f32 | ns f64 | ns f32 | ns \`Math\` |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join("\n")}

${above.length === 0 ? "No function exceeds 1 ulp anywhere in these samples." : `Above 1 ulp: ${above.join("; ")}.`}
\`lgamma\` and \`digamma\` of negative numbers are the difference of terms, which cancel near their zeros there; what remains
is an error of half a unit of the last place of 1, or of the result where that is larger:

| function | between | ulp, FMA | 2⁻⁵³ max(1, result), FMA | ulp | 2⁻⁵³ max(1, result) |
| --- | --- | ---: | ---: | ---: | ---: |
${negative.join("\n")}

\`add sub mul div sqrt\` are correctly rounded; \`neg abs sign floor ceil round relu minimum maximum\`, comparisons and
\`where\` are exact. \`round\` takes ties to even. \`minimum\` and \`maximum\` give NaN if any operand is NaN. \`pow\`
follows IEEE 754: 1ʸ = x⁰ = 1 even for NaN. A power with a small constant integer exponent n may be computed by repeated
multiplication, at most about n/2 ulp off.

How it was measured: ${points.toLocaleString("en")} arguments per function and precision (\`test/ulp-samples.ts\`): from intervals where the
function is used; from all binades of its domain, subnormal ones included, and so that results come from all binades; around
places where the method or the behaviour changes, down to the last place; angles up to 10³⁰⁸, around the
multiples of π/2 up to the 2⁴⁰th, and those nearest to a multiple; powers of bases near 1 with exponents up to 10¹⁸. f64 against a reference of 100
bits (\`test/reference.ts\`), f32 against f64. Results that overflow are left to the tests of special values, with zeros,
infinities and NaN. Node ${process.versions.node} (V8 ${process.versions.v8}), ${cpus()[0]?.model.trim() ?? "unknown processor"}. The tests repeat this with fewer points in
Node and in Chromium. To measure again: \`node scripts/accuracy.mjs\`.

## Where the methods come from

| functions | method |
| --- | --- |
| \`exp expm1\` | Cody–Waite reduction by ln 2, near-minimax polynomial, result kept in two parts where differences are formed |
| \`log\` | fdlibm's arrangement (Sun Microsystems, 1993) with our polynomial |
| \`log1p log2 log10 softplus asinh acosh atanh\` | the same series on a quotient in two parts (Dekker arithmetic) |
| \`sin cos tan\` | Cody–Waite reduction up to 10⁵, Payne–Hanek beyond; fdlibm's arrangement of the polynomials |
| \`asin acos atan atan2\` | angle of a point: quotient in two parts, turned by π/4, odd polynomial |
| \`sinh cosh\` | exponential and its inverse in two parts; odd polynomial near zero |
| \`tanh sigmoid\`, slope of \`tanh\` | quotients of e⁻ʸ, 1 − e⁻ʸ and 1 + e⁻ʸ, all in two parts |
| \`pow\` | logarithm to 64 bits and more in two parts, exact product, exponential |
| \`cbrt\` | Halley's method, last step as in fdlibm's s_cbrt.c |
| \`erf erfc\` | exp(−x²)·(1 + 2x)⁻¹·p((x − 4)/(x + 4)) after Shepherd and Laframboise (1981); odd polynomial near zero |
| \`normalCdf\` | erfc with the rounding of x/√2 |
| \`lgamma digamma\` | polynomials around the zero 2 and 1.46…, recurrence, asymptotic series from 2.5 and 2 on with fitted coefficients, reflection; all terms in two parts |

f32 versions of \`exp log sin cos tanh sigmoid\` (and the slope of \`tanh\`) compute in f32; the others compute in f64 and round once.
`;

const path = fileURLToPath(new URL("../docs/accuracy.md", import.meta.url));
const config = await resolveConfig(path);
writeFileSync(path, await format(document, { ...config, filepath: path }));
