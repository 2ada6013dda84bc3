import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { steepest } from "./support/in-process.ts";

const folder = mkdtempSync(join(tmpdir(), "steepest-cli-"));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe("mistakes end with 2 and one message that helps", () => {
  const ragged = file("ragged.csv", "t,y\n1,2\n3\n");
  const word = file("word.csv", "t,y\n1,2\n2,high\n3,4\n");
  const codes = file("codes.csv", "id,t,y\n10,1,2\n11,2,4\n1A,3,6\n12,4,8.5\n");

  const latin = join(folder, "latin.csv");
  writeFileSync(latin, Buffer.from("t,y\n1,2\n2,caf\u00e9\n", "latin1"));

  it.each<[string[], string]>([
    [
      ["fit", latin, "-m", "a*t"],
      "steepest: latin.csv, row 3: expected text in UTF-8 (save the file in that encoding), found: bytes of",
    ],
    [
      ["fit", "co2", "-m", "co2 = a*t"],
      'steepest: --model: expected only what stands right of the equals sign, found: "co2 = a*t"\n  Write --model "a*t" --y co2.',
    ],
    [["fitt"], "steepest: unknown command 'fitt'. Did you mean fit?"],
    [["fit", "co2", "--modle", "a"], "steepest: unknown option '--modle'. Did you mean --model?"],
    [
      ["fit", "co2"],
      'steepest: --model: expected a formula, such as a + b*x\n  For example --model "a + b*t',
    ],
    [["fit"], "steepest: missing required argument 'source'"],
    [["fit", "co3", "-m", "a*t"], "steepest: no file and no dataset of that name: co3\n  Did you mean co2?"],
    [["fit", "co2", "-m", "a*(t"], "\n  a*(t\n      ^\n"],
    [["fit", "co2", "-m", "a*t", "--start", "q=1"], "steepest: --start: the model has no parameter q"],
    [["fit", "co2", "-m", "a*t", "--start", "a=x"], "steepest: --start: expected a number for a, as in a=1"],
    [["fit", "co2", "-m", "a*t", "--level", "95"], "steepest: --level: expected a number between 0 and 1"],
    [["fit", "cars", "-m", "a*weight"], "steepest: the model could describe more than one column: say which"],
    [
      ["fit", ragged, "-m", "a*t"],
      'steepest: ragged.csv, row 3, column "y": expected 2 cells as in the header',
    ],
    [["fit", word, "-m", "a*t"], 'steepest: word.csv, row 3, column "y": expected a number'],
    [["fit", codes, "-m", "a*t", "--y", "y"], 'steepest: codes.csv, row 4, column "id": expected a number'],
    [["fit", codes, "-m", "a*t", "--text", "di"], 'no such column to read as text, did you mean "id"?'],
    [["fit", folder, "-m", "a*t"], "steepest: expected a CSV file, found a folder"],
    [
      ["fit", "co2", "-m", "a*t", "--plot", join(folder, "no/such/a.svg")],
      "steepest: the plot could not be written",
    ],
    [["derive", "x", "--at", "y=1"], "steepest: --at: the formula has no symbol y"],
    [["derive", "x*y", "--at", "y=1"], "steepest: --at: no value for x"],
    [
      ["derive", "x*alpha", "--wrt", "alhpa"],
      "steepest: --wrt: the formula has no symbol alhpa, did you mean alpha?",
    ],
    [["derive", "2 + 3"], "steepest: nothing to differentiate by: the formula has no symbol"],
    [["derive", "x", "--order", "0"], "steepest: --order: expected a whole number from 1 to 6"],
    [["derive", "x^^2"], "\n  x^^2\n    ^\n"],
    [["data", "penguin"], "Did you mean penguins?"],
  ])("%j", async (words, message) => {
    const { code, stdout, stderr } = await steepest(words);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^steepest: /);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it("shows where an error comes from only with --debug", async () => {
    expect((await steepest(["derive", "x^^2", "--debug"])).stderr).toMatch(/\n\s+at .*parser/);
  });

  it("a column of codes is no mistake once it is read as text", async () => {
    expect(await steepest(["fit", codes, "-m", "a*t", "--text", "id", "--json"])).toMatchObject({
      code: 0,
      stderr: "",
    });
  });
});

describe("help", () => {
  it("comes without arguments", async () => {
    const { code, stdout } = await steepest([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/Usage: steepest.*Commands:.*data.*fit.*derive/s);
  });

  it.each(["data", "fit", "derive"])("has examples for %s", async (command) => {
    const { code, stdout, stderr } = await steepest([command, "--help"]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`Examples:\n  $ steepest ${command}`);
  });
});

it("gives an error of zero, not none, when the model meets the data exactly", async () => {
  const exact = file("exact.csv", "x,y\n1,2\n2,4\n3,6\n");
  const words = ["fit", exact, "-m", "a + b*x", "--start", "a=0,b=2"];
  const { code, stdout } = await steepest(words);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {2}b +2 +± 0 +\[2, 2\]$/m);
  expect(stdout).not.toContain("not determined");
});

it("writes zero for the slope of a constant, not what rounding leaves of it", async () => {
  const flat = file("flat.csv", `x,y\n${Array.from({ length: 10 }, (_, i) => `${i + 1},5`).join("\n")}\n`);
  const { stdout } = await steepest(["fit", flat, "-m", "a + b*x"]);
  expect(stdout).toMatch(/^ {2}a +5 +± 0 +\[5, 5\]$/m);
  expect(stdout).toMatch(/^ {2}b +0 +± 0 +\[0, 0\]$/m);
});

it("does not read for ever", { skip: process.platform !== "linux" }, async () => {
  const { code, stderr } = await steepest(["data", "/dev/zero"]);
  expect(code).toBe(2);
  expect(stderr).toBe("steepest: /dev/zero is too large: expected at most 400000000 bytes, found more\n");
});

it("names a level as it is", async () => {
  const { stdout } = await steepest(["fit", "co2", "-m", "a*t", "--level", "0.9999999"]);
  expect(stdout).toContain("99.99999 % interval");
});
