import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  derivative,
  erfc,
  faddeevaImaginary,
  faddeevaImaginaryDerivative,
  faddeevaReal,
  faddeevaRealDerivative,
  grad,
  linspace,
  tensor,
  voigt,
  voigtDerivative,
  voigtDispersionDerivative,
  type Tensor,
  type TensorLike,
} from "../src/index.ts";
import { specialValues } from "./special-values.ts";

function expectClose(actual: number, expected: number, tolerance: number, size = Math.abs(expected)): void {
  expect(Math.abs(actual - expected), `${actual}, expected ${expected}`).toBeLessThanOrEqual(
    tolerance * size,
  );
}

const w = (x: number, y: number): [number, number] => [
  faddeevaReal(x, y).item(),
  faddeevaImaginary(x, y).item(),
];
const real = fc.double({ min: -12, max: 12, noNaN: true });
const upper = fc.double({ min: 0, max: 12, noNaN: true });

describe("the Faddeeva function", () => {
  it("has known values", () => {
    expect(w(0, 0)).toEqual([expect.closeTo(1, 15), 0]);
    // The largest value of Dawson's integral (DLMF 7.8(i)): F(0.92413 88730) = 0.54104 42246, and w(x) = e^(−x²) + 2i/√π F(x).
    expectClose(w(0.924138873, 0)[1], (2 / Math.sqrt(Math.PI)) * 0.5410442246351817, 1e-15);
    expectClose(w(3, 0)[0], Math.exp(-9), 3e-16);
    // e·erfc(1)
    expectClose(w(0, 1)[0], 0.427583576155807, 1e-15);
  });

  it("is e^(y²) erfc y on the imaginary axis, where it is real", () => {
    for (const y of [0.01, 0.3, 1, 2.5, 6, 20]) {
      expectClose(w(0, y)[0], Math.exp(y * y) * erfc(y).item(), 3e-16 * (1 + y * y));
      expect(w(0, y)[1]).toBe(0);
    }
    // Far out: 1/(√π y) (1 − 1/(2y²) + …)
    expectClose(w(0, 1e5)[0], (1 - 0.5e-10) / (Math.sqrt(Math.PI) * 1e5), 4e-16);
    expectClose(w(0, 1e200)[0], 1 / (Math.sqrt(Math.PI) * 1e200), 4e-16);
  });

  it("is mirrored: w(−x + iy) is the conjugate of w(x + iy), and w(z) + w(−z) = 2e^(−z²)", () => {
    fc.assert(
      fc.property(real, upper, (x, y) => {
        const [a, b] = w(x, y);
        expect(w(-x, y)).toEqual([a, b === 0 ? expect.closeTo(0, 300) : -b]);
        if (y > 5) return;
        const [c, d] = w(-x, -y);
        const size = Math.exp(y * y - x * x);
        const tolerance = 1e-15 * (size * (1 + x * x + y * y) + Math.hypot(a, b));
        expectClose(a + c, 2 * size * Math.cos(2 * x * y), tolerance, 1);
        expectClose(b + d, -2 * size * Math.sin(2 * x * y), tolerance, 1);
      }),
    );
  });

  it("ends where e^(−z²) ends", () => {
    expect(w(0, -30)).toEqual([Infinity, 0]);
    expect(w(1, -30)[0]).toBe(Math.sign(Math.cos(60)) * Infinity);
    expect(w(1, -30)[1]).toBe(Math.sign(Math.sin(60)) * Infinity);
    expect(w(Infinity, 1)).toEqual([0, 0]);
    expect(w(1, Infinity)).toEqual([0, 0]);
    expect(w(40, 0)[0]).toBe(0);
    expect(w(NaN, 1)).toEqual([NaN, NaN]);
    expect(faddeevaRealDerivative([0.5, -1, 101], 1, 1).toArray()).toEqual([NaN, NaN, NaN]);
  });

  it("has the derivatives of the table, by differentiating one after the other", () => {
    for (const row of specialValues.faddeeva.filter(([n]) => n === 3)) {
      const [, x, y, re, , im] = row as [number, number, number, number, number, number];
      const size = Math.hypot(re, im);
      expectClose(derivative((t) => faddeevaReal(t, y), 3)(x).item(), re, 5e-13, size);
      expectClose(derivative((t) => faddeevaImaginary(t, y), 3)(x).item(), im, 5e-13, size);
      // ∂/∂y is i times the derivative: three times gives −i w‴, whose real part is Im w‴.
      expectClose(derivative((t) => faddeevaReal(x, t), 3)(y).item(), im, 5e-13, size);
      expectClose(derivative((t) => faddeevaImaginary(x, t), 3)(y).item(), -re, 5e-13, size);
    }
  });

  it("follows w″ = −2z w′ − 2w, where nothing cancels", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (x, y) => {
          const [a, b] = w(x, y);
          const [p, q] = [
            faddeevaRealDerivative(1, x, y).item(),
            faddeevaImaginaryDerivative(1, x, y).item(),
          ];
          const size = 2 * Math.hypot(x, y) * Math.hypot(p, q) + 2 * Math.hypot(a, b);
          expectClose(faddeevaRealDerivative(2, x, y).item(), -2 * (x * p - y * q) - 2 * a, 2e-14, size);
          expectClose(faddeevaImaginaryDerivative(2, x, y).item(), -2 * (x * q + y * p) - 2 * b, 2e-14, size);
        },
      ),
    );
  });

  it("keeps all digits of its derivative far out, where −2zw + 2i/√π has none left", () => {
    // w′(z) = −i/(√π z²) (1 + 3/(2z²) + …); on the imaginary axis −2zw + 2i/√π is off by y² units in the last place.
    const y = 1e7;
    const expected = (1 - 1.5 / (y * y)) / (Math.sqrt(Math.PI) * y * y);
    expectClose(faddeevaImaginaryDerivative(1, 0, y).item(), expected, 1e-15);
    expectClose(derivative((t) => faddeevaReal(0, t))(y).item(), -expected, 1e-15);
  });
});

