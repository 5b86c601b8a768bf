/** What can lie over any room: the palette, the declaration, the help. At most one at a time. */
import { createContext, useContext } from 'react';

export type Overlay = 'palette' | 'declare' | 'post' | 'help' | null;

export const OverlayContext = createContext<(overlay: Overlay) => void>(() => undefined);

/** Opens an overlay, or closes all with null. */
export function useOverlay(): (overlay: Overlay) => void {
  return useContext(OverlayContext);
}
