import type { Verdict } from './formats.ts';

/**
 * What is run by its name: what a text says can't be told from other texts, and TensorFlow passes over all fields of a
 * SavedModel that it does not know, so that one may be an ONNX model or a vocabulary, too.
 */
const RUN_BY_NAME: readonly (readonly [ending: RegExp, verdict: Verdict])[] = [
  [/\.(py[iwx]?|ipynb)$/i, { format: 'python', what: 'Python by its name' }],
  [
    /\.(sh|bash|zsh|fish|csh|ps1|bat|cmd|vbs|[cm]?js|[cm]?ts|rb|pl|lua|php|r|jl|tcl|groovy)$/i,
    { format: 'script', what: 'a script by its name' },
  ],
  [
    /(^|\/)saved_model\.(pb|cpb|pbtxt)$/i,
    { format: 'tensorflow', what: 'a SavedModel of TensorFlow by its name' },
  ],
];

/** A name makes no file better: this is asked only of what would be taken by its content. */
export function byName(path: string): Verdict | null {
  return RUN_BY_NAME.find(([ending]) => ending.test(path))?.[1] ?? null;
}