const lorentzian = (x: number, g: number): number => g / (Math.PI * (x * x + g * g));
const gaussian = (x: number, s: number): number =>
  Math.exp((-x * x) / (2 * s * s)) / (s * Math.sqrt(2 * Math.PI));

describe("the Voigt profile", () => {
  it("is the convolution of a Gaussian and a Lorentzian", () => {
    for (const [x, sigma, g] of [
      [0, 1, 1],
      [1.3, 0.7, 0.4],
      [-4, 1.5, 0.8],
    ] as const) {
      // The trapezoidal rule converges geometrically; with this step its error is below rounding.
      const step = 0.02;
      let sum = 0;
      for (let k = -700; k <= 700; k++) sum += gaussian(k * step, sigma) * lorentzian(x - k * step, g) * step;
      expectClose(voigt(x, sigma, g).item(), sum, 1e-13);
    }
  });

  it("has an integral of 1", () => {
    const step = 0.05;
    const x = linspace(-5000, 5000, 200_001);
    const tails = (2 * 0.5) / (Math.PI * 5000);
    expectClose(voigt(x, 0.8, 0.5).sum().mul(step).item() + tails, 1, 1e-7);
  });

  it("is the Lorentzian for σ = 0, with all derivatives", () => {
    const [x, g] = [0.7, 1.3];
    const at = (f: (x: TensorLike) => TensorLike): number => derivative(f)(x).item();
    expectClose(voigt(x, 0, g).item(), lorentzian(x, g), 4e-16);
    expectClose(voigt(x, 1e-12, g).item(), lorentzian(x, g), 4e-16);
    expectClose(
      at((t) => voigt(t, 0, g)),
      (-2 * x * lorentzian(x, g)) / (x * x + g * g),
      1e-15,
    );
    expectClose(
      derivative((t) => voigt(x, 0, t))(g).item(),
      lorentzian(x, g) * (1 / g - (2 * g) / (x * x + g * g)),
      1e-15,
    );
    expect(Math.abs(derivative((t) => voigt(x, t, g))(0).item())).toBe(0);
    // V = L + σ²/2 L″ + σ⁴/8 L⁗ + …, so ∂²V/∂σ² = L″ and ∂⁴V/∂σ⁴ = 3 L⁗.
    const plain = (t: Tensor): Tensor => tensor(g / Math.PI).div(t.square().add(g * g));
    expectClose(derivative((t) => voigt(x, t, g), 2)(0).item(), derivative(plain, 2)(x).item(), 1e-14);
    expectClose(derivative((t) => voigt(x, t, g), 4)(0).item(), 3 * derivative(plain, 4)(x).item(), 1e-14);
  });

  it("is the Gaussian for γ = 0, with all derivatives", () => {
    const [x, sigma] = [1.1, 0.6];
    const plain = (t: Tensor): Tensor =>
      t
        .square()
        .mul(-0.5 / (sigma * sigma))
        .exp()
        .div(sigma * Math.sqrt(2 * Math.PI));
    expectClose(voigt(x, sigma, 0).item(), gaussian(x, sigma), 1e-15);
    for (const n of [1, 2, 3])
      expectClose(derivative((t) => voigt(t, sigma, 0), n)(x).item(), derivative(plain, n)(x).item(), 1e-14);
    expectClose(
      derivative((t) => voigt(x, t, 0))(sigma).item(),
      gaussian(x, sigma) * ((x * x) / sigma ** 3 - 1 / sigma),
      1e-14,
    );
    // ∂V/∂γ at γ = 0 is not 0: the profile loses at its peak 2/√π · 1/(√π 2σ²).
    expectClose(derivative((t) => voigt(0, sigma, t))(0).item(), -1 / (Math.PI * sigma * sigma), 1e-15);
    expect(voigt(30, 0.5, 0).item()).toBe(0);
  });

  it("is all at 0 for σ = γ = 0", () => {
    expect(voigt([0, 1, -2], 0, 0).toArray()).toEqual([Infinity, 0, 0]);
    expect(Math.abs(grad((x: Tensor) => voigt(x, 0, 0))(1).item())).toBe(0);
    expectClose(voigtDispersionDerivative(0, 2, 0, 0).item(), 1 / (2 * Math.PI), 4e-16);
  });

  it("depends on σ² and |x| only, and goes on below γ = 0", () => {
    fc.assert(
      fc.property(real, fc.double({ min: 0, max: 3, noNaN: true }), upper, (x, sigma, g) => {
        const value = voigt(x, sigma, g).item();
        expect(voigt(x, -sigma, g).item()).toBe(value);
        expect(voigt(-x, sigma, g).item()).toBe(value);
        expect(voigtDerivative(0, x, sigma, g).item()).toBe(value);
      }),
    );
    // Analytic in γ: its mean over a circle of four points is its value up to fourth order.
    const mean = voigt(0.3, 1, [-1e-3, 1e-3]).mean().item();
    const second = derivative((t) => voigt(0.3, 1, t), 2)(0).item();
    expectClose(mean, voigt(0.3, 1, 0).item() + 0.5e-6 * second, 1e-12);
    expect(voigt(0, 1, -60).item()).toBe(Infinity);
  });

  it("has exact derivatives where it is nearly a Lorentzian: those of its expansion in σ", () => {
    // The quotient rule would lose γ²/σ² units in the last place here.
    const [x, sigma, g] = [0.7, 1e-5, 1.3];
    const plain = (t: Tensor): Tensor => tensor(g / Math.PI).div(t.square().add(g * g));
    expectClose(
      derivative((t) => voigt(x, t, g))(sigma).item(),
      sigma * derivative(plain, 2)(x).item() + (sigma ** 3 / 2) * derivative(plain, 4)(x).item(),
      1e-14,
    );
  });

  it("fits in f32 and broadcasts", () => {
    const x = tensor([0, 1], { dtype: "f32" });
    expect(voigt(x, 1, 0.5).dtype).toBe("f32");
    expect(grad((s: Tensor) => voigt(x, s, 0.5).sum())(tensor(1, { dtype: "f32" })).dtype).toBe("f32");
    expect(voigt(linspace(-1, 1, 3), tensor([[1], [2]]), 0.5).shape).toEqual([2, 3]);
  });
});
