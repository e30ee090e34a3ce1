package visibility_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/notify"
	"docket/build/prove/proof"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
	"docket/storage/cache"
	"docket/storage/ledger"
	"docket/sync/engine"
)

// asked is a command somebody gave, with the words in it.
type asked struct {
	person           desk.PersonID
	ticket           desk.TicketID
	args             desk.Args
	files            []desk.BlobHash
	public, internal []string
	composed         time.Time
}

// state is what a backup takes back.
type state struct {
	*model.World
	priority map[desk.TicketID]desk.Priority
	subject  map[desk.TicketID]string
	files    map[held]bool                            // true: for customers too
	when     map[held]int                             // how many public words its ticket had with the newest message that holds it
	sent     map[desk.BlobHash]map[desk.PersonID]bool // who sent its bytes
}

type held struct {
	ticket desk.TicketID
	hash   desk.BlobHash
}

func (s *state) clone() *state {
	c := &state{World: s.World.Clone(), priority: maps.Clone(s.priority), subject: maps.Clone(s.subject), files: maps.Clone(s.files), when: maps.Clone(s.when)}
	c.sent = map[desk.BlobHash]map[desk.PersonID]bool{}
	for h, who := range s.sent {
		c.sent[h] = maps.Clone(who)
	}
	return c
}

// sight is when somebody could last see something: how many words there were,
// and in which step it was.
type sight struct {
	seq  uint64
	step int
}

// machine is one run: a town, the model of it, and everybody's computers.
type machine struct {
	t    *testing.T
	run  *proof.Run
	r    *rand.Rand
	seed uint64
	n    int
	w    *town.Town
	log  *page // of the server
	kept page  // of the clients

	m       *state
	orgs    []desk.OrgID
	words   map[string]*word
	seq     uint64
	step    int
	checked int                                // step of the last full comparison
	ever    map[desk.PersonID]map[string]sight // in the role they have now
	before  map[desk.PersonID]map[string]sight // while what was sent in another role may still arrive
	sides   map[desk.PersonID]map[string]sight // what staff saw who became customers since the last comparison
	cmds    map[desk.CommandID]*asked
	last    map[desk.TicketID][]string // what was said last
	all     []desk.TicketID
	// expected are tickets under whose code somebody called, and that may come.
	expected []desk.TicketID
	blobs    []desk.BlobHash
	inFile   map[desk.BlobHash]string // the word in it
	hidden   map[desk.PersonID]string // the names of who wears a mask
	ours     map[desk.PersonID]bool   // who was of the team and is a customer

	probes  []*probe
	clients []*client
	backup  string
	saved   *state
	figures map[string]int
	failed  bool
}

type probe struct {
	*town.Probe
	online bool
}

type client struct {
	*town.Client
	online  bool
	notices []notify.Notice
	past    map[string]sight // what its person might see in other roles
}

