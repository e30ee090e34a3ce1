import type { Me } from '../types';
import type { Keeping } from '../keeping';
import { FakePlanning } from './planning';

/** What the fake desk keeps of tickets. */
export abstract class FakeKeeping extends FakePlanning implements Keeping {
  abstract override readonly me: Me;

  hold: Keeping['hold'] = (id, on, reason) => {
    const keep = this.tickets.find((t) => t.id === id)?.keep;
    const hold = on ? { by: this.me.name, at: new Date().toISOString(), reason } : null;
    return this.put(id, { keep: { until: '', ends: '', files: '', filesGone: '', ...keep, hold } }, `${on ? 'put this on' : 'took this off'} legal hold: ${reason}`);
  };
  askLarge: Keeping['askLarge'] = (id, handle) => this.put(id, {}, `asks to send ${handle}`);
  compress: Keeping['compress'] = (handle) => Promise.resolve({ hash: handle, name: `${handle}.gz`, size: 1_000_000, type: 'application/gzip', state: 'here', progress: 0, preview: '' });
  grantUpload: Keeping['grantUpload'] = (id, bytes, days) => {
    const until = new Date(Date.now() + days * 86_400_000).toISOString();
    return this.put(id, { grant: bytes > 0 ? { by: this.me.name, until, bytes, used: 0, left: bytes } : null }, bytes > 0 ? `allows large files: ${bytes} bytes` : 'ended that large files may be sent');
  };
  saveCopy: Keeping['saveCopy'] = (id) => Promise.resolve({ name: `request ${id}.zip`, missing: [] });
}
