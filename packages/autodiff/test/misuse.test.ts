import { describe, expect, it } from "vitest";
import {
  cast,
  compile,
  DifferentiationError,
  DTypeError,
  grad,
  hessian,
  jacobian,
  jvp,
  LinearAlgebraError,
  matmul,
  PlaceholderError,
  ShapeError,
  slice,
  solve,
  SteepestError,
  sum,
  tensor,
  vjp,
  vmap,
  where,
  type Tensor,
} from "../src/index.ts";
import { sin } from "../src/ops/elementary.ts";
import { apply, type Op } from "../src/ops/op.ts";
import { ops } from "../src/ops/table.ts";

type ErrorClass = new (message: string) => SteepestError;

interface Misuse {
  /** What somebody tries. */
  readonly attempt: string;
  readonly run: () => unknown;
  readonly error: ErrorClass;
  /** What the message must mention: who complains, what was found and what to do instead. */
  readonly mentions: readonly string[];
}

/** A tensor as plain JavaScript sees it, where nothing but the library itself stands in the way. */
type Untyped = Record<string | number, unknown>;
const untyped = (): Untyped => tensor([1, 2]) as unknown as Untyped;

const vector = tensor([1, 2, 3]);
const integers = tensor(Int32Array.of(1, 2));

/** The sine without one of its rules, as somebody might define an operation in plain JavaScript. */
function sineWithout(direction: "forward" | "reverse"): (x: Tensor) => Tensor {
  const op = { ...sin.op, name: "mySine", [direction]: undefined } as unknown as Op;
  return (x) => apply(op, [x], undefined);
}

