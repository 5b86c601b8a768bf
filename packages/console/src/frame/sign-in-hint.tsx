/**
 * No session: one calm page that says where the way in is. It goes on by itself once the session is there.
 */
import { useTexts } from '../i18n/language.ts';
import { Mark } from '../ui/icon.tsx';
import { Preferences } from './rail.tsx';

const COMMANDS = { command: '“sonae up”', link: '“sonae link”' };

export function SignInHint() {
  const { t } = useTexts();
  return (
    <main className="mx-auto flex min-h-dvh max-w-[34rem] flex-col justify-center gap-4 p-6">
      <div className="flex items-center gap-3 text-lg font-semibold">
        <Mark size={30} />
        {t('app.name')}
      </div>
      <section className="panel flex flex-col gap-3 p-5">
        <h1>{t('signin.title')}</h1>
        <p>{t('signin.body', COMMANDS)}</p>
        <p className="text-muted">{t('signin.again')}</p>
      </section>
      <div className="w-60">
        <Preferences />
      </div>
    </main>
  );
}
