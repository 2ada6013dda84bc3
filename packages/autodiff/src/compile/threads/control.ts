/*
 * Words in the memory of a program by which its main thread and its workers agree on who does what. Those that are
 * written all the time have a cache line of 64 bytes each, so that writing one does not delay readers of another.
 */

/** Places of the words, in bytes from the start of the control block. */
export const control = {
  /**
   * work · 2¹⁶ + chunks not yet taken. A thread takes a chunk by exchanging the word for one less. All that describes a
   * chunk is in this word (the extents of a work are constants of the code), so a thread that comes late cannot take a
   * chunk of one job for a chunk of another. Negative: leave this program.
   */
  job: 0,
  /** Chunks not yet finished: the main thread waits until it is 0, for those alone who hold chunks. */
  pending: 64,
  /** One bit for each worker that has the program. */
  ready: 128,
  /** One bit for each worker that is watching the job word right now. */
  hot: 132,
  /** `threw` or `lost`. */
  failed: 136,
  /** How many times in a row the main thread finds no progress until it gives the workers up. */
  patience: 140,
  /** How often it looks before it waits, and whether it may wait: in a page's main thread it may not. */
  spins: 144,
  mayWait: 148,
} as const;

/** Bytes of a control block, which starts at a multiple of 64. */
export const controlBytes = 192;

/** The job word that sends workers away. */
export const leave: number = -65536;

/** What the word `failed` says: a chunk threw, or did not end in time. */
export const threw = 1;
export const lost = 2;
