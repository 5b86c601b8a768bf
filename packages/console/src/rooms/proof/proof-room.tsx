/** The room of proofs: epochs with their totals and checks, publishing a new one, stating solvency, a customer's file. */
import type { Epochs } from '@sonae/core/nouns/reserves/views/epochs.ts';
import { useQuery } from '@tanstack/react-query';
import { enBooks } from '../../i18n/en-books.ts';
import { enProof } from '../../i18n/en-proof.ts';
import { jaBooks } from '../../i18n/ja-books.ts';
import { jaProof } from '../../i18n/ja-proof.ts';
import { addTexts, useTexts } from '../../i18n/language.ts';
import { Icon } from '../../ui/icon.tsx';
import { HowToFill, RoomFrame } from '../books/room-parts.tsx';
import { reservesQuery } from '../reserves/reserves-queries.ts';
import { CustomerFile } from './customer-file.tsx';
import { EpochPanel } from './epoch-panel.tsx';
import { epochsQuery, LIST_ADDRESS } from './proof-queries.ts';
import { PublishEpoch } from './publish-epoch.tsx';

addTexts({ ...enBooks, ...enProof }, { ...jaBooks, ...jaProof });

export function ProofRoom() {
  return (
    <RoomFrame title="proof.title" query={useQuery(epochsQuery)}>
      {(page) => <Proofs page={page} />}
    </RoomFrame>
  );
}

function Proofs({ page }: { page: Epochs }) {
  const { t } = useTexts();
  const { data: reserves } = useQuery(reservesQuery);
  const { epochs } = page;
  return (
    <>
      <section className="panel" aria-labelledby="proof">
        <div className="panel-title">
          <h1 id="proof">{t('proof.title')}</h1>
          <div className="ml-auto" data-chrome>
            <PublishEpoch />
          </div>
        </div>
        {epochs.length === 0 ? (
          <HowToFill
            says={t('proof.fill')}
            steps={[t('proof.fill1'), t('proof.fill2'), t('proof.fill3'), t('proof.fill4')]}
            guide="docs/explain/liabilities.md"
          />
        ) : (
          <div className="flex flex-col gap-1.5 px-3 py-2">
            <p>{t('proof.lead')}</p>
            <p className="flex flex-wrap gap-x-3 gap-y-1" data-chrome>
              {[
                { href: '/status/#reserves', text: t('proof.link.page') },
                { href: LIST_ADDRESS, text: t('proof.link.list') },
              ].map(({ href, text }) => (
                <a key={href} href={href} className="link inline-flex items-center gap-1">
                  <Icon name="out" size={12} />
                  {text}
                </a>
              ))}
            </p>
          </div>
        )}
      </section>
      {epochs.length === 0 ? null : <CustomerFile epochs={epochs.map(({ epoch }) => epoch)} />}
      {epochs.map((epoch) => (
        <EpochPanel key={epoch.epoch} epoch={epoch} decimals={reserves?.decimals ?? {}} />
      ))}
    </>
  );
}
