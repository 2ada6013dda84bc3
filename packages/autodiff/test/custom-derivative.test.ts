import { describe, expect, it } from "vitest";
import {
  checkGrad,
  checkpoint,
  compile,
  customDerivative,
  DifferentiationError,
  grad,
  hessian,
  hessianDiagonal,
  implicit,
  jacobian,
  jvp,
  LinearAlgebraError,
  linearize,
  linspace,
  matmul,
  solve,
  stopGradient,
  tensor,
  toArrays,
  vmap,
  whileLoop,
  type Tensor,
} from "../src/index.ts";

describe("customDerivative", () => {
  const rules = {
    forward: customDerivative((x: Tensor) => x.exp().add(1).log(), {
      forward: ([dx], [x]) => dx.mul(x.sigmoid()),
    }),
    reverse: customDerivative((x: Tensor) => x.exp().add(1).log(), {
      reverse: (d, [x]) => [d.mul(x.sigmoid())],
    }),
  };
  it.each(Object.entries(rules))("works in both modes from a %s rule, to any order", (_, f) => {
    expect(grad(f)(1000).item()).toBe(1);
    expect(jvp(f)(1000, 2)[1].item()).toBe(2);
    const sigma = 1 / (1 + Math.exp(-0.3));
    expect(grad(grad(f))(0.3).item()).toBeCloseTo(sigma * (1 - sigma), 15);
    expect(grad(grad(grad(f)))(0.3).item()).toBeCloseTo(sigma * (1 - sigma) * (1 - 2 * sigma), 15);
    expect(compile(grad(f))(1000).item()).toBe(1);
    expect(vmap(grad(f))(tensor([1000, 0])).toArray()).toEqual([1, 0.5]);
    expect(checkGrad(f, { order: 2 })(0.3).reverse).toBeLessThan(1e-12);
  });

  const products = {
    forward: customDerivative((a: Tensor, b: Tensor) => a.mul(b).sum(), {
      forward: ([da, db], [a, b]) => da.mul(b).add(db.mul(a)).sum(),
    }),
    reverse: customDerivative((a: Tensor, b: Tensor) => a.mul(b).sum(), {
      reverse: (d, [a, b]) => [d.mul(b), d.mul(a)],
    }),
  };
  it.each(Object.entries(products))(
    "adds up, under vmap, what a shared argument gets from all: %s",
    (_, f) => {
      const rows = tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]);
      const total = (w: Tensor): Tensor =>
        vmap(f, { axes: [0, undefined] })(rows, w)
          .square()
          .sum();
      const plain = (w: Tensor): Tensor => rows.matmul(w).square().sum();
      const w = tensor([1, -2]);
      expect(grad(total)(w).toArray()).toEqual(grad(plain)(w).toArray());
      expect(hessian(total)(w).toArray()).toEqual(hessian(plain)(w).toArray());
    },
  );

  it("computes the value outside of tensors if it likes", () => {
    const outside = customDerivative((x: Tensor) => tensor(Math.expm1(x.item())), {
      forward: ([dx], [x]) => dx.mul(x.exp()),
    });
    expect(outside(1e-12).item()).toBe(Math.expm1(1e-12));
    expect(grad(outside)(2).item()).toBeCloseTo(Math.exp(2), 14);
    expect(grad(grad(outside))(2).item()).toBeCloseTo(Math.exp(2), 14);
  });

  it("takes and gives trees", () => {
    const polar = customDerivative(
      ({ r, angle }: { r: Tensor; angle: Tensor }) =>
        [r.mul(angle.cos()), r.mul(angle.sin())] as [Tensor, Tensor],
      {
        reverse: ([u, v], [{ r, angle }]) => [
          {
            r: u.mul(angle.cos()).add(v.mul(angle.sin())),
            angle: v.mul(angle.cos()).sub(u.mul(angle.sin())).mul(r),
          },
        ],
      },
    );
    const length = (at: { r: Tensor; angle: Tensor }): Tensor => {
      const [x, y] = polar(at);
      return x.square().add(y.square());
    };
    const { r, angle } = grad(length)({ r: 3, angle: 0.5 });
    expect(r.item()).toBeCloseTo(6, 14);
    expect(angle.item()).toBeCloseTo(0, 14);
    expect(compile(grad(length))({ r: 3, angle: 0.5 }).r.item()).toBeCloseTo(6, 14);
  });

  it("clips a gradient going back, and leaves the value alone", () => {
    const clipped = customDerivative((x: Tensor) => x.mul(1), { reverse: (d) => [d.maximum(-1).minimum(1)] });
    expect(grad((x: Tensor) => clipped(x).mul(50))(3).item()).toBe(1);
    expect(clipped(3).item()).toBe(3);
  });

  it("says what is wrong", () => {
    expect(() => customDerivative((x: Tensor) => x, {})).toThrow("expected a forward or a reverse rule");
    const short = customDerivative((x: Tensor) => x.exp(), { reverse: () => [] as never });
    expect(() => grad(short)(1)).toThrow(DifferentiationError);
    expect(() => grad(short)(1)).toThrow("an adjoint for each of the 1 arguments: 0");
    const shape = customDerivative((x: Tensor) => x.exp(), { forward: () => tensor([1, 2]) });
    expect(() => jvp(shape)(1, 1)).toThrow("the forward rule must return the shape [] in place 0: [2]");
    const closed = (w: Tensor): Tensor =>
      customDerivative((x: Tensor) => x.mul(w), { forward: ([dx]) => dx })(2);
    expect(() => grad(closed)(3)).toThrow("pass it as an argument");
    expect(() => compile(grad(closed))(3)).toThrow("pass it as an argument");
    expect(closed(tensor(3)).item()).toBe(6);
  });
});

