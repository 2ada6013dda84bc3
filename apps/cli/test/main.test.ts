import { execFile, spawn, type ExecFileException } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { datasets, loadDataset, numericColumn } from "@steepest/datasets";
import { afterAll, describe, expect, it } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "steepest-cli-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the command line from its sources, in a folder of its own. */
function steepest(
  words: readonly string[],
  options: { input?: string; env?: Record<string, string> } = {},
): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--conditions=@steepest/source", main, ...words],
      { cwd: folder, env: { PATH: process.env["PATH"], LANG: "C.UTF-8", ...options.env } },
      (error: ExecFileException | null, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr });
      },
    );
    child.stdin?.end(options.input ?? "");
  });
}

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return name;
}

interface FitJson {
  status: string;
  message: string;
  model: string;
  parameters: Record<
    string,
    { value: number; standardError: number | null; interval: number[] | null; reason?: string }
  >;
  residualSumOfSquares: number;
  degreesOfFreedom: number;
  residualStandardError: number;
  rSquared: number | null;
  iterations: number;
  evaluations: number;
  seconds: number;
  rowsDropped: number;
}

async function fitJson(words: readonly string[], input?: string): Promise<FitJson & { code: number }> {
  const { code, stdout, stderr } = await steepest(
    ["fit", ...words, "--json"],
    input === undefined ? {} : { input },
  );
  expect(stderr).toBe("");
  expect(stdout.trimEnd().split("\n")).toHaveLength(1);
  return { code, ...(JSON.parse(stdout) as FitJson) };
}

const co2Model = "a + b*t + c*t^2 + d*sin(2*pi*(t - p)/T)";
const co2Words = ["co2", "--model", co2Model, "--start", "a=315,b=1,c=0.01,d=3,p=0.3,T=1"];

// Misra1a of the NIST Statistical Reference Datasets: monomolecular adsorption, certified to 11 digits.
const misra1a = `volume,pressure
10.07,77.6
14.73,114.9
17.94,141.1
23.93,190.8
29.61,239.9
35.18,289.0
40.02,332.8
44.82,378.4
50.76,434.8
55.05,477.3
61.01,536.8
66.40,593.1
75.47,689.1
81.78,760.0
`;

