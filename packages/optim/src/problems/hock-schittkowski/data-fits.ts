import { exp, tensor, type Tensor } from "@steepest/autodiff";

/** HS25: Σ (exp(−(uᵢ − x₂)^x₃ / x₁) − i/100)² with uᵢ = 25 + (−50 ln(i/100))^⅔, for i from 1 to 99. */
export function weibull(x: Tensor): Tensor {
  const shares = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
  const u = tensor(shares.map((share) => 25 + (-50 * Math.log(share)) ** (2 / 3)));
  const powers = u.sub(x.slice(1)).pow(x.slice(2)).div(x.slice(0));
  return powers.neg().exp().sub(tensor(shares)).square().sum();
}

/** HS57: x₁ + (0.49 − x₁) exp(−x₂ (t − 8)) fitted to measurements. */
export function availableChlorine(x: Tensor): Tensor {
  const weeks = tensor([
    8, 8, 10, 10, 10, 10, 12, 12, 12, 12, 14, 14, 14, 16, 16, 16, 18, 18, 20, 20, 20, 22, 22, 22, 24, 24, 24,
    26, 26, 26, 28, 28, 30, 30, 30, 32, 32, 34, 36, 36, 38, 38, 40, 42,
  ]);
  const chlorine = tensor([
    49, 49, 48, 47, 48, 47, 46, 46, 45, 43, 45, 43, 43, 44, 43, 43, 46, 45, 42, 42, 43, 41, 41, 40, 42, 40,
    40, 41, 40, 41, 41, 40, 40, 40, 38, 41, 40, 40, 41, 38, 40, 40, 39, 39,
  ]).div(100);
  const [x1, x2] = [x.slice(0), x.slice(1)];
  const model = weeks.sub(8).mul(x2).neg().exp().mul(x1.neg().add(0.49)).add(x1);
  return chlorine.sub(model).square().sum();
}

/**
 * HS70: a mixture of two gamma distributions of shapes x₁ and x₂, their Γ by Stirling's formula with its first correction,
 * fitted to 19 measurements. The book's 6.2832 stands for 2π.
 */
export function twoGammaDistributions(x: Tensor): Tensor {
  const times = tensor([0.1, ...Array.from({ length: 18 }, (_, i) => i + 1)]).div(7.658);
  const measured = tensor([
    0.00189, 0.1038, 0.268, 0.506, 0.577, 0.604, 0.725, 0.898, 0.947, 0.845, 0.702, 0.528, 0.385, 0.257,
    0.159, 0.0869, 0.0453, 0.01509, 0.00189,
  ]);
  const [x1, x2, x3, x4] = [x.slice(0), x.slice(1), x.slice(2), x.slice(3)];
  const b = x3.add(x3.neg().add(1).mul(x4));
  const density = (shape: Tensor, rate: Tensor): Tensor => {
    const stirling = shape.div(6.2832).sqrt().div(shape.mul(12).pow(-1).add(1));
    const kernel = times.pow(shape.sub(1)).mul(exp(shape.mul(times.mul(rate).neg().add(1))));
    return rate.pow(shape).mul(stirling).mul(kernel);
  };
  const model = density(x2, b)
    .mul(x3)
    .add(density(x1, b.div(x4)).mul(x3.neg().add(1)));
  return model.sub(measured).square().sum();
}

/** HS105: −ln of the likelihood of a mixture of three normal distributions, given how often each value was counted. */
export function threeNormalDistributions(x: Tensor): Tensor {
  const values = tensor([
    95, 105, 110, 115, 120, 125, 130, 135, 140, 145, 150, 155, 160, 165, 170, 175, 180, 185, 190, 195, 200,
    205, 210, 215, 220, 230, 235, 240, 245, 250,
  ]);
  const counts = tensor([
    1, 1, 4, 4, 15, 15, 15, 13, 21, 12, 17, 4, 20, 8, 17, 8, 6, 6, 7, 4, 3, 3, 8, 1, 6, 5, 1, 7, 1, 2,
  ]);
  const [x1, x2] = [x.slice(0), x.slice(1)];
  const density = (share: Tensor, mean: Tensor, deviation: Tensor): Tensor =>
    exp(values.sub(mean).div(deviation).square().div(-2)).mul(share.div(deviation));
  const total = density(x1, x.slice(2), x.slice(5))
    .add(density(x2, x.slice(3), x.slice(6)))
    .add(density(x1.add(x2).neg().add(1), x.slice(4), x.slice(7)));
  return total
    .div(Math.sqrt(2 * Math.PI))
    .log()
    .mul(counts)
    .sum()
    .neg();
}
