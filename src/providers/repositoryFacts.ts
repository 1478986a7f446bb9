import type { Hub, HubFetch } from '../hub/hub.ts';
import type { ModelInfo } from './languageModel.ts';

/** What the Hub's list tells of a repository; what it does not say is absent. */
export interface RepositoryFacts {
  readonly parameters?: number;
  readonly licence?: string;
  /** ISO 8601 date. */
  readonly released?: string;
}

/** As many as the router serves, and some to spare; the Hub gives a thousand a page. */
const MOST_REPOSITORIES = 1000;

/**
 * Asks the Hub for the facts of all repositories that an inference provider serves, in one request, by lower-case name.
 * Throws Failure.
 */
export async function listRepositoryFacts(hub: Hub, signal: AbortSignal): Promise<Map<string, RepositoryFacts>> {
  const { listModels } = await import('@huggingface/hub');
  const fetch: HubFetch = (input, init) => hub.request(input, 'the list of models', signal, init);
  const facts = new Map<string, RepositoryFacts>();
  try {
    for await (const entry of listModels({
      search: { inferenceProviders: ['all'], task: 'text-generation' },
      additionalFields: ['safetensors', 'tags', 'createdAt'],
      sort: 'downloads',
      limit: MOST_REPOSITORIES,
      hubUrl: hub.endpoint,
      fetch,
    })) {
      const licence = entry.tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length);
      facts.set(entry.name.toLowerCase(), {
        ...(entry.safetensors && { parameters: entry.safetensors.total }),
        ...(licence !== undefined && { licence }),
        ...(entry.createdAt && { released: entry.createdAt.slice(0, 10) }),
      });
    }
  } catch (error) {
    throw hub.explain(error, 'the list of models', signal);
  }
  return facts;
}

/** The models with what the Hub knows of their repositories; what their own list says comes first. */
export function withRepositoryFacts(
  models: readonly ModelInfo[],
  facts: ReadonlyMap<string, RepositoryFacts>,
): ModelInfo[] {
  return models.map((model) => {
    // The router's names may end in the provider that is to answer.
    const repository = model.model.replace(/:[\w-]+$/, '').toLowerCase();
    const known = facts.get(repository);
    // Counted parameters are better than those of a name.
    return { ...known, ...model, ...(known?.parameters !== undefined && { parameters: known.parameters }) };
  });
}
