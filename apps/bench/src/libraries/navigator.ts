// jax-js asks a browser's `navigator` which machine it is on; Node.js has one from version 21 on.
globalThis.navigator ??= { userAgent: "Node.js" } as Navigator;
