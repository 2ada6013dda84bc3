/** Reads the number formats of the WebAssembly binary format, and throws where there is nothing left to read. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.#at === this.#end;
  }

  fail(reason: string): never {
    throw new Error(`malformed module at byte ${this.#at}: ${reason}`);
  }

  byte(): number {
    return this.#at < this.#end ? (this.#bytes[this.#at++] as number) : this.fail("it ends here");
  }

  /** The next bytes, as something to read of its own. */
  part(length: number): ByteReader {
    if (this.#at + length > this.#end) this.fail(`${length} bytes are more than there are`);
    const start = this.#at;
    this.#at += length;
    return new ByteReader(this.#bytes, start, this.#at);
  }

  /** LEB128 of a number in [0, 2³²). */
  unsigned(): number {
    const [value] = this.#leb128(32);
    return value < 2n ** 32n ? Number(value) : this.fail("a number of more than 32 bits");
  }

  /** Signed LEB128 of a number with so many bits. */
  signed(bits: number): bigint {
    const [value, width] = this.#leb128(bits);
    const number = BigInt.asIntN(width, value);
    return number === BigInt.asIntN(bits, number) ? number : this.fail(`a number of more than ${bits} bits`);
  }

  f32(): number {
    return this.#view(4).getFloat32(0, true);
  }

  f64(): number {
    return this.#view(8).getFloat64(0, true);
  }

  name(): string {
    let text = "";
    for (let length = this.unsigned(); length > 0; length--) text += String.fromCharCode(this.byte());
    return text;
  }

  #leb128(bits: number): [value: bigint, width: number] {
    let value = 0n;
    for (let width = 0; width < bits; width += 7) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(width);
      if (byte < 0x80) return [value, width + 7];
    }
    return this.fail(`a number of more than ${bits} bits`);
  }

  #view(length: number): DataView {
    const start = this.#at;
    this.part(length);
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start, length);
  }
}
