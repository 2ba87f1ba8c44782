/** Formats that hold data alone. None is called safe: a loader may have faults of its own. */
export const DATA_FORMATS = [
  'safetensors',
  'gguf',
  'onnx',
  'sentencepiece',
  'numpy',
  'json',
  'text',
  'image',
] as const;

/** Formats that make their loader run what they say, or that are programs. */
export const CODE_FORMATS = [
  'pickle',
  'python',
  'script',
  'program',
  'custom-code',
  'hdf5',
  'tensorflow',
] as const;

/** And what nothing can be said of: what lies in an archive, and all that is none of these. */
export const OPAQUE_FORMATS = ['archive', 'unknown'] as const;

/** What a file is, by its content. */
export type FileFormat =
  | (typeof DATA_FORMATS)[number]
  | (typeof CODE_FORMATS)[number]
  | (typeof OPAQUE_FORMATS)[number];

/** What may be allowed for a model beside data. */
export const REFUSED_FORMATS = [...CODE_FORMATS, ...OPAQUE_FORMATS] as const;
/** A format that no model may bring to inference unless it is allowed for it. */
export type RefusedFormat = (typeof REFUSED_FORMATS)[number];

/** The judgement on one file. */
export interface Verdict {
  readonly format: FileFormat;
  /** As a noun, for people: `a pickle that calls os.system`. */
  readonly what: string;
}

export function isRefused(format: FileFormat): format is RefusedFormat {
  return (REFUSED_FORMATS as readonly FileFormat[]).includes(format);
}

export function runsCode(format: FileFormat): boolean {
  return (CODE_FORMATS as readonly FileFormat[]).includes(format);
}

/** A name out of a hostile file, cut short and without what could write to a terminal. */
export function shown(text: string): string {
  return text.slice(0, 80).replace(/[^\x20-\x7e]/g, '?');
}
