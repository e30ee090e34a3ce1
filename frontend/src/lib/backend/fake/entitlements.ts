import type { Cover, Entitlement } from '../types';

const day = 24 * 60 * 60_000;
const at = (days: number) => new Date(Date.now() + days * day).toISOString();

const one = (part: Partial<Entitlement> & Pick<Entitlement, 'id' | 'product'>): Entitlement => ({
  org: 'papierladen', holder: 'Papierladen Nord', level: '', department: 'servers', departmentName: 'Servers', hours: '', targets: [], quota: 0, used: 0, start: '', end: '', contacts: [], mine: true, lapsed: '', warnings: [], ...part,
});

/** What Papierladen Nord and Elif may expect. */
export const entitlements: Entitlement[] = [
  one({ id: 'shop-silver', product: 'Shop hosting', level: 'Silver', hours: 'Monday to Friday, 8 to 18', targets: ['First reply within 45\u00a0min of opening time'], quota: 20, used: 17, start: at(-340), end: at(20), warnings: ['quota', 'ending'] }),
  one({ id: 'mail-basic', product: 'Mail', level: 'Basic', department: 'mail', departmentName: 'Mail & DNS', start: at(-700), end: at(-2), lapsed: 'ended' }),
  one({ id: 'backup', product: 'Backup', contacts: ['Mert Aydın'], mine: false }),
];

export function coverOf(id: string, release: string): Cover | null {
  const e = entitlements.find((x) => x.id === id);
  return e ? { product: e.product, level: e.level, release, hours: e.hours, targets: e.lapsed ? [] : e.targets, until: e.end, lapsed: e.lapsed, why: '', counts: e.lapsed ? '' : 'entitlement' } : null;
}
