/** Prepared texts: which were approved beforehand, and approving one for a function of one's own. */
import type { CommsPage } from '@sonae/core/nouns/comms/views/page.ts';
import type { KnownTemplate } from '@sonae/core/nouns/comms/views/templates.ts';
import { CommandOutcome, type CommandState, useCommand } from '../../command.tsx';
import { useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { isBounded } from './template-fill.ts';

type Props = { readonly page: CommsPage; readonly me: string };

export function TemplatesPanel({ page, me }: Props) {
  const { t } = useTexts();
  const command = useCommand();
  return (
    <section className="panel" aria-labelledby="templates">
      <h2 id="templates" className="panel-title">
        {t('templates.title')}
      </h2>
      <p className="label px-3 pt-2">{t('templates.hint')}</p>
      <ul>
        {page.templates.map((known) => (
          <TemplateLine key={known.template.id} known={known} page={page} me={me} command={command} />
        ))}
      </ul>
      <div className="p-3 empty:hidden">
        <CommandOutcome command={command} quietWhenDone />
      </div>
    </section>
  );
}

type LineProps = Props & { readonly known: KnownTemplate; readonly command: CommandState };

function TemplateLine({ known, page, me, command }: LineProps) {
  const { t, pick } = useTexts();
  const { template, revision, adoptedBy, endorsements, author } = known;
  const isMine = author === me || endorsements.some(({ principal }) => principal === me);
  const functions = page.functions.standing.filter(
    (name) => !endorsements.some((endorsement) => endorsement.function === name),
  );
  return (
    <li className="border-b border-line px-3 py-2 last:border-b-0">
      <details>
        <summary className="flex flex-wrap gap-x-3">
          <span className="flex-1 font-medium">{pick(template.name)}</span>
          {adoptedBy === null ? (
            <span className="text-muted">
              {endorsements.length === 0
                ? t('templates.notAdopted')
                : t('templates.half', {
                    functions: endorsements.map((one) => t(`function.${one.function}`)).join(),
                  })}
            </span>
          ) : (
            <span className="inline-flex items-center gap-1 text-ok">
              <Icon name="ok" size={13} />
              {t(isBounded(template) ? 'templates.adopted' : 'templates.adoptedFree')}
            </span>
          )}
        </summary>
        <p className="mt-1 font-medium">{pick(template.title)}</p>
        {Object.entries(template.parts).map(([part, text]) => (
          <p key={part} className="mt-1 whitespace-pre-line">
            {pick(text)}
          </p>
        ))}
      </details>
      {isMine || adoptedBy !== null
        ? null
        : functions.map((as) => (
            <button
              key={as}
              type="button"
              className="btn mt-1.5 mr-2"
              disabled={command.isPending}
              onClick={() => command.send('comms.AdoptTemplate', { template: template.id, revision, as })}
            >
              {t('draft.approveAs', { function: t(`function.${as}`) })}
            </button>
          ))}
    </li>
  );
}