describe("stopGradient", () => {
  it("is a constant to every derivative, and nothing in compiled code", () => {
    const f = (x: Tensor): Tensor => x.mul(stopGradient(x));
    expect(grad(f)(3).item()).toBe(3);
    expect(grad(grad(f))(3).item()).toBe(0);
    expect(compile(grad(f))(3).item()).toBe(3);
    expect(vmap(grad(f))(tensor([3, 4])).toArray()).toEqual([3, 4]);
    expect(compile(f).describe(3)).not.toContain("stopGradient");
  });
});

describe("checkpoint", () => {
  it("computes again what it did not keep", () => {
    let runs = 0;
    const f = checkpoint((x: Tensor) => {
      runs++;
      return x.sin().exp();
    });
    expect(f(0).item()).toBe(1);
    expect(runs).toBe(1);
    expect(grad(f)(0).item()).toBe(1);
    expect(runs).toBe(3);
  });

  it("works with host control flow and with values from around it", () => {
    const f = (w: Tensor): Tensor =>
      checkpoint((x: Tensor) => {
        let y = x;
        while (y.item() < 10) y = y.mul(w).add(1);
        return y;
      })(1.5);
    const plain = (w: Tensor): Tensor => {
      let y = tensor(1.5);
      while (y.item() < 10) y = y.mul(w).add(1);
      return y;
    };
    expect(grad(f)(1.7).item()).toBeCloseTo(grad(plain)(1.7).item(), 13);
    expect(grad(grad(f))(1.7).item()).toBeCloseTo(grad(grad(plain))(1.7).item(), 12);
    expect(jvp(f)(1.7, 1)[1].item()).toBeCloseTo(grad(plain)(1.7).item(), 13);
  });

  it("leaves no trace in compiled code", () => {
    const f = checkpoint((x: Tensor) => x.sin().exp());
    expect(compile(grad(f)).describe(1)).not.toContain("checkpoint");
  });
});

describe("linearize", () => {
  it("runs the function once for any number of directions", () => {
    let runs = 0;
    const [value, push] = linearize(
      (x: Tensor) => {
        runs++;
        return { double: x.mul(2), square: x.square() };
      },
      tensor([1, 2]),
    );
    expect(toArrays(value)).toEqual({ double: [2, 4], square: [1, 4] });
    expect(toArrays(push([1, 0]))).toEqual({ double: [2, 0], square: [2, 0] });
    expect(toArrays(push([0, 3]))).toEqual({ double: [0, 6], square: [0, 12] });
    expect(runs).toBe(1);
    expect(() => push([1, 2, 3])).toThrow("the tangent must have shape [2], found [3]");
  });

  it("gives a map that can be differentiated and mapped itself", () => {
    const [, push] = linearize((x: Tensor) => x.square().sum(), tensor([1, 2]));
    expect(grad(push)(tensor([5, 6])).toArray()).toEqual([2, 4]);
    expect(
      vmap(push)(
        tensor([
          [1, 0],
          [0, 1],
        ]),
      ).toArray(),
    ).toEqual([2, 4]);
  });
});

