// A process of its own for one first call: how long it takes with an engine that has never seen the compiler run.
const { firstCall } = (await import(process.argv[2] as string)) as { firstCall: (c: number) => number[] };
const start = performance.now();
const numbers = firstCall(1);
const milliseconds = performance.now() - start;
console.log(JSON.stringify({ milliseconds, numbers }));

// It imports by name only, and is a module all the same.
export {};