func newMachine(t *testing.T, run *proof.Run, seed uint64, n int) *machine {
	r := rand.New(rand.NewPCG(seed, 7))
	m := &machine{
		t: t, run: run, r: r, seed: seed, n: n, log: &page{}, words: map[string]*word{}, ever: map[desk.PersonID]map[string]sight{}, before: map[desk.PersonID]map[string]sight{}, sides: map[desk.PersonID]map[string]sight{},
		cmds: map[desk.CommandID]*asked{}, last: map[desk.TicketID][]string{}, inFile: map[desk.BlobHash]string{}, ours: map[desk.PersonID]bool{}, figures: map[string]int{},
	}
	d := town.Grown(r, 3, 6, 5)
	m.masks(d)
	d.Desk.Departments[1].Rota = desk.Rota{
		Zone:       "UTC",
		OnCall:     []desk.Level{{Name: "On call", Phone: "+1", Duty: []desk.Duty{{Person: "e1", Phone: "+2"}}}},
		Escalation: []desk.Level{{Name: "Duty manager", Phone: "+3", Named: true, Duty: []desk.Duty{{Person: "e4", Phone: "+4"}}}},
	}
	world := &model.World{
		Departments: map[desk.DeptID]desk.Department{}, People: map[desk.PersonID]desk.Person{},
		Tickets: map[desk.TicketID]*model.Ticket{}, Devices: map[desk.DeviceID]uint64{},
	}
	for _, x := range d.Desk.Departments {
		world.Departments[x.ID] = x
	}
	m.counts(d, world)
	for i := range d.People {
		p := &d.People[i]
		p.Phone, p.Title = m.known(fullScope(p.ID)), m.known(titleScope(p.ID))
		world.People[p.ID] = *p
		m.ever[p.ID] = map[string]sight{}
	}
	for i := range d.Orgs {
		o := &d.Orgs[i]
		o.Holds = []desk.Holding{{Kind: "service", ID: "s" + string(o.ID), Label: m.known(orgScope(o.ID))}}
		m.orgs = append(m.orgs, o.ID)
	}
	m.m = &state{
		World: world, priority: map[desk.TicketID]desk.Priority{}, subject: map[desk.TicketID]string{},
		files: map[held]bool{}, when: map[held]int{}, sent: map[desk.BlobHash]map[desk.PersonID]bool{},
	}
	for p := range world.People {
		m.saw(p)
	}
	m.w = town.New(t, town.Options{Desk: d, Memory: seed%2 == 1, Log: slog.New(slog.NewTextHandler(m.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	for _, p := range d.People {
		m.newProbe(p.ID)
		if r.IntN(5) == 0 {
			m.newProbe(p.ID)
		}
	}
	m.newClient(d.People[r.IntN(6)].ID)
	m.newClient(d.People[6+r.IntN(5)].ID)
	return m
}

// known makes a word of reference data.
func (m *machine) known(scope string) string {
	x := newWord(m.r)
	m.words[x] = &word{text: x, scope: scope, public: true, kept: true}
	return x
}

// say makes a word of a ticket; it counts once the server has taken it.
func (m *machine) say(a *asked, public bool) string {
	m.seq++
	x := newWord(m.r)
	m.words[x] = &word{text: x, ticket: a.ticket, scope: ticketScope(a.ticket), public: public, author: a.person, seq: m.seq}
	if public {
		a.public = append(a.public, x)
	} else {
		a.internal = append(a.internal, x)
	}
	return x
}

func (m *machine) fail(format string, args ...any) {
	m.failed = true
	m.run.Fail(fmt.Sprintf("-n %d -seed %d -depth 0", m.n, m.seed), "seed %d, step %d: %s", m.seed, m.step, fmt.Sprintf(format, args...))
}

// saw notes what a person may know now; it stays true that they once might.
func (m *machine) saw(p desk.PersonID) {
	for id, t := range m.m.Tickets {
		m.sawTicket(p, id, t)
	}
	m.sawCalls(p)
	m.sawStrikes(p)
	if m.m.People[p].Disabled {
		return
	}
	now := sight{seq: m.seq, step: m.step}
	for o := range m.m.People {
		full, title := m.m.Knows(p, o)
		if full {
			m.ever[p][fullScope(o)] = now
		}
		if title {
			m.ever[p][titleScope(o)] = now
		}
	}
	for _, o := range m.orgs {
		if m.m.KnowsOrg(p, o) {
			m.ever[p][orgScope(o)] = now
		}
	}
}

func (m *machine) sawTicket(p desk.PersonID, id desk.TicketID, t *model.Ticket) {
	if !m.m.Sees(p, t) {
		return
	}
	now := sight{seq: m.seq, step: m.step}
	m.ever[p][seenScope(id)] = now
	if !m.m.Reads(p, t, 0) { // word by word: those before they came in are not theirs
		for _, w := range m.m.Words(p, t) {
			m.ever[p][wordScope(w)] = now
		}
		return
	}
	m.ever[p][ticketScope(id)] = now
	if m.m.People[p].Role.Staff() {
		m.ever[p][notesScope(ticketScope(id))] = now
		m.sawReasons(p, t, now)
	}
}

// leaks gives the words in b that p never might read, in the role they have
// now or, given that, in others.
func (m *machine) leaks(p desk.PersonID, b []byte, past map[string]sight) map[string]bool {
	out := m.whole(find(b))
	maps.DeleteFunc(out, func(s string, _ bool) bool {
		w := m.words[s]
		if _, sees := m.ever[p][seenScope(w.ticket)]; w.author == p || w.again && sees {
			return true
		}
		scope := w.scope
		if !w.public {
			scope = notesScope(scope)
		}
		for _, seen := range []map[string]sight{m.ever[p], past} {
			if _, once := seen[wordScope(s)]; w.kept && once {
				return true
			}
			if at, once := seen[scope]; w.kept && once && w.seq <= at.seq {
				return true
			}
		}
		return false
	})
	return out
}

// whole gives for what was found the words it is of. A short form may cut one,
// and letters of what follows then complete it: the beginning says which it was,
// unless hardly anything is left of it.
func (m *machine) whole(found map[string]bool) map[string]bool {
	out := map[string]bool{}
	for s := range found {
		best, most := "", len(mark)+3
		if m.words[s] != nil {
			best = s
		} else {
			for w := range m.words {
				if n := common(s, w); n > most {
					best, most = w, n
				}
			}
		}
		if best != "" {
			out[best] = true
		}
	}
	return out
}

// common is how many bytes a and b begin with alike.
func common(a, b string) int {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	return n
}

// turned is for who changed sides: what they may be sent begins anew. What is
// under way may still arrive; their clients may have what they got before until
// they hear of it, and what they were notified of was theirs then.
func (m *machine) turned(p desk.PersonID, underWay bool) {
	if underWay {
		if m.before[p] == nil {
			m.before[p] = map[string]sight{}
		}
		maps.Copy(m.before[p], m.ever[p])
	} else {
		m.arrived(p)
	}
	for _, c := range m.clients {
		if c.Person == p {
			if c.past == nil {
				c.past = map[string]sight{}
			}
			maps.Copy(c.past, m.ever[p])
		}
	}
	if !m.m.People[p].Role.Staff() {
		if m.sides[p] == nil {
			m.sides[p] = map[string]sight{}
		}
		maps.Copy(m.sides[p], m.ever[p])
	}
	m.ever[p] = map[string]sight{}
	m.ours[p] = !m.m.People[p].Role.Staff()
	m.saw(p)
	m.figures["turned"]++
	delete(m.hidden, p)
}

// arrived is when nothing from before somebody changed sides is under way.
func (m *machine) arrived(p desk.PersonID) {
	delete(m.before, p)
	for _, x := range m.probes {
		if x.Person == p {
			x.Ear.Forget()
		}
	}
	for _, c := range m.clients {
		if c.Person == p {
			c.Ear.Forget()
		}
	}
}

// hear searches what a computer was sent since the last time.
func (m *machine) hear(p desk.PersonID, ear *town.Ear) {
	b := ear.Take()
	m.figures["bytes_searched"] += len(b)
	if bad := m.leaks(p, b, m.before[p]); len(bad) > 0 {
		m.fail("%s was sent what is not theirs: %s", p, m.tell(bad))
	}
	m.named(p, b)
	if !m.m.People[p].Role.Staff() && m.before[p] == nil {
		for _, k := range staffKeys {
			// What a refusal of theirs names is no field: they had asked for it as staff.
			named := append([]byte("\x65field"), k...)
			if indexOf(bytes.ReplaceAll(b, named, nil), k) {
				m.fail("the customer %s was sent a field %q", p, k[1:])
			}
		}
	}
}

func (m *machine) tell(bad map[string]bool) string {
	s := ""
	for x := range bad {
		s += fmt.Sprintf(" %+v", *m.words[x])
		for _, a := range m.cmds {
			if slices.Contains(a.public, x) || slices.Contains(a.internal, x) {
				s += fmt.Sprintf(" in %s %+v", a.args.Kind(), a.args)
			}
		}
	}
	return s
}

func (m *machine) hearAll() {
	for _, p := range m.probes {
		m.hear(p.Person, &p.Ear)
		for _, x := range p.Wrong() {
			m.fail("%s", x)
		}
	}
	for _, c := range m.clients {
		m.hear(c.Person, &c.Ear)
	}
}

func (m *machine) newProbe(person desk.PersonID) {
	p := &probe{Probe: m.w.Probe(person, m.r)}
	m.m.Devices[p.Device] = 0
	m.probes = append(m.probes, p)
	m.connect(p)
}

// connect brings a probe online, if it may.
func (m *machine) connect(p *probe) {
	err := p.Connect()
	if err == nil {
		err = p.Welcomed()
	}
	p.online = err == nil
	_, signedIn := m.m.Devices[p.Device]
	if may := signedIn && !m.m.People[p.Person].Disabled; may != p.online {
		m.fail("%s connected: %v, may: %v", p.Person, err, may)
	}
	m.figures["connects"]++
}

func (m *machine) newClient(person desk.PersonID) {
	c := &client{Client: m.w.Client(person, m.r)}
	m.m.Devices[c.Device] = 0
	c.Log = slog.New(slog.NewTextHandler(&m.kept, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c.Applied = c.judge
	if err := c.Open(true); err != nil {
		m.t.Fatal(err)
	}
	m.clients = append(m.clients, c)
	m.resume(c)
}

// judge makes the notices of what came, as the program does.
func (c *client) judge(a cache.Applied) {
	if a.Snapshot {
		return
	}
	me, err := c.Cache.Me()
	if err != nil {
		return
	}
	for _, ar := range a.Arrived {
		t, read, err := c.Cache.Ticket(ar.Ticket)
		if err != nil {
			continue
		}
		entries, err := c.Cache.EntriesAfter(ar.Ticket, ar.From-1)
		if err != nil {
			continue
		}
		for _, e := range entries {
			if n, ok := notify.Judge(&t, e, me, read, nil); ok {
				c.notices = append(c.notices, n)
			}
		}
	}
}

// may says whether a device of a person may be here.
func (m *machine) may(p desk.PersonID, d desk.DeviceID) bool {
	_, in := m.m.Devices[d]
	return in && !m.m.People[p].Disabled
}

// resume brings a client online and takes in what it had queued.
func (m *machine) resume(c *client) {
	c.online = m.may(c.Person, c.Device)
	c.Engine.SetPaused(false)
	c.Engine.Resume()
	m.settle(c)
}

// settle waits until a client has its answers, or is turned away for good, and
// takes them in.
func (m *machine) settle(c *client) {
	done := func() bool {
		st := c.Engine.Status().State
		if !c.online {
			return st == engine.Refused
		}
		return c.Settled() && (st == engine.Live || st == engine.Syncing)
	}
	if !town.Until(m.t, town.Patience, done, c.String) {
		m.fail("%s did not settle (may be here: %v)", c, c.online)
		return
	}
	if !c.online {
		m.pause(c) // or it would come back by itself with the next command
	}
	m.collect(c)
}

// collect takes in the answers the server gave to a device, in their order.
func (m *machine) collect(c *client) {
	last, ok := m.m.Devices[c.Device]
	if !ok {
		return
	}
	var got []desk.Receipt
	m.w.View(func(tx *ledger.Tx) (err error) {
		got, err = tx.Results(c.Device, last+1)
		return err
	})
	for _, r := range got {
		m.take(r, m.cmds[r.Command])
		m.m.Devices[c.Device] = r.DSeq
	}
	for _, it := range c.Outbox.Items() {
		if it.State.NeedsPerson() || it.WaitsFor != "" {
			if err := c.Outbox.Discard(it.ID); err != nil {
				m.t.Fatal(err)
			}
		}
	}
}

// take compares an answer with the model's and does there what was done here.
func (m *machine) take(r desk.Receipt, a *asked) {
	if s, ok := a.args.(desk.Say); ok && r.At.Sub(a.composed) > 5*time.Minute {
		s.Begin = false // who was offline begins nothing later
		a.args = s
	}
	want := m.answer(a)
	got := model.Yes
	switch {
	case r.Outcome != desk.Refused: // done, or stopped by something newer
	case r.Error.Code == desk.CodeNotFound:
		got = model.NotThere
	case r.Error.Code == desk.CodeDenied:
		got = model.Denied
	default:
		got = model.Invalid
	}
	m.figures["commands"]++
	// What is wrong as well as late is stopped for either, and which is said first
	// is nobody's rights.
	stopped := r.Outcome == desk.Held || r.Outcome == desk.Conflict
	if got != want && !(stopped && want == model.Invalid) {
		m.fail("%s asks for %s %+v of %s: %s, and the model says %s (%v)", a.person, a.args.Kind(), a.args, a.ticket, got, want, r.Error)
		return
	}
	if got == model.NotThere && (r.Number != 0 || r.Seq != 0 || r.Current != "" || len(r.Newer) > 0) {
		m.fail("the answer about a ticket that is not theirs says %+v", r)
	}
	if r.Outcome != desk.OK {
		m.figures["refused"]++
		return
	}
	m.figures["acknowledged"]++
	if a.args.Kind() == desk.CmdNoteCall {
		m.noted(a)
		return
	}
	public, internal := a.public, a.internal
	added := r.Seq != 0 || a.args.Kind() == desk.CmdSay // a line is no entry
	if !added {
		public, internal = nil, nil // nothing was to be done
	}
	if a.args.Kind() == desk.CmdOpen {
		m.all = append(m.all, a.ticket)
	}
	m.m.Now = m.w.Now()
	m.m.Do(a.person, a.ticket, a.args, public, internal)
	m.effects(a, added)
	m.nameAsks(r.Command, m.m.Tickets[a.ticket])
	t := m.m.Tickets[a.ticket]
	for p := range m.m.People {
		m.sawTicket(p, a.ticket, t)
	}
}

// nameAsks gives what was just asked the names the server gave it.
func (m *machine) nameAsks(cmd desk.CommandID, t *model.Ticket) {
	for i := range t.Pledges {
		if t.Pledges[i].ID == "" {
			t.Pledges[i].ID = desk.PledgeID(cmd)
		}
	}
	n := 0
	for i := range t.Asks {
		if t.Asks[i].ID == "" {
			n++
			t.Asks[i].ID = desk.AskID(fmt.Sprintf("%s/%d", cmd, n))
		}
	}
}

// effects notes what the model has no place for.
func (m *machine) effects(a *asked, added bool) {
	switch x := a.args.(type) {
	case desk.Open:
		m.m.subject[a.ticket], m.m.priority[a.ticket] = x.Subject, desk.PriorityNormal
		m.m.Tickets[a.ticket].Facts = []string{x.Subject, x.Refs[0].ID}
	case desk.Rename:
		t := m.m.Tickets[a.ticket]
		t.Public = append(t.Public, m.m.subject[a.ticket]) // the entry says what it was called
		m.m.subject[a.ticket], t.Facts[0] = x.To, x.To
	case desk.SetPriority:
		m.m.priority[a.ticket] = x.To
	}
	if !added {
		return
	}
	m.struck(a)
	m.repeats(a)
	_, note := a.args.(desk.AddNote)
	for _, h := range a.files {
		at := held{a.ticket, h}
		if m.m.files[at] = m.m.files[at] || !note; !note {
			m.m.when[at] = len(m.m.Tickets[a.ticket].Public)
		}
	}
	for _, s := range slices.Concat(a.public, a.internal) {
		m.words[s].kept = true
	}
}

// repeats notes words that a later entry says once more, when nobody here knows:
// of a chat when it ends, of a question or a promise when it is settled, of what
// was said last when that is what solved it.
func (m *machine) repeats(a *asked) {
	var again []string
	switch x := a.args.(type) {
	case desk.Say, desk.MakePromise:
		again = a.public
	case desk.CloseTicket:
		again = m.last[a.ticket]
	case desk.Reply:
		for _, q := range x.Asks {
			again = append(again, q.Text)
		}
	}
	for _, s := range again {
		m.words[s].again = true
	}
	switch a.args.(type) {
	case desk.Open, desk.Reply, desk.PostNotice:
		m.last[a.ticket] = nil
	}
	// A new name, say, is no message: the one before is still the last.
	m.last[a.ticket] = append(slices.Clip(m.last[a.ticket]), a.public...)
}

// mayRead says whether somebody who sees a ticket may read a file of it.
func (m *machine) mayRead(p desk.PersonID, at held, public bool) bool {
	return m.m.People[p].Role.Staff() || public && m.m.Reads(p, m.m.Tickets[at.ticket], m.m.when[at])
}

// answer is the model's, with what it does not know of: files.
func (m *machine) answer(a *asked) model.Answer {
	t := m.m.Tickets[a.ticket]
	_, opens := a.args.(desk.Open)
	_, notes := a.args.(desk.NoteCall)
	if !opens && !notes && !m.m.Sees(a.person, t) {
		return model.NotThere
	}
	for _, h := range a.files {
		public, there := m.m.files[held{a.ticket, h}]
		if !m.m.sent[h][a.person] && !(there && m.mayRead(a.person, held{a.ticket, h}, public)) {
			return model.Invalid
		}
	}
	return m.m.May(a.person, t, a.args)
}
