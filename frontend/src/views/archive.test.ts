import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../tests/desk';
import Shell from './Shell.svelte';

const user = userEvent.setup();
const at = (id: string) => screen.getByTestId(id);

async function open() {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 2 });
  renderIn(desk, Shell);
  await desk.openView('org:papierladen');
  await settle();
  await user.click(at('archive-open'));
  await settle();
  return { desk, fake };
}

test('an archive is begun, says what is still to come, and is saved as a file', async () => {
  const { fake } = await open();
  expect(at('archive')).toHaveTextContent('keeps all that Papierladen Nord has asked on this computer');
  expect(await violations(at('archive'))).toEqual([]);
  fake.archived.missing = 3;
  await user.click(at('archive-keep'));
  await settle();
  expect(at('archive-status')).toHaveTextContent('3 files (1.2 MB) are still to come. Nothing has been deleted yet.');
  fake.archived.missing = 0;
  fake.emit('file', { hash: 'x', state: 'here', progress: 1 });
  await settle();
  expect(at('archive-status')).toHaveTextContent('12 requests of Papierladen Nord, with their files, are on this computer.');
  vi.spyOn(fake, 'saveArchive').mockResolvedValue({ name: 'Papierladen.zip', missing: ['a.txt'] });
  await user.click(at('archive-save'));
  await settle();
  expect(at('archive')).toHaveTextContent('Saved as Papierladen.zip, without 1 file that could not be fetched.');
});

test('what is only here is searched and read, and ending the archive asks first', async () => {
  const { desk, fake } = await openDesk({ as: 'customer', rows: 2 });
  const letters = await fake.ticket(fake.tickets[0]?.id ?? '');
  fake.archived.on = true;
  fake.kept = ['Till does not print', 'Mail is late'].map((subject, i) => ({
    row: { id: `k${i}`, number: `#90${i}`, subject, who: 'Mert Aydın', created: '2023-02-01T10:00:00Z', closed: '2023-02-03T10:00:00Z', files: i },
    entries: letters.entries,
  }));
  renderIn(desk, Shell);
  desk.show('archive');
  await settle();
  expect(at('archive-status')).toHaveTextContent('2 more have been deleted by the support desk and are only here.');
  await user.type(at('archive-find'), 'till');
  await vi.waitFor(() => expect(screen.queryByTestId('kept-k1')).toBeNull());
  await user.click(at('kept-k0'));
  await settle();
  expect(at('kept')).toHaveTextContent(letters.entries[0]?.text.split(/\s+/).slice(0, 4).join(' ') ?? 'no letter');
  expect(await violations(at('kept'))).toEqual([]);
  await user.click(at('kept-back'));
  await settle();
  await user.click(at('archive-ending'));
  expect(at('archive-end').parentElement).toHaveTextContent('2 requests are only here and will be gone.');
  await user.click(at('archive-go-on'));
  expect(fake.archived.on).toBe(true);
  await user.click(at('archive-ending'));
  await user.click(at('archive-end'));
  await settle();
  expect(fake.archived.on).toBe(false);
  expect(at('archive-keep')).toBeVisible();
});

test('who may not keep one is offered nothing, and what went wrong is said', async () => {
  const { desk } = await openDesk({ rows: 0 });
  expect(desk.actions.keys('archive')).toBeUndefined();
  const { fake } = await open();
  vi.spyOn(fake, 'keepArchive').mockRejectedValue({ code: 'disk_full', message: 'The archive on this computer could not be written or read.', hint: 'Free some room.', field: '' });
  await user.click(at('archive-keep'));
  await settle();
  expect(screen.getByRole('alert')).toHaveTextContent('could not be written or read. Free some room.');
});
