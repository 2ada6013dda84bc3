import { describe, expect, it } from "vitest";
import { allLessons, lessonAt, stageOf, stages } from "../src/lib/course/outline.ts";
import { camps, lessonPosition, ridge } from "../src/lib/course/terrain.ts";

describe("the outline", () => {
  it("numbers 22 lessons through four stages, each once", () => {
    expect(stages.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    expect(allLessons.map(({ number }) => number)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
    expect(new Set(allLessons.map(({ id }) => id)).size).toBe(22);
  });

  it("finds the lesson of a page under any base path", () => {
    expect(lessonAt("/fit/")?.id).toBe("fit-studio");
    expect(lessonAt("/some/base/fit/")?.id).toBe("fit-studio");
    expect(lessonAt("/")).toBeUndefined();
    expect(lessonAt("/benefit/")).toBeUndefined();
  });

  it("knows the stage of every lesson", () => {
    for (const lesson of allLessons) expect(stageOf(lesson).lessons).toContain(lesson);
  });
});

describe("the mountain", () => {
  it("has a camp for every stage, each higher than the one before", () => {
    expect(camps.map(({ stage }) => stage)).toEqual(stages.map(({ number }) => number));
    for (const [i, camp] of camps.entries())
      if (i > 0) expect(camp.height).toBeGreaterThan(camps[i - 1]!.height);
  });

  it("is level at its camps and at their height", () => {
    for (const { along, height } of camps) {
      expect(ridge(along)).toBeCloseTo(height, 10);
      const slope = (ridge(along + 1e-4) - ridge(along - 1e-4)) / 2e-4;
      expect(Math.abs(slope)).toBeLessThan(0.05);
    }
  });

  it("is continuous and stays inside the picture", () => {
    let previous = ridge(0);
    for (let along = 0; along <= 1; along += 1e-4) {
      const height = ridge(along);
      expect(Math.abs(height - previous)).toBeLessThan(2e-3);
      expect(height).toBeGreaterThanOrEqual(0);
      expect(height).toBeLessThanOrEqual(1);
      previous = height;
    }
  });

  it("places the lessons in order, the last of a stage at its camp", () => {
    const places = stages.flatMap(({ number, lessons }) =>
      lessons.map((_, index) => lessonPosition(number, index, lessons.length)),
    );
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(lessonPosition(2, 6, 7)).toBeCloseTo(camps[1]!.along, 12);
    expect(() => lessonPosition(5, 0, 1)).toThrow("stage 5");
  });
});
