/** Who can be given a role, evidence or a task: everybody of the register, and whoever sits here. */
import { useQuery } from '@tanstack/react-query';
import { meQuery, powersQuery } from '../../queries.ts';

/** Myself first. */
export function usePrincipals(): readonly string[] {
  const { data: me } = useQuery(meQuery);
  const { data: page } = useQuery(powersQuery);
  const mine = me === undefined ? [] : [me.principal];
  return [...new Set([...mine, ...(page?.members ?? []).map(({ id }) => id)])];
}
