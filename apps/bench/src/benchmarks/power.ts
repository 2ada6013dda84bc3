/** A power of ten for a name: 1000 is `1e3`. */
export function power(size: number): string {
  return size.toExponential().replace("+", "");
}
