// TypeScript describes WebAssembly together with the DOM only; this is the part that Node has and slots need. A file of its
// own, so that it stays out of the types of the package: a user's program may have the DOM's.
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number; maximum: number; shared: true });
    readonly buffer: SharedArrayBuffer;
  }
}
