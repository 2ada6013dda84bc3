import { compile, grad, vmap, fori, scan, whileLoop, tensor, sin, sum, stack } from "./src/index.ts";
const test = (name: string, f: any, ...args: any[]) => {
  const [a, b] = [compile(f)(...args), compile(f, { webAssembly: false })(...args)].map(String);
  console.log(a === b ? "ok" : "BAD", name, a, b);
  if (a !== b) console.log(compile(f).describe(...args));
};
for (const dtype of ["f64", "f32"] as const) {
const v = tensor([1, 2, 3, 4], { dtype });
test("while1", (x: any) => whileLoop((c: any) => c.sum().less(50), (c: any) => c.mul(1.5), x), v);
test("while2", (x: any) => whileLoop(([c, n]: any) => n.less(5), ([c, n]: any) => [c.mul(1.5), n.add(1)], [x, 0])[0], v);
test("fori", (x: any) => fori(0, 3, (i: any, c: any) => c.mul(1.5).add(i.mul(0.1).cast(dtype)), x), v);
test("fori0", (x: any) => fori(0, 1, (i: any, c: any) => c.mul(1.5).add(i.mul(0.1).cast(dtype)), x), tensor(1, {dtype}));
test("fori0 vmap", vmap((x: any) => fori(0, 1, (i: any, c: any) => c.mul(1.5).add(i.mul(0.1).cast(dtype)), x) as any), v);
test("swap", (x: any) => fori(0, 3, (i: any, [c, d]: any) => [d, c.mul(2)], [x, x.add(1)]), v);
test("scan", (x: any) => scan((c: any, e: any) => [c.add(e), c.mul(e)], tensor(1, {dtype}), x), v);
test("scan rows", (x: any) => scan((c: any, e: any) => [c.add(e), c.mul(e.sum())], tensor([1, 2], {dtype}), x.reshape([2, 2])), v);
}
