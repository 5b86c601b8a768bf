/** Ids of people in a row; an id is never broken over two lines. */
export function PersonIds({ ids }: { ids: readonly string[] }) {
  return (
    <span className="font-mono text-xs">
      {ids.map((id, i) => (
        <span key={id}>
          <span className="whitespace-nowrap">
            {id}
            {i < ids.length - 1 ? ',' : ''}
          </span>{' '}
        </span>
      ))}
    </span>
  );
}