describe("implicit", () => {
  it("differentiates a root found on plain numbers, to any order", () => {
    // Kepler's equation E − e sin E = M: dE/dM = 1 / (1 − e cos E), dE/de = sin E / (1 − e cos E)
    const anomaly = implicit(
      (mean: Tensor, eccentricity: Tensor) => {
        let e = mean.item();
        for (let i = 0; i < 50; i++)
          e -=
            (e - eccentricity.item() * Math.sin(e) - mean.item()) / (1 - eccentricity.item() * Math.cos(e));
        return tensor(e);
      },
      (e: Tensor, mean: Tensor, eccentricity: Tensor) => e.sub(eccentricity.mul(e.sin())).sub(mean),
    );
    const E = anomaly(1, 0.3).item();
    expect(E - 0.3 * Math.sin(E)).toBeCloseTo(1, 15);
    const slope = 1 / (1 - 0.3 * Math.cos(E));
    expect(grad(anomaly)(1, 0.3).item()).toBeCloseTo(slope, 14);
    expect(grad((e: Tensor) => anomaly(1, e))(0.3).item()).toBeCloseTo(Math.sin(E) * slope, 14);
    expect(jvp(anomaly)(1, 1, 0.3)[1].item()).toBeCloseTo(slope, 14);
    // d²E/dM² = −e sin E / (1 − e cos E)³
    expect(grad(grad(anomaly))(1, 0.3).item()).toBeCloseTo(-0.3 * Math.sin(E) * slope ** 3, 13);
  });

  it("differentiates a minimum: ridge regression against its closed form", () => {
    const [a, y] = [
      tensor([
        [1, 2],
        [3, 4],
        [5, 7],
      ]),
      tensor([1, 0, 2]),
    ];
    const loss = (x: Tensor, penalty: Tensor): Tensor =>
      matmul(a, x).sub(y).square().sum().add(penalty.mul(x.square().sum()));
    const closed = (penalty: Tensor): Tensor =>
      solve(
        a
          .transpose()
          .matmul(a)
          .add(
            tensor([
              [1, 0],
              [0, 1],
            ]).mul(penalty),
          ),
        a.transpose().matmul(y),
      );
    const fitted = implicit(
      (penalty: Tensor) => closed(penalty),
      (x: Tensor, penalty: Tensor) => grad((z: Tensor) => loss(z, penalty))(x),
    );
    const expected = jacobian(closed)(0.5).data;
    jacobian(fitted)(0.5).data.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 13));
    const curvature = hessian((p: Tensor) => closed(p).square().sum())(0.5).item();
    expect(hessian((p: Tensor) => fitted(p).square().sum())(0.5).item()).toBeCloseTo(curvature, 12);
  });

  it("gives trees, compiles and maps where the solution is written with tensors", () => {
    const roots = implicit(
      (c: Tensor) => {
        const root = whileLoop<Tensor>(
          (x) => x.mul(x).sub(c).abs().greater(c.mul(1e-14)),
          (x) => x.add(c.div(x)).div(2),
          c,
        );
        return { up: root, down: root.neg() };
      },
      ({ up, down }: { up: Tensor; down: Tensor }, c: Tensor) => [up.square().sub(c), down.square().sub(c)],
    );
    const sum = (c: Tensor): Tensor => roots(c).up.mul(3).add(roots(c).down);
    expect(grad(sum)(4).item()).toBeCloseTo(0.5, 14);
    expect(compile(grad(sum))(4).item()).toBeCloseTo(0.5, 14);
    expect(
      vmap(grad(sum))(tensor([4, 16]))
        .slice(1)
        .item(),
    ).toBeCloseTo(0.25, 14);
  });

  it("says what is wrong", () => {
    const two = implicit(
      (a: Tensor) => a,
      (x: Tensor, a: Tensor) => [x.sub(a), x],
    );
    expect(() => grad(two)(1)).toThrow("must have as many elements as the solution, 1: 2");
    const flat = implicit(
      (a: Tensor) => a.mul(0),
      (x: Tensor, a: Tensor) => x.square().mul(a),
    );
    expect(() => grad(flat)(1)).toThrow(LinearAlgebraError);
  });
});

describe("hessianDiagonal", () => {
  it("takes one product for a separable function of any size, and the digits of the whole Hessian", () => {
    const f = (x: Tensor): Tensor => x.pow(3).add(x.sin()).sum();
    const x = linspace(0.5, 2, 3000);
    const expected = Array.from(x.data, (v) => 6 * v - Math.sin(v));
    hessianDiagonal(f)(x).data.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 12));
  });

  it("finds what is zero, and works on trees, through compile, vmap and further derivatives", () => {
    const chain = (x: Tensor): Tensor =>
      x
        .slice([1])
        .sub(x.slice([0, -1]).square())
        .square()
        .sum();
    const diagonal = (x: Tensor): Tensor => hessianDiagonal(chain)(x);
    const whole = (x: Tensor): number[] =>
      (hessian(chain)(x).toArray() as number[][]).map((row, i) => row[i] as number);
    const x = tensor([1, 2, -1, 0.5]);
    expect(diagonal(x).toArray()).toEqual(whole(x));
    expect(compile(diagonal)(x).toArray()).toEqual(whole(x));
    expect(
      vmap(diagonal)(
        tensor([
          [1, 2],
          [0, 3],
        ]),
      ).toArray(),
    ).toEqual([whole(tensor([1, 2])), whole(tensor([0, 3]))]);
    const tree = hessianDiagonal(({ a, b }: { a: Tensor; b: Tensor }) =>
      a.mul(b).square().sum().add(b.pow(3)),
    )({ a: tensor([1, 2]), b: 3 });
    expect(toArrays(tree)).toEqual({ a: [18, 18], b: 28 });
    expect(hessianDiagonal((y: Tensor) => y.mul(2).sum())(x).toArray()).toEqual([0, 0, 0, 0]);
    // Σ over i of ∂²/∂xᵢ² of x⁴ is 12 Σ x²: its gradient is 24 x
    expect(grad((y: Tensor) => hessianDiagonal((z: Tensor) => z.pow(4).sum())(y).sum())(x).toArray()).toEqual(
      [24, 48, -24, 12],
    );
  });
});