const misuses: Readonly<Record<string, readonly Misuse[]>> = {
  "changing a tensor in place": [
    ...[0, 1, 15].flatMap((index): Misuse[] => [
      {
        attempt: `x[${index}] = 1`,
        run: () => (untyped()[index] = 1),
        error: SteepestError,
        mentions: ["immutable", "where", `x[${index}]`],
      },
      {
        attempt: `reading x[${index}]`,
        run: () => untyped()[index],
        error: SteepestError,
        mentions: [`slice(x, ${index})`, `x[${index}]`],
      },
    ]),
    {
      attempt: "x.data = …",
      run: () => (untyped()["data"] = Float64Array.of(1, 2)),
      error: SteepestError,
      mentions: ["immutable", "make a new one", "x.data"],
    },
    {
      attempt: "x.shape = …",
      run: () => (untyped()["shape"] = [2, 1]),
      error: SteepestError,
      mentions: ["immutable", "reshape", "x.shape"],
    },
    {
      attempt: "const [a] = a scalar",
      run: () => {
        const [a] = tensor(3);
        return a;
      },
      error: ShapeError,
      mentions: ["scalar", "cannot be taken apart"],
    },
  ],
  "asking a placeholder for its value": (
    [
      ["item()", (x) => x.sin().item()],
      ["data", (x) => x.sin().data],
      ["toArray()", (x) => x.sin().toArray()],
      ["a comparison", (x) => (x.sin().valueOf() > 0 ? x : x.neg())],
    ] as [string, (x: Tensor) => unknown][]
  ).flatMap(([attempt, f]): Misuse[] => {
    const asked = (x: Tensor): Tensor => {
      f(x);
      return x;
    };
    const common = {
      error: PlaceholderError,
      mentions: ["where(condition, a, b)", "sin", "[]"],
    };
    return [
      { attempt: `${attempt} inside compile`, run: () => compile(asked)(1), ...common },
      { attempt: `${attempt} inside vmap`, run: () => vmap(asked)(vector), ...common },
    ];
  }),
  "derivatives of what has none": [
    ...(
      [
        ["grad", (f) => grad(f)(vector)],
        ["grad", (f) => hessian(f)(vector)],
      ] as [string, (f: (x: Tensor) => Tensor) => unknown][]
    ).map(([name, run]): Misuse => ({
      attempt: `${name} of a vector function`,
      run: () => run((x) => x.sin()),
      error: DifferentiationError,
      mentions: [name, "scalar", "sum()", "jacobian", "[3]"],
    })),
    ...(
      [
        ["grad", () => grad((x: Tensor) => x.sum())(integers)],
        ["jvp", () => jvp((x: Tensor) => x.sum())(integers, integers)],
        ["vjp", () => vjp((x: Tensor) => x.sum())(integers)],
        ["jacobian", () => jacobian((x: Tensor) => x)(integers)],
      ] as [string, () => unknown][]
    ).map(([name, run]): Misuse => ({
      attempt: `${name} at integers`,
      run,
      error: DTypeError,
      mentions: [name, 'cast(x, "f64")', "i32"],
    })),
    {
      attempt: "grad at integers inside a tree",
      run: () => grad(({ w }: { w: Tensor[] }) => (w[1] as Tensor).sum())({ w: [1, integers] }),
      error: DTypeError,
      mentions: ["grad", "w.1", "further argument", "i32"],
    },
    {
      attempt: "grad of a truth value",
      run: () => grad((x) => x.greater(0))(1),
      error: DTypeError,
      mentions: ["grad", "floating-point", "bool"],
    },
    {
      attempt: "grad of a function that returns several tensors",
      run: () => grad((x) => [x, x])(1),
      error: DifferentiationError,
      mentions: ["grad", "one tensor", "stack", "2 results"],
    },
    {
      attempt: "grad of a function that returns nothing",
      run: () => grad(() => undefined as unknown as Tensor)(1),
      error: DifferentiationError,
      mentions: ["grad", "must return", "undefined"],
    },
    {
      attempt: "grad of an asynchronous function",
      run: () => grad((() => Promise.resolve(1)) as unknown as (x: Tensor) => Tensor)(1),
      error: ShapeError,
      mentions: ["asynchronous", "await outside"],
    },
    {
      attempt: "a tangent of another shape",
      run: () => jvp((x: Tensor) => x.sin())(vector, tensor([1, 2])),
      error: DifferentiationError,
      mentions: ["jvp", "tangent", "[3]", "[2]"],
    },
    {
      attempt: "a cotangent of another shape",
      run: () => vjp((x: Tensor) => x.sin())(vector)[1](1),
      error: DifferentiationError,
      mentions: ["vjp", "cotangent", "[3]", "[]"],
    },
    {
      attempt: "grad through an operation without a reverse rule",
      run: () => grad(sineWithout("reverse"))(1),
      error: DifferentiationError,
      mentions: ["mySine", "reverse rule", "other mode", "stopGradient"],
    },
    {
      attempt: "jvp through an operation without a forward rule",
      run: () => jvp(sineWithout("forward"))(1, 1),
      error: DifferentiationError,
      mentions: ["mySine", "forward rule", "other mode", "stopGradient"],
    },
  ],
  "shapes that do not fit": [
    {
      attempt: "adding vectors of unequal length",
      run: () => vector.add(tensor([1, 2])),
      error: ShapeError,
      mentions: ["add", "[3]", "[2]", "equal, 1 or missing"],
    },
    {
      attempt: "choosing between vectors of unequal length",
      run: () => where(vector.greater(2), tensor([1, 2]), 0),
      error: ShapeError,
      mentions: ["where", "[3]", "[2]", "equal, 1 or missing"],
    },
    {
      attempt: "multiplying matrices that do not fit",
      run: () => matmul(tensor([[1, 2]]), tensor([[1, 2]])),
      error: ShapeError,
      mentions: ["matmul", "2 columns on the left", "1 rows on the right"],
    },
    {
      attempt: "multiplying scalars as matrices",
      run: () => matmul(2, vector),
      error: ShapeError,
      mentions: ["matmul", "use mul", "[]", "[3]"],
    },
    {
      attempt: "reshaping to another number of elements",
      run: () => vector.reshape([2, 2]),
      error: ShapeError,
      mentions: ["reshape", "[3]", "[2, 2]"],
    },
    {
      attempt: "an index that does not exist",
      run: () => slice(vector, 3),
      error: ShapeError,
      mentions: ["slice", "axis 0", "extent 3", "3"],
    },
    {
      attempt: "an axis that does not exist",
      run: () => sum(vector, { axis: 1 }),
      error: ShapeError,
      mentions: ["sum", "no such axis", "1 axes", "1"],
    },
    {
      attempt: "item() of a vector",
      run: () => vector.item(),
      error: ShapeError,
      mentions: ["item()", "one element", "toArray()", "[3]"],
    },
    {
      attempt: "rows of unequal length",
      run: () => tensor([[1, 2], [3]]),
      error: ShapeError,
      mentions: ["rows must have one length", "2", "[1]", "1"],
    },
    {
      attempt: "mapping over axes of unequal extent",
      run: () => vmap((x: Tensor, y: Tensor) => x.add(y))(vector, tensor([1, 2])),
      error: ShapeError,
      mentions: ["vmap", "extent", "argument 1", "[2]"],
    },
  ],
  "values that are not numbers": [
    {
      attempt: "a string as a tensor",
      run: () => sin("1" as unknown as number),
      error: DTypeError,
      mentions: ["expected a tensor, a number", '"1"'],
    },
    {
      attempt: "a string among the elements",
      run: () => tensor([1, "2"] as unknown as number[]),
      error: DTypeError,
      mentions: ["expected a number", "[1]", '"2"'],
    },
    {
      attempt: "a dtype that there is not",
      run: () => cast(vector, "float64" as "f64"),
      error: DTypeError,
      mentions: ["f64, f32, i32 or bool", "float64"],
    },
  ],
  "matrices that cannot be worked with": [
    {
      attempt: "solving with a singular matrix",
      run: () =>
        solve(
          [
            [1, 2],
            [2, 4],
          ],
          [1, 1],
        ),
      error: LinearAlgebraError,
      mentions: ["solve", "singular", "lstsq", "[2, 2]"],
    },
    {
      attempt: "solving with a matrix that is not square",
      run: () => solve(tensor([[1, 2]]), [1]),
      error: ShapeError,
      mentions: ["solve", "square", "[1, 2]"],
    },
  ],
};

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.entries(misuses))("%s", (_, cases) => {
  it.each(cases)("$attempt: says what is wrong and what to do", ({ run, error, mentions }) => {
    const thrown = errorOf(run);
    expect(thrown).toBeInstanceOf(SteepestError);
    expect((thrown as SteepestError).constructor).toBe(error);
    const { message } = thrown as SteepestError;
    for (const part of mentions) expect(message).toContain(part);
    // One line, without a capital in front or a full stop behind.
    expect(message).toMatch(/^[^A-Z\n][^\n]*[^.\n]$/);
  });
});

