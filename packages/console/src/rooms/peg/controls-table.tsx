/**
 * Every control of the peg: what must hold, whether it does, since when, and the sentence a person can act
 * on.
 */
import type { ControlView } from '@sonae/core/app/api.ts';
import { useTexts } from '../../i18n/language.ts';
import { LevelChip } from '../../ui/level.tsx';
import { byWorst } from '../../ui/level-order.ts';
import { Elapsed, Moment } from '../../ui/moment.tsx';
import { measuredText } from '../../ui/number-format.ts';

export function ControlsTable({ controls }: { controls: readonly ControlView[] }) {
  const { t } = useTexts();
  const rows = [...controls].sort(byWorst);
  return (
    <section className="panel" aria-labelledby="controls">
      <div className="panel-title">
        <h2 id="controls">{t('peg.controls')}</h2>
        <span className="label">{controls.length}</span>
      </div>
      <table className="data stack">
        <thead>
          <tr>
            <th scope="col">{t('common.level')}</th>
            <th scope="col">{t('peg.control')}</th>
            <th scope="col">{t('peg.sentence')}</th>
            <th scope="col" className="num">
              {t('peg.measured')}
            </th>
            <th scope="col">{t('peg.since')}</th>
            <th scope="col">{t('peg.basis')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((control) => (
            <ControlRow key={control.id} control={control} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ControlRow({ control }: { control: ControlView }) {
  const { t, pick } = useTexts();
  const measured = measuredText(control.id, control.value);
  return (
    <tr data-row tabIndex={-1}>
      <td>
        <LevelChip level={control.level} />
      </td>
      <td className="sm:w-[19%]" data-label={t('peg.control')}>
        <div>
          <div>{pick(control.statement)}</div>
          <div className="font-mono text-2xs text-muted">{control.id}</div>
        </div>
      </td>
      <td className="sm:w-[34%]" data-label={t('peg.sentence')}>
        {control.why === null ? <span className="text-muted">–</span> : <span>{pick(control.why)}</span>}
      </td>
      <td className="num" data-label={t('peg.measured')}>
        {measured === null ? (
          <span className="text-muted">–</span>
        ) : (
          t(measured.key, { value: measured.value })
        )}
      </td>
      <td data-label={t('peg.since')}>
        {control.since === '' ? (
          <span className="text-muted">{t('peg.always')}</span>
        ) : (
          <div>
            <div>
              <Elapsed from={control.since} />
            </div>
            <div className="text-2xs text-muted">
              <Moment at={control.since} stacked />
            </div>
          </div>
        )}
      </td>
      <td className="text-xs text-muted sm:w-[20%]" data-label={t('peg.basis')}>
        <div>
          {control.basis.map((line) => (
            <div key={line}>{line}</div>
          ))}
          <div>
            {t('peg.owner')}: {control.owner}
          </div>
        </div>
      </td>
    </tr>
  );
}
