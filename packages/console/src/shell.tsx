/**
 * The frame around every room: rail, status line, banners, overlays and keys. It alone decides whether there
 * is a
 * session and a server, and it hands the present (live or simulated) to everything below.
 */
import { useQuery } from '@tanstack/react-query';
import { Outlet, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ApiError } from './api.ts';
import { Banners } from './frame/banners.tsx';
import { Preferences, Rail } from './frame/rail.tsx';
import { SignInHint } from './frame/sign-in-hint.tsx';
import { StatusLine } from './frame/status-line.tsx';
import { HelpDialog } from './help.tsx';
import { useTexts } from './i18n/language.ts';
import { useLive } from './live.ts';
import { type Overlay, OverlayContext } from './overlays.ts';
import { Palette } from './palette.tsx';
import { overviewQuery } from './queries.ts';
import { FirstPostDialog } from './rooms/comms/first-post-dialog.tsx';
import { DeclareDialog } from './rooms/incidents/declare-dialog.tsx';
import { CallBanner } from './rooms/reach/call-banner.tsx';
import { SuspicionKeys } from './rooms/response/suspicion-keys.tsx';
import { type KeyActions, useKeys } from './ui/keys.ts';
import { NowProvider } from './ui/moment.tsx';

export function Shell() {
  const { t } = useTexts();
  const overview = useQuery(overviewQuery);
  const { anchor, flowsFrom } = usePresent();
  const [overlay, setOverlay] = useState<Overlay>(null);
  useRoomKeys(setOverlay);
  const close = (): void => setOverlay(null);

  if (overview.error instanceof ApiError && overview.error.status === 401) return <SignInHint />;
  return (
    <OverlayContext value={setOverlay}>
      <NowProvider anchor={anchor} flowsFrom={flowsFrom}>
        <a href="#room" className="btn absolute -top-20 left-2 z-50 focus:top-2" data-chrome>
          {t('app.skip')}
        </a>
        <div className="sm:grid sm:grid-cols-[200px_minmax(0,1fr)] print:block">
          <Rail />
          <div className="min-w-0 pb-16 sm:pb-6">
            <Banners />
            <CallBanner />
            <StatusLine />
            <SuspicionKeys />
            <main id="room" tabIndex={-1} className="mx-auto max-w-[1560px] p-3 outline-none sm:p-4">
              <Outlet />
            </main>
            <div className="flex justify-end px-3 pb-3 sm:hidden" data-chrome>
              <Preferences />
            </div>
          </div>
        </div>
        <Palette open={overlay === 'palette'} onClose={close} />
        <DeclareDialog open={overlay === 'declare'} onClose={close} />
        <FirstPostDialog open={overlay === 'post'} onClose={close} />
        <HelpDialog open={overlay === 'help'} onClose={close} />
      </NowProvider>
    </OverlayContext>
  );
}

/** The server's instant: flowing with ours when live, standing at the last word we heard when simulated. */
function usePresent(): { anchor: number; flowsFrom: number | null } {
  const { data, dataUpdatedAt } = useQuery(overviewQuery);
  const { tick } = useLive();
  if (data === undefined) return { anchor: Date.now(), flowsFrom: Date.now() };
  const read = Date.parse(data.clock.now);
  if (data.clock.kind === 'live') return { anchor: read, flowsFrom: dataUpdatedAt };
  return { anchor: Math.max(read, tick === null ? 0 : Date.parse(tick.now)), flowsFrom: null };
}

function useRoomKeys(show: (overlay: Overlay) => void): void {
  const navigate = useNavigate();
  const actions = useMemo<KeyActions>(
    () => ({
      palette: () => show('palette'),
      declare: () => show('declare'),
      post: () => show('post'),
      help: () => show('help'),
      go: (room) => void navigate({ to: room === 'overview' ? '/' : `/${room}` }),
    }),
    [navigate, show],
  );
  useKeys(actions);
}
