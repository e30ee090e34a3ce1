import { screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { openDesk, renderIn, settle, violations } from '../../../tests/desk';
import Door from '../../views/Door.svelte';

async function door(options = {}) {
  const opened = await openDesk({ boot: 'signed_out', ...options });
  const { container } = renderIn(opened.desk, Door);
  return { ...opened, container, user: userEvent.setup() };
}

async function fill(user: ReturnType<typeof userEvent.setup>, server: string, person: string, password: string) {
  for (const [id, text] of [['server', server], ['person', person], ['password', password]] as const) {
    if (text) await user.type(screen.getByTestId(`signin-${id}`), text);
  }
  await user.click(screen.getByTestId('signin-submit'));
  await settle();
}

test('server, person and password open the desk', async () => {
  const { desk, user } = await door();
  await fill(user, ' support.example.org ', 'jonas', 'a fine sentence');
  expect(desk.session.state).toBe('ready');
});

test('what is missing is said at its field and nothing is asked of the server', async () => {
  const { fake, user } = await door();
  const ask = vi.spyOn(fake, 'signIn');
  await fill(user, 'support.example.org', '', '');
  expect(ask).not.toHaveBeenCalled();
  expect(screen.getByText('Enter your name or e-mail address.')).toHaveAttribute('role', 'alert');
  expect(screen.getByTestId('signin-person')).toHaveFocus();
});

test('a wrong password is said at the password, which is emptied; the rest stays', async () => {
  const { desk, user } = await door();
  await fill(user, 'support.example.org', 'jonas', 'wrong');
  expect(desk.session.state).toBe('signed_out');
  expect(screen.getByTestId('signin-password')).toHaveValue('');
  expect(screen.getByTestId('signin-password')).toHaveAccessibleDescription(/do not fit together/);
  expect(screen.getByTestId('signin-person')).toHaveValue('jonas');
});

test('a wrong server is said at the server', async () => {
  const { user } = await door();
  await fill(user, 'nowhere', 'jonas', 'x');
  expect(screen.getByTestId('signin-server')).toHaveAccessibleDescription(/No support desk answers at nowhere/);
});

test('anything else is said above the fields, with what to do', async () => {
  const { fake, user } = await door();
  vi.spyOn(fake, 'signIn').mockRejectedValue({ code: 'offline', message: 'The server does not answer.', hint: 'Check the network.', field: '' });
  await fill(user, 'support.example.org', 'jonas', 'x');
  expect(screen.getByTestId('signin-fault')).toHaveTextContent('The server does not answer. Check the network.');
});

test('a second press while signing in asks nothing twice', async () => {
  const { fake, user } = await door({ slow: 30 });
  const ask = vi.spyOn(fake, 'signIn');
  await user.type(screen.getByTestId('signin-server'), 'support.example.org');
  await user.type(screen.getByTestId('signin-person'), 'jonas');
  await user.type(screen.getByTestId('signin-password'), 'x{Enter}{Enter}');
  expect(ask).toHaveBeenCalledTimes(1);
});

test('an invitation wants two equal passwords of ten characters', async () => {
  const { desk, fake, user } = await door();
  const ask = vi.spyOn(fake, 'acceptInvitation');
  await user.click(screen.getByTestId('signin-invited'));
  await user.type(screen.getByTestId('invite-server'), 'support.example.org');
  await user.type(screen.getByTestId('invite-code'), 'ABCD-1234');
  await user.type(screen.getByTestId('invite-password'), 'a fine sentence');
  await user.type(screen.getByTestId('invite-again'), 'a fine');
  await user.click(screen.getByTestId('invite-submit'));
  expect(ask).not.toHaveBeenCalled();
  await user.type(screen.getByTestId('invite-again'), ' sentence');
  await user.click(screen.getByTestId('invite-submit'));
  await settle();
  expect(desk.session.state).toBe('ready');
});

test('leaving a locked desk says what it deletes before it does', async () => {
  const { desk, user } = await door({ boot: 'locked' });
  await user.click(screen.getByText('Sign in as someone else'));
  expect(desk.session.state).toBe('locked');
  expect(screen.getByText(/deletes the copies on this computer/)).toBeInTheDocument();
  await user.click(screen.getByTestId('unlock-forget'));
  await settle();
  expect(desk.session.state).toBe('signed_out');
});

test('a copy that may no longer be shown can be opened by signing in again', async () => {
  const { desk, fake, user } = await door({ boot: 'problem' });
  expect(screen.queryByTestId('again-password')).toBeNull();
  const boot = await fake.boot();
  fake.emit('boot', { ...boot, server: 'support.example.org', person: 'jonas', problem: { code: 'sign_in', message: 'It could be read until 2 January.', hint: 'Connect to the network.', field: '' } });
  await settle();
  await user.type(screen.getByTestId('again-password'), 'a fine sentence{Enter}');
  await settle();
  expect(desk.session.state).toBe('ready');
});

test.each(['signed_out', 'locked', 'problem'] as const)('axe finds nothing in %s', async (boot) => {
  const { container } = await door({ boot });
  expect(await violations(container)).toEqual([]);
});

test('the page of numbers opens in the browser before anybody has signed in', async () => {
  const { fake, user, container } = await door();
  const opened = vi.spyOn(fake, 'emergencyPage');
  expect(screen.queryByTestId('emergency-page')).toBeNull();
  await user.type(screen.getByTestId('signin-server'), 'support.veldhost.example');
  await user.click(screen.getByTestId('emergency-page'));
  expect(opened).toHaveBeenCalledExactlyOnceWith('support.veldhost.example');
  expect(await violations(container)).toEqual([]);
});

test('so it does when Docket cannot open', async () => {
  const { fake, user } = await door({ boot: 'problem' });
  const opened = vi.spyOn(fake, 'emergencyPage').mockRejectedValue({ code: 'invalid', message: 'No server is known on this computer yet.', hint: 'Enter its address first.', field: 'server' });
  await user.click(screen.getByTestId('emergency-page'));
  expect(opened).toHaveBeenCalledExactlyOnceWith('');
});
