/** What the room of proofs reads and sends: the public list of epochs, and what only the firm may ask for. */
import type { CommandAnswer } from '@sonae/core/app/api.ts';
import type { Epochs, PublishedEpoch } from '@sonae/core/nouns/reserves/views/epochs.ts';
import { queryOptions } from '@tanstack/react-query';
import { get, post } from '../../api.ts';

const segment = encodeURIComponent;
export const LIST_ADDRESS = '/public/liabilities.json';
export const publicAddress = (epoch: string, rest: string): string =>
  `/public/liabilities/${segment(epoch)}/${rest}`;

/** Newest first. */
export const epochsQuery = queryOptions({ queryKey: ['epochs'], queryFn: () => get<Epochs>(LIST_ADDRESS) });

export type Mode = PublishedEpoch['mode'];

export const publishEpoch = (book: string, epoch: string, mode: Mode): Promise<CommandAnswer> =>
  post(`/api/books/${segment(book)}/liabilities`, { epoch, mode });

/** @param reserves texts of statements of reserves */
export const stateSolvency = (epoch: string, reserves: readonly string[]): Promise<CommandAnswer> =>
  post(`/api/liabilities/${segment(epoch)}/solvency`, { reserves });

/** The whole file as text, to be handed over as it is. */
export async function fetchCustomerFile(epoch: string, customer: string): Promise<string> {
  return JSON.stringify(await get(`/api/liabilities/${segment(epoch)}/customers/${segment(customer)}`));
}
