import { prefersReducedMotion } from "svelte/motion";
import type { Studio } from "./studio.svelte.ts";

/** Tells the walk step by step while it plays; call while a component is set up. Without motion it is told by its end. */
export function playWalk(studio: Studio): void {
  $effect(() => {
    if (!studio.playing) return;
    if (prefersReducedMotion.current) {
      if (studio.run.phase !== "running") studio.goTo(studio.walk.length - 1);
      return;
    }
    let last = performance.now();
    let frame = requestAnimationFrame(function tick(time) {
      // A tab that was in the background does not jump.
      studio.advance(Math.min(0.1, Math.max(0, time - last) / 1000));
      last = time;
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  });
}
