/**
 * Measures the vector math and writes docs/accuracy.md: node scripts/accuracy.mjs [points].
 * Needs Node 24, which runs TypeScript as it is.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { binaryNames, prepare, unaryNames } from "../test/ulp.ts";

const points = Number(process.argv[2] ?? 1_000_000);
const rows = [...unaryNames, ...binaryNames].map((name) => {
  const errors = ["f64x2", "f32x4"].flatMap((lane) => {
    const measure = prepare(name, lane, points);
    return [true, false].map((fma) => measure(fma).largest.toFixed(3));
  });
  return `| \`${name}\` | ${errors.join(" | ")} |`;
});

const document = `# Accuracy of compiled elementwise functions

The largest error found, in units in the last place (ulp) of the exact result: 0.5 is what correct rounding gives, and no
function may exceed 1. With FMA: machines on which WebAssembly's \`relaxed_madd\` is one rounding.

| function | f64, FMA | f64 | f32, FMA | f32 |
| --- | ---: | ---: | ---: | ---: |
${rows.join("\n")}

\`add sub mul div sqrt\` are correctly rounded; \`neg abs sign floor ceil round relu minimum maximum\`, comparisons and
\`where\` are exact. \`round\` takes ties to even. \`minimum\` and \`maximum\` give NaN if any operand is NaN. \`pow\`
follows IEEE 754: 1ʸ = x⁰ = 1 even for NaN. A power with a small constant integer exponent n may be computed by repeated
multiplication, at most about n/2 ulp off.

How it was measured: ${points.toLocaleString("en")} arguments per function and precision, from intervals where the function is used and
from all binades of its domain (\`test/ulp.ts\`), f64 against a reference of 100 bits (\`test/double-double.ts\`), f32
against f64. Node ${process.versions.node} (V8 ${process.versions.v8}), ${cpus()[0]?.model ?? "unknown processor"}. The tests repeat this with fewer points in
Node and in Chromium, and check what the samples leave out: zeros, infinities, NaN, subnormal arguments and results, and
huge angles. To measure again: \`node scripts/accuracy.mjs\`.

## Where the methods come from

| functions | method |
| --- | --- |
| \`exp expm1\` | Cody–Waite reduction by ln 2, near-minimax polynomial, result kept in two parts where differences are formed |
| \`log\` | fdlibm's arrangement (Sun Microsystems, 1993) with our polynomial |
| \`log1p log2 log10 softplus asinh acosh atanh\` | the same series on a quotient in two parts (Dekker arithmetic) |
| \`sin cos tan\` | Cody–Waite reduction up to 10⁵, Payne–Hanek beyond; fdlibm's arrangement of the polynomials |
| \`asin acos atan atan2\` | angle of a point: quotient in two parts, turned by π/4, odd polynomial |
| \`sinh cosh tanh sigmoid\` | exponential in two parts, quotient in two parts; odd polynomials near zero |
| \`pow\` | logarithm to 64 bits and more in two parts, exact product, exponential |
| \`cbrt\` | Halley's method, last step as in fdlibm's s_cbrt.c |
| \`erf erfc\` | exp(−x²)·(1 + 2x)⁻¹·p((x − 4)/(x + 4)) after Shepherd and Laframboise (1981); odd polynomial near zero |

f32 versions of \`exp log sin cos tanh sigmoid\` compute in f32; the others compute in f64 and round once.
`;

writeFileSync(new URL("../docs/accuracy.md", import.meta.url), document);
