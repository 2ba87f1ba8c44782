export { InProcessModelSource } from './in-process.ts';
export type { FetchedModel, FetchOptions, ModelSource } from './model-source.ts';