describe("an attempt that was refused", () => {
  it("leaves the tensor as it was, and transforms in order", () => {
    const x = tensor([1, 2]);
    for (const name of ["data", "shape", 0] as const) errorOf(() => ((x as unknown as Untyped)[name] = [5]));
    expect(x.toArray()).toEqual([1, 2]);
    expect(x.shape).toEqual([2]);
    errorOf(() => grad((y: Tensor) => grad(sineWithout("reverse"))(y))(1));
    expect(grad((y: Tensor) => y.square())(3).item()).toBe(6);
    expect(grad(grad((y: Tensor) => y.pow(3)))(2).item()).toBe(12);
  });

  it("does not show in what enumerates a tensor", () => {
    expect(Object.keys(tensor([1, 2])).filter((key) => /^\d/.test(key))).toEqual([]);
    const seen: string[] = [];
    for (const key in tensor([1, 2])) seen.push(key);
    expect(seen.filter((key) => /^\d/.test(key))).toEqual([]);
    expect([...tensor([1, 2])].map((part) => part.item())).toEqual([1, 2]);
  });
});

describe("operations that the library makes itself", () => {
  it("all have both rules", () => {
    for (const op of ops.values()) {
      expect(op.forward, op.name).toBeTypeOf("function");
      expect(op.reverse, op.name).toBeTypeOf("function");
    }
  });
});
