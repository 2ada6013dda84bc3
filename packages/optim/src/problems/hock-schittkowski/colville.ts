import { matmul, tensor, type Tensor } from "@steepest/autodiff";

/** The data of A. R. Colville's first problem (1968) and of its dual, HS86 and HS117. */
interface ColvilleData {
  readonly c: Tensor;
  readonly d: Tensor;
  readonly e: Tensor;
  /** [10, 5] */
  readonly a: Tensor;
  readonly b: Tensor;
}

const colville = (): ColvilleData => ({
  c: tensor([
    [30, -20, -10, 32, -10],
    [-20, 39, -6, -31, 32],
    [-10, -6, 10, -6, -10],
    [32, -31, -6, 39, -20],
    [-10, 32, -10, -20, 30],
  ]),
  d: tensor([4, 8, 10, 6, 2]),
  e: tensor([-15, -27, -36, -18, -12]),
  a: tensor([
    [-16, 2, 0, 1, 0],
    [0, -2, 0, 0.4, 2],
    [-3.5, 0, 2, 0, 0],
    [0, -2, 0, -4, -1],
    [0, -9, -2, 1, -2.8],
    [2, 0, -4, 0, 0],
    [-1, -1, -1, -1, -1],
    [-1, -2, -3, -2, -1],
    [1, 2, 3, 4, 5],
    [1, 1, 1, 1, 1],
  ]),
  b: tensor([-40, -2, -0.25, -4, -4, -1, -40, -60, 5, 1]),
});

/** eᵀx + xᵀCx + dᵀx³ */
export function colvilleObjective(x: Tensor): Tensor {
  const { c, d, e } = colville();
  return e
    .mul(x)
    .add(matmul(c, x).mul(x))
    .add(d.mul(x.pow(3)))
    .sum();
}

/** Ax − b */
export function colvilleInequalities(x: Tensor): Tensor {
  const { a, b } = colville();
  return matmul(a, x).sub(b);
}

/** With x = (y, z), y of ten, z of five variables: −bᵀy + zᵀCz + 2dᵀz³ */
export function colvilleDualObjective(x: Tensor): Tensor {
  const { b, c, d } = colville();
  const [y, z] = [x.slice([0, 10]), x.slice([10, 15])];
  return matmul(c, z)
    .mul(z)
    .add(d.mul(z.pow(3)).mul(2))
    .sum()
    .sub(b.mul(y).sum());
}

/** 2Cz + 3dz² + e − Aᵀy */
export function colvilleDualInequalities(x: Tensor): Tensor {
  const { a, c, d, e } = colville();
  const [y, z] = [x.slice([0, 10]), x.slice([10, 15])];
  return matmul(c, z).mul(2).add(d.mul(z.square()).mul(3)).add(e).sub(matmul(y, a));
}

/** HS119, Colville's seventh problem: Σ aᵢⱼ hᵢ hⱼ with hᵢ = xᵢ² + xᵢ + 1, where aᵢⱼ is 1 on the diagonal and for the pairs listed, otherwise 0. */
export function colvilleSeventhObjective(x: Tensor): Tensor {
  const partners = [
    [4, 7, 8, 16],
    [3, 7, 10],
    [7, 9, 10, 14],
    [7, 11, 15],
    [6, 10, 12, 16],
    [8, 15],
    [11, 13],
    [10, 15],
    [12, 16],
    [14],
    [13],
    [14],
    [14],
    [],
    [],
    [],
  ];
  const a = partners.map((row, i) =>
    Array.from({ length: 16 }, (_, j) => (i === j || row.includes(j + 1) ? 1 : 0)),
  );
  const h = x.square().add(x).add(1);
  return matmul(tensor(a), h).mul(h).sum();
}

/** The equalities of HS119: B (x₁, …, x₈) + (x₉, …, x₁₆) − c, but for −0.36 x₉ in the seventh row. */
export function colvilleSeventhEqualities(x: Tensor): Tensor {
  const b = tensor([
    [0.22, 0.2, 0.19, 0.25, 0.15, 0.11, 0.12, 0.13],
    [-1.46, 0, -1.3, 1.82, -1.15, 0, 0.8, 0],
    [1.29, -0.89, 0, 0, -1.16, -0.96, 0, -0.49],
    [-1.1, -1.06, 0.95, -0.54, 0, -1.78, -0.41, 0],
    [0, 0, 0, -1.43, 1.51, 0.59, -0.33, -0.43],
    [0, -1.72, -0.33, 0, 1.62, 1.24, 0.21, -0.26],
    [1.12, 0, 0, 0.31, 0, 0, 1.12, 0],
    [0, 0.45, 0.26, -1.1, 0.58, 0, -1.03, 0.1],
  ]);
  return matmul(b, x.slice([0, 8]))
    .add(x.slice([8, 16]))
    .sub(x.slice(8).mul([0, 0, 0, 0, 0, 0, 0.36, 0]))
    .sub([2.5, 1.1, -3.1, -3.5, 1.3, 2.1, 2.3, -1.5]);
}
