// What people and programs put into fields that nobody thought of. Shown harmlessly: nothing runs,
// nothing is fetched, and the window keeps its shape. Every state of the gallery is held to that.
export function harsh({ see, both, happens }) {
  /** A new ticket with this in it, opened. */
  const comes = (subject, text, more = {}) => both(
    happens(([subject, text, more]) => {
      const desk = globalThis.__fake;
      const [t] = desk.arrive(1, { subject, owner: 'jonas', tags: [], ...more });
      desk.answer(t.id, text);
      desk.emit('open', { ticket: t.id });
    }, [subject, text, more]),
    (page) => page.locator('[data-testid=ticket-subject]').waitFor(),
  );
  /** Everybody is called so. */
  const called = (name) => happens((name) => {
    const desk = globalThis.__fake;
    const put = (value) => (Array.isArray(value) ? value.map(put) : value && typeof value === 'object' ? Object.fromEntries(Object.entries(value).map(([k, v]) => [k, (k === 'name' || k === 'org' || k === 'assigneeName') && typeof v === 'string' && v ? name : put(v)])) : value);
    for (const method of ['ticket', 'rows', 'staff', 'people']) {
      const was = desk[method].bind(desk);
      desk[method] = async (...args) => put(await was(...args));
    }
    desk.emit('connection', desk.line);
  }, name);
  const script = '<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)><iframe src="https://elsewhere.example/"></iframe><a href="javascript:alert(4)">';
  const schemes = ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,<script>alert(1)</script>', 'vbscript:msgbox(1)', 'file:///etc/passwd', 'ms-msdt:/id', 'search-ms:query=x', 'smb://elsewhere.example/share', 'ftp://elsewhere.example/', 'tel:+442079460142', 'mailto:a@b.example?attach=/etc/passwd', 'blob:https://elsewhere.example/1', 'about:blank', 'view-source:https://elsewhere.example/', 'ssh://-oProxyCommand=x', 'steam://run/1', 'jar:https://elsewhere.example!/', 'wails://quit', 'http://elsewhere.example@127.0.0.1/', 'https://xn--80ak6aa92e.example/'];
  const zalgo = Array.from('Every letter carries marks', (c) => c + '\u0300\u0335\u0489\u0324\u0353\u0316'.repeat(12)).join('');
  return [
    { name: 'harsh-long', steps: both(called('Wolfeschlegelsteinhausenbergerdorff'.repeat(9)), comes('Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(6), 'x'.repeat(4000))) },
    { name: 'harsh-markup', steps: both(called(script), comes(script, `${script}\n\n    ${script}`, { tags: ['<b>', '"><img'] })) },
    { name: 'harsh-schemes', steps: both(comes('Odd ways to name a door', 'links'), happens((schemes) => {
      const desk = globalThis.__fake;
      const t = desk.tickets.at(-1);
      // Even if the program behind the page let one through as a link: the page opens nothing itself.
      t.entries.at(-1).blocks = schemes.map((href) => ({ kind: 'p', spans: [{ text: href, style: 'link', href }] }));
      desk.emit('ticket', { id: t.id });
    }, schemes), async (page) => {
      const links = page.getByRole('log').getByRole('button', { name: /:/ });
      await links.first().waitFor();
      for (const link of await links.all()) await link.click();
    }) },
    { name: 'harsh-directions', still: false, steps: both(called('\u202eagnihtemos\u202c \u2066Dana\u2069 دانا'), comes('\u202etxt.exe\u202c \u2067ends\u2069 a subject \u202ethat turns', 'A sentence \u202ethat turns around and never turns back\n\nand the next paragraph, that must not turn with it.')) },
    { name: 'harsh-marks', still: false, steps: comes(zalgo, `${zalgo}\n\n${'\u200b\u200d\u2060'.repeat(3000)}between nothing and nothing\n\n👩‍👩‍👧‍👦🏳️‍🌈${'👨🏽‍💻'.repeat(60)}`) },
    { name: 'harsh-blank', steps: comes('   \u00a0\u2003  ', '   ') },
    { name: 'harsh-megabyte', steps: comes('A whole log in one message', `${'2026-11-19T14:06:32Z mail: delivery of a message was put off for an hour and will be tried again\n'.repeat(10_500)}`) },
  ];
}
