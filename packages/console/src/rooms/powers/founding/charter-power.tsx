/** One power of a charter in words: with how many it stops and resumes, who does what in it, and on which targets. */
import type { Power, PowerTarget } from '@sonae/core/nouns/authority/facts/power.ts';
import { useTexts } from '../../../i18n/language.ts';
import { criteriaText } from '../criteria-text.ts';
import { Bounds, Line, Quorums } from '../power-card.tsx';
import { actWords } from './act-words.ts';

type Props = { readonly power: Power; readonly able: readonly string[]; readonly founding: string };

export function CharterPower({ power, able, founding }: Props) {
  const texts = useTexts();
  const { t, pick } = texts;
  const { activation, release, governs } = power;
  return (
    <article className="flex flex-col gap-1.5 border-b border-line px-3 py-2.5 last:border-b-0">
      <div className="flex flex-wrap items-center gap-x-3">
        <h5 className="text-md font-semibold">{pick(power.says)}</h5>
        <span className="font-mono text-xs text-muted">{power.id}</span>
        {governs === null ? null : <span className="font-semibold">{t(`founding.governs.${governs}`)}</span>}
      </div>
      <p className="max-w-[88ch]">{pick(power.does)}</p>
      <Quorums view={{ power, able }} />
      <dl className="grid gap-x-6 gap-y-1.5 sm:grid-cols-2">
        <Line name={t('power.activation')}>
          {activation === null ? t('power.always') : criteriaText(activation, texts)}
        </Line>
        {governs === null ? (
          <Line name={t('power.release')}>
            {release === null ? t('power.always') : criteriaText(release, texts)}
          </Line>
        ) : null}
        <Line name={t('founding.who')}>
          <Who power={power} />
        </Line>
        <Line name={t('power.bounds')}>
          <Bounds view={{ power }} />
        </Line>
        <Line name={t('founding.targets')}>
          <ul>
            {power.targets.map((target) => (
              <Target key={target.id} target={target} power={power.id} founding={founding} />
            ))}
          </ul>
        </Line>
      </dl>
    </article>
  );
}

function Who({ power: { roles } }: { power: Power }) {
  const { t } = useTexts();
  const said = (ids: readonly string[]): { roles: string } => ({ roles: ids.join(', ') });
  const parts = [
    t('founding.who.request', said(roles.request)),
    t('founding.who.approve', said(roles.approve)),
    roles.execute.length === 0 ? t('founding.who.itself') : t('founding.who.execute', said(roles.execute)),
    t('founding.who.cancel', said(roles.cancel)),
    t('founding.who.review', said(roles.review)),
  ];
  return <>{parts.join(t('power.join'))}</>;
}

type TargetProps = { readonly target: PowerTarget; readonly power: string; readonly founding: string };

/** Its name is the writer's; what it does is read from the act itself, and stands there whole for whoever looks. */
function Target({ target, power, founding }: TargetProps) {
  const { t, pick } = useTexts();
  const words = actWords(target, power, founding);
  return (
    <li>
      <span className="font-medium">{pick(target.says)}</span>
      {words === null ? null : <>: {pick(words.title)}</>}
      {target.open.length === 0 ? null : (
        <span className="text-xs text-muted">
          {' '}
          · {t('founding.open', { fields: target.open.join(', ') })}
        </span>
      )}
      {words?.dangers.map((danger) => (
        <p key={danger.en} className="font-semibold text-critical">
          {pick(danger)}
        </p>
      ))}
      <details>
        <summary className="text-xs">
          {t('founding.exactly')}
          <span className="sr-only">: {pick(target.says)}</span>
        </summary>
        <pre className="border border-line bg-sunken p-2 font-mono text-2xs break-all whitespace-pre-wrap">
          {JSON.stringify({ act: target.act, resume: target.resume }, null, 1)}
        </pre>
      </details>
    </li>
  );
}
