/** The parts that every panel of the response is made of: a titled panel, named facts, an empty line, what was said. */
import { type ReactNode, useId } from 'react';

type SectionProps = {
  readonly title: string;
  readonly count?: number;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

export function Section({ title, count = 0, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section className="panel min-w-0" aria-labelledby={id}>
      <div className="panel-title">
        <h2 id={id}>{title}</h2>
        {count === 0 ? null : <span className="label">{count}</span>}
        {actions === undefined ? null : (
          <div className="flex flex-wrap gap-1.5 sm:ml-auto" data-chrome>
            {actions}
          </div>
        )}
      </div>
      {children}
    </section>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="p-3 text-muted">{children}</p>;
}

export function Named({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="label">{name}</dt>
      <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

export function NamedList({ children }: { children: ReactNode }) {
  return <dl className="flex flex-wrap gap-x-6 gap-y-1.5">{children}</dl>;
}

/** What a person wrote, with its line breaks and nothing else. */
export function Said({ children }: { children: string }) {
  return <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{children}</p>;
}

export function Rows({ children }: { children: ReactNode }) {
  return <ul className="[&>li]:border-b [&>li]:border-line [&>li:last-child]:border-b-0">{children}</ul>;
}
