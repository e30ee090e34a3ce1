import type { Keeping, KeptRow } from '../keeping';
import type { EntryView, Fault, Me } from '../types';
import type { FakeDesk } from './desk';
import { Doings } from './many';
import { FakeSearching } from './searching';
import type { Plenty } from '../many';

/** What the fake desk keeps of tickets. */
export abstract class FakeKeeping extends FakeSearching implements Keeping, Plenty {
  abstract override readonly me: Me;

  /** What is only in the archive, with its letters. */
  kept: { row: KeptRow; entries: EntryView[] }[] = [];
  archived = { on: false, missing: 0 };
  archive: Keeping['archive'] = (org) =>
    Promise.resolve({ org, name: 'Papierladen Nord', on: this.archived.on, requests: 12, kept: this.archived.on ? this.kept.length : 0, missing: this.archived.missing, bytes: this.archived.missing * 400_000, damaged: 0 });
  keepArchive: Keeping['keepArchive'] = (_org, on) => Promise.resolve(void (this.archived.on = on));
  archivedRequests: Keeping['archivedRequests'] = (_org, typed) =>
    Promise.resolve(this.kept.map((k) => k.row).filter((row) => `${row.number} ${row.subject}`.toLowerCase().includes(typed.trim().toLowerCase())));
  archivedRequest: Keeping['archivedRequest'] = (_org, id) => {
    const kept = this.kept.find((k) => k.row.id === id);
    return kept ? Promise.resolve(kept) : Promise.reject({ code: 'not_found', message: 'This request is not in the archive on this computer.', hint: '', field: '' } satisfies Fault);
  };
  saveArchive: Keeping['saveArchive'] = () => Promise.resolve({ name: 'Papierladen Nord.zip', missing: [] });

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
  #doings = new Doings();
  many: Plenty['many'] = (tickets, deed) => this.#doings.do(this as unknown as FakeDesk, tickets, deed);
  takeBack: Plenty['takeBack'] = (items) => {
    const { back, gone, tickets } = this.#doings.undo(this, items);
    const desk = this as unknown as FakeDesk;
    desk.sortNow();
    for (const t of tickets) desk.emit('ticket', { id: t.id });
    return Promise.resolve({ back, gone });
  };
  saveCopy: Keeping['saveCopy'] = (id) => Promise.resolve({ name: `request ${id}.zip`, missing: [] });
}
