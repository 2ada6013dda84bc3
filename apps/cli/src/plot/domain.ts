import { extent } from "d3-array";

/** Least and greatest finite value, or an interval around them when they are one, or [0, 1] when there is none. */
export function finiteExtent(...series: readonly ArrayLike<number>[]): [low: number, high: number] {
  const [low, high] = extent(series.flatMap((values) => Array.from(values).filter(Number.isFinite)));
  if (low === undefined || high === undefined) return [0, 1];
  return low < high ? [low, high] : [low - (Math.abs(low) || 1), high + (Math.abs(high) || 1)];
}

/** What the vertical axis shows: all data, and the curve as far as it leaves them by at most half their range. */
export function verticalDomain(
  data: ArrayLike<number>,
  curve: ArrayLike<number>,
): [low: number, high: number] {
  const [dataLow, dataHigh] = finiteExtent(data);
  const [curveLow, curveHigh] = finiteExtent(data, curve);
  const reach = (dataHigh - dataLow) / 2;
  return [
    Math.min(dataLow, Math.max(curveLow, dataLow - reach)),
    Math.max(dataHigh, Math.min(curveHigh, dataHigh + reach)),
  ];
}
