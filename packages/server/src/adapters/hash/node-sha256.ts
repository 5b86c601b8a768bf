/** Bulk SHA-256 by node:crypto. */
import { hash } from 'node:crypto';
import type { Sha256 } from '@sonae/core/ports/hash.ts';

export const nodeSha256: Sha256 = (data) => hash('sha256', data, 'buffer');
