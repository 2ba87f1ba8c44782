import { LOCAL, type ModelName, type Namespace, parseModelName, splitModel } from '../ids/reference.ts';
import type { RegistryReader } from '../interfaces.ts';

/** How a model is called to people. */
export type NameOf = (model: ModelName) => string;

/** The namespace as the chain knows it. */
export async function canonicalNamespace(registry: RegistryReader, namespace: Namespace): Promise<Namespace> {
  return splitModel(await registry.canonical(parseModelName(`${namespace}/any`))).namespace;
}

/** On the private chain the user's own address is called `local`, as he wrote it; elsewhere every name is the chain's. */
export function displayNames(own: string | null): NameOf {
  return (model) => {
    const { namespace, name } = splitModel(model);
    return namespace === own ? `${LOCAL}/${name}` : model;
  };
}