describe.concurrent("steepest fit", { timeout: 120_000 }, () => {
  it("finds the best fit of the CO2 record: nothing near it has a smaller sum of squares", async () => {
    const result = await fitJson(co2Words);
    expect(result).toMatchObject({ code: 0, status: "converged", model: co2Model, degreesOfFreedom: 735 });
    const co2 = await loadDataset("co2");
    const [t, y] = [numericColumn(co2, "t"), numericColumn(co2, "co2")];
    const sumOfSquares = (values: Record<string, number>): number => {
      const { a = NaN, b = NaN, c = NaN, d = NaN, p = NaN, T = NaN } = values;
      return t.reduce((sum, time, i) => {
        const model = a + b * time + c * time ** 2 + d * Math.sin((2 * Math.PI * (time - p)) / T);
        return sum + ((y[i] ?? NaN) - model) ** 2;
      }, 0);
    };
    const values = Object.fromEntries(
      Object.entries(result.parameters).map(([name, { value }]) => [name, value]),
    );
    const least = sumOfSquares(values);
    expect(result.residualSumOfSquares / least).toBeCloseTo(1, 12);
    for (const [name, { value, standardError }] of Object.entries(result.parameters)) {
      // At a minimum the sum of squares is level: both neighbours are higher, and by the same amount to first order.
      const step = (standardError ?? NaN) * 1e-2;
      const [above, below] = [value + step, value - step].map(
        (moved) => sumOfSquares({ ...values, [name]: moved }) - least,
      );
      expect(above).toBeGreaterThan(0);
      expect(below).toBeGreaterThan(0);
      expect((above ?? NaN) / (below ?? NaN)).toBeCloseTo(1, 2);
    }
    // A yearly cycle.
    expect(Math.abs((result.parameters["T"]?.value ?? NaN) - 1)).toBeLessThan(0.001);
  });

  it("reaches the certified values of NIST's Misra1a, from a file with --x and --y", async () => {
    file("misra1a.csv", misra1a);
    const result = await fitJson([
      "misra1a.csv",
      "-m",
      "b1*(1 - exp(-b2*x))",
      "--x",
      "pressure",
      "--y",
      "volume",
      "--start",
      "b1=500,b2=0.0001",
    ]);
    expect(result).toMatchObject({ code: 0, degreesOfFreedom: 12 });
    const { b1, b2 } = result.parameters;
    const digits = (value: number | null | undefined, certified: number): number =>
      -Math.log10(Math.abs((value ?? NaN) / certified - 1));
    expect(digits(b1?.value, 2.3894212918e2)).toBeGreaterThan(8);
    expect(digits(b2?.value, 5.5015643181e-4)).toBeGreaterThan(8);
    expect(digits(b1?.standardError, 2.7070075241)).toBeGreaterThan(8);
    expect(digits(b2?.standardError, 7.2668688436e-6)).toBeGreaterThan(8);
    expect(digits(result.residualSumOfSquares, 1.2455138894e-1)).toBeGreaterThan(8);
    expect(digits(result.residualStandardError, 1.018787633e-1)).toBeGreaterThan(8);
  });

  it("gives the line of Anscombe's first set, with its published standard errors", async () => {
    const result = await fitJson(["anscombe", "-m", "a + b*x1", "--y", "y1"]);
    expect(result.parameters["a"]?.value).toBeCloseTo(3.0001, 4);
    expect(result.parameters["a"]?.standardError).toBeCloseTo(1.1247, 4);
    expect(result.parameters["b"]?.value).toBeCloseTo(0.5001, 4);
    expect(result.parameters["b"]?.standardError).toBeCloseTo(0.1179, 4);
    expect(result.rSquared).toBeCloseTo(0.6665, 4);
  });

  it("reads standard input, keeps bounds and fixed values, takes several predictors and awkward names", async () => {
    const rows = Array.from({ length: 40 }, (_, i) => {
      const [u, v] = [i / 4, Math.cos(i)];
      return `${u};${v};${2 + 3 * u - 4 * v}`.replaceAll(".", ",");
    });
    const result = await fitJson(
      [
        "-",
        "-m",
        "a + b*u + c*Side_step_m + k*u^2",
        "--y",
        "out",
        "--bounds",
        "b=0:2.5",
        "--bounds",
        "c=:",
        "--fix",
        "k=0",
      ].filter((word, i, words) => !(word === "c=:" || (word === "--bounds" && words[i + 1] === "c=:"))),
      `u;Side step (m);out\n${rows.join("\n")}\n`,
    );
    expect(result.parameters["b"]).toMatchObject({ value: 2.5, atBound: true, standardError: null });
    expect(result.parameters["k"]).toMatchObject({ value: 0, fixed: true });
    expect(result.parameters["c"]?.value).toBeCloseTo(-4, 0);
  });

  it("prints a report with values, errors, goodness of fit and a plot", async () => {
    const { code, stdout, stderr } = await steepest([
      "fit",
      "penguins",
      "-m",
      "a + b*flipper_length",
      "--y",
      "body_mass",
    ]);
    expect([code, stderr]).toEqual([0, ""]);
    // Published for this set: body mass = −5780.83 (305.81) + 49.69 (1.52) flipper length, R² 0.759, s = 394.3 on 340.
    expect(stdout).toMatch(/a\s+-5780\s+± 310\s+\[-6380, -5180\]/);
    expect(stdout).toMatch(/b\s+49\.7\s+± {3}1\.5\s+\[46\.7, 52\.7\]/);
    expect(stdout).toMatch(/R²\s+0\.75899/);
    expect(stdout).toMatch(/residual standard error\s+394\.3 g/);
    expect(stdout).toMatch(/degrees of freedom\s+340/);
    expect(stdout).toContain("2 rows were left out because a value is missing");
    expect(stdout).toMatch(/[\u2801-\u28ff]{5}/);
    expect(stdout).not.toContain("\u001b");
    for (const line of stdout.split("\n")) expect(Array.from(line).length).toBeLessThanOrEqual(80);
  });

  it("prints plain characters in a plain locale", async () => {
    const { stdout } = await steepest(["fit", "anscombe", "-m", "a + b*x1", "--y", "y1"], {
      env: { LANG: "C" },
    });
    expect(stdout).not.toMatch(/[\u2500-\u28ff]/);
    expect(stdout).toContain("o data  * model");
  });

  it("writes the plot as SVG", async () => {
    const { code, stdout } = await steepest(["fit", ...co2Words, "--plot", "co2.svg"]);
    expect(code).toBe(0);
    expect(stdout).toContain("Plot written to co2.svg");
    const svg = readFileSync(join(folder, "co2.svg"), "utf8");
    expect(svg.match(/<circle /g)).toHaveLength(2 * 741 + 1);
    expect(svg).toContain(">co2 (ppm)<");
    expect(svg).toContain(">t (years)<");
  });

  it("ends with 1 when the fit does not converge, and says so in JSON", async () => {
    file("negative.csv", "t,y\n1,5\n2,7\n3,8\n4,9\n");
    const failed = await fitJson(["negative.csv", "-m", "log(-a*t)"]);
    expect(failed.code).toBe(1);
    expect(failed.status).toBe("failed");
    expect(failed.message).not.toBe("");
    expect(failed.rSquared).toBeNull();
  });

  it("says how many steps were tried and how many of them taken", async () => {
    const start = ["--start", "a=5,b=0.1,c=5"];
    const words = ["cars", "-m", "a*exp(-b*horsepower) + c", "--y", "mpg", ...start];
    const { stdout } = await steepest(["fit", ...words]);
    const [, tried = "", taken = ""] = /✓ converged {2}(\d+) steps tried, (\d+) taken, /.exec(stdout) ?? [];
    expect(Number(tried)).toBe((await fitJson(words)).iterations);
    expect(Number(taken)).toBeGreaterThan(1);
    expect(Number(taken)).toBeLessThan(Number(tried));
  });

  it("ends with 1 and a report when the iterations run out", async () => {
    const { code, stdout } = await steepest(["fit", ...co2Words, "--max-iterations", "2"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/not converged {2}2 steps/);
  });
});

describe.concurrent("starts that are suggested", { timeout: 120_000 }, () => {
  const words = ["fit", "cars", "-m", "a*horsepower^b + c", "--y", "mpg"];
  const suggested = (stdout: string): string | undefined => /--start (\S+)/.exec(stdout)?.[1];

  it("make the fit converge", async () => {
    const { code, stdout } = await steepest(words);
    expect(code).toBe(1);
    const start = suggested(stdout);
    expect(start).toBeDefined();
    expect(await steepest([...words, "--start", start ?? ""])).toMatchObject({ code: 0 });
  });

  it("are not looked for when --max-iterations cut the fit short", async () => {
    const { code, stdout } = await steepest([...words, "--max-iterations", "8"]);
    expect(code).toBe(1);
    expect(stdout).toContain("stopped by maxIterations = 8");
    expect(suggested(stdout)).toBeUndefined();
  });

  it("make it converge within --max-iterations", async () => {
    const bell = "a*exp(-b*(horsepower - 100)^2) + c";
    const limited = ["fit", "cars", "-m", bell, "--y", "mpg", "--max-iterations", "60"];
    const { code, stdout } = await steepest(limited);
    // It stalls before the limit.
    expect(code).toBe(1);
    expect(await steepest([...limited, "--start", suggested(stdout) ?? ""])).toMatchObject({ code: 0 });
  });
});

describe.concurrent("steepest derive", { timeout: 120_000 }, () => {
  it("prints partial derivatives and their values", async () => {
    const { code, stdout } = await steepest(["derive", "x^2*y+sin(y)", "--at", "x=1,y=2"]);
    expect(code).toBe(0);
    expect(stdout).toContain("∂f/∂x = 2*x*y\n");
    expect(stdout).toContain("∂f/∂y = x^2 + cos(y)\n");
    expect(stdout).toContain(`∂f/∂y = ${(1 + Math.cos(2)).toPrecision(10)}\n`);
  });

  it("takes an order and the symbols to differentiate by, and formulas that begin with a minus sign", async () => {
    const { stdout } = await steepest([
      "derive",
      "-x^3*y^2",
      "--order",
      "2",
      "--wrt",
      "x",
      "--json",
      "--at",
      "x=2,y=3",
    ]);
    expect(JSON.parse(stdout)).toMatchObject({
      formula: "-x^3*y^2",
      order: 2,
      withRespectTo: ["x"],
      at: { x: 2, y: 3 },
      value: -72,
      derivatives: [{ withRespectTo: ["x", "x"], text: "-6*x*y^2", value: -108 }],
    });
  });

  it("prints LaTeX", async () => {
    const { stdout } = await steepest(["derive", "x^2/y", "--wrt", "x", "--latex"]);
    expect(stdout.split("\n")).toEqual([
      expect.stringMatching(/^f\(x, y\) = /),
      "\\frac{\\partial f}{\\partial x} = \\frac{2 x}{y}",
      "",
    ]);
  });
});

describe.concurrent("steepest data", { timeout: 120_000 }, () => {
  it("lists every set", async () => {
    const { code, stdout } = await steepest(["data"]);
    expect(code).toBe(0);
    for (const { name, title, rows } of datasets)
      expect(stdout).toMatch(new RegExp(`${name}\\s+${rows}\\s+${title}`));
  });

  it("summarises a set with units, counts, ranges and missing values", async () => {
    const { stdout } = await steepest(["data", "penguins"]);
    expect(stdout).toContain("CC0 1.0");
    expect(stdout).toMatch(/body_mass\s+g\s+342\s+2\s+2700\s+4201\.8\s+6300\s+[▁-█]+/);
    expect(stdout).toContain("Adelie 152, Gentoo 124, Chinstrap 68");
  });

  it("summarises a file, as JSON too", async () => {
    file("small.csv", "t,y\n1,2\n2,\n3,4\n");
    const { stdout } = await steepest(["data", "small.csv", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      name: "small.csv",
      rows: 3,
      columns: [
        { name: "t", count: 3, missing: 0, min: 1, mean: 2, max: 3 },
        { name: "y", count: 2, missing: 1, min: 2, mean: 3, max: 4 },
      ],
    });
  });
});

describe.concurrent("the process", { timeout: 120_000 }, () => {
  it("ends with 2 and one message for a mistake", async () => {
    expect(await steepest(["fit", "co2", "-m", "a*(t"])).toEqual({
      code: 2,
      stdout: "",
      stderr:
        'steepest: expected an operator or ")" at position 4, found the end of the\n  formula\n  a*(t\n      ^\n',
    });
  });

  it("tells the version", async () => {
    const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
      version: string;
    };
    expect(await steepest(["--version"])).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });
});

it("says so when the result cannot be written", { skip: process.platform !== "linux" }, async () => {
  const full = openSync("/dev/full", "w");
  const child = spawn(process.execPath, ["--conditions=@steepest/source", main, "derive", "x^2"], {
    stdio: ["ignore", full, "pipe"],
  });
  let stderr = "";
  child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  closeSync(full);
  expect(stderr).toBe("steepest: the result could not be written: ENOSPC: no space left on device, write\n");
  expect(code).toBe(1);
});
