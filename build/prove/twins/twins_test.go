// Package twins holds the check that what goes on among staff leaves no trace
// with customers: two worlds in which the same happens in public, and in one of
// them more behind the scenes, send customers the same bytes.
package twins_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/notify"
	"docket/build/prove/proof"
	"docket/build/prove/town"
	"docket/sync/wire"
)

func TestTwins(t *testing.T) {
	run := proof.Start(t, "twins")
	t.Run("pair", func(t *testing.T) {
		for i := range run.N {
			seed := run.Seed + uint64(i)
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				pair(t, run, seed)
			})
		}
	})
}

func pair(t *testing.T, run *proof.Run, seed uint64) {
	quiet, busy := newTwin(t, seed, false), newTwin(t, seed, true)
	quiet.live()
	busy.live()
	run.Add("public", busy.public)
	run.Add("internal", busy.internal)
	if quiet.internal > 0 {
		t.Fatal("something internal happened in the quiet world")
	}
	bytes := 0
	for i, c := range busy.customers {
		a, b := quiet.customers[i], c
		run.Add("lines", len(b.lines))
		for j := range max(len(a.lines), len(b.lines)) {
			x, y := at(a.lines, j), at(b.lines, j)
			bytes += len(y)
			if x != y {
				run.Fail(fmt.Sprintf("-n 1 -seed %d", seed), "seed %d: with nothing internal %s is sent\n%.1500s\nwith something\n%.1500s", seed, b.person, parted(x, y), parted(y, x))
				break
			}
		}
		if x, y := a.toasts(t), b.toasts(t); x != y {
			run.Fail(fmt.Sprintf("-n 1 -seed %d", seed), "seed %d: with nothing internal %s is notified of\n%s\nwith something\n%s", seed, b.person, x, y)
		}
		run.Add("notices", len(b.notices))
	}
	run.Add("bytes_compared", bytes)
	if busy.public == 0 || busy.internal == 0 || bytes == 0 {
		run.Fail(fmt.Sprintf("-n 1 -seed %d", seed), "seed %d: %d public and %d internal events and %d bytes are nothing to compare", seed, busy.public, busy.internal, bytes)
	}
}

// parted is a line from shortly before it begins to differ from another.
func parted(line, other string) string {
	n := 0
	for n < len(line) && n < len(other) && line[n] == other[n] {
		n++
	}
	if n > 300 {
		return "…" + line[n-300:]
	}
	return line
}

func at(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "nothing"
}

// nowhere is no ticket's.
const nowhere desk.TicketID = "019cadc6-9a80-7000-8000-000000000000"

// twin is one of two worlds. All that happens in public is drawn from one
// source of chance, which both have, and what is internal from another.
type twin struct {
	t      *testing.T
	w      *town.Town
	r, own *rand.Rand
	busy   bool

	customers        []*customer
	jonas            *town.Probe // of staff, for what is not a command
	devices          map[desk.PersonID]desk.DeviceID
	dseq             map[desk.PersonID]uint64
	tickets          []desk.TicketID
	files            []desk.Attachment // customers'
	secret           []desk.BlobHash   // what staff attached to notes, or would have
	public, internal int
}

// customer is somebody whose stream is compared.
type customer struct {
	person desk.PersonID
	probe  *town.Probe
	twin   *twin

	mu      sync.Mutex // guards step, and lines while frames come
	step    []string   // since the last event, sorted into lines at its end
	lines   []string
	notices []notify.Notice
}

func newTwin(t *testing.T, seed uint64, busy bool) *twin {
	x := &twin{
		t: t, r: rand.New(rand.NewPCG(seed, 1)), own: rand.New(rand.NewPCG(seed, 2)), busy: busy,
		devices: map[desk.PersonID]desk.DeviceID{}, dseq: map[desk.PersonID]uint64{},
	}
	d := town.Small()
	// Ada works on everything: that she is called changes nobody's rights.
	always := []desk.Duty{{Person: "ada", Phone: "+49 30 1234"}}
	// Petra works for billing alone, whose people customers do not meet by name.
	d.Desk.Departments[2].Policy.Mask = "The billing team"
	d.Desk.Departments[1].Rota = desk.Rota{Zone: "UTC", OnCall: []desk.Level{{Name: "On call", Duty: always}}, Escalation: []desk.Level{{Name: "Duty manager", Duty: always}}}
	x.w = town.New(t, town.Options{Memory: seed%2 == 0, Desk: d})
	for _, p := range d.People {
		if p.Role.Staff() {
			x.devices[p.ID] = desk.DeviceID(town.UUID(x.r, x.w.Now()))
			x.w.SignIn(p.ID, x.devices[p.ID])
		}
	}
	x.jonas = x.w.Probe("jonas", x.r)
	x.must(x.jonas.Connect())
	x.must(x.jonas.Welcomed())
	t.Cleanup(x.jonas.Hang)
	for _, p := range []desk.PersonID{"elif", "max", "lars"} {
		x.customers = append(x.customers, x.customer(p))
	}
	return x
}

func (x *twin) must(err error) {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
}

func (x *twin) customer(p desk.PersonID) *customer {
	c := &customer{person: p, probe: x.w.Probe(p, x.r), twin: x}
	c.probe.OnFrame(c.frame)
	x.must(c.probe.Connect())
	x.must(c.probe.Welcomed())
	x.t.Cleanup(c.probe.Hang)
	return c
}

// frame keeps a frame as the bytes it was, but for what is chance by design:
// the name of the server's history, the hashes of lanes, which are salted, and
// whether a lane that moved together with somebody's rights is ahead when they are
// told of these: the batch that follows says so in either case.
func (c *customer) frame(f wire.Frame) {
	var b []byte
	var err error
	switch f := f.(type) {
	case *wire.Welcome:
		g := *f
		g.ServerEpoch = ""
		b, err = wire.EncodeFrame(g)
	case *wire.Batch:
		g := *f
		g.Epoch, g.Hash = "", make([]byte, len(f.Hash))
		b, err = wire.Marshal(g)
		c.judge(f.Items)
	case *wire.Scopes:
		g := *f
		g.Lanes = slices.Clone(f.Lanes)
		for i := range g.Lanes {
			g.Lanes[i].Head = 0
		}
		b, err = wire.EncodeFrame(g)
	case *wire.Page:
		page, perr := wire.DecodePage(f.Body)
		if perr != nil {
			err = perr
			break
		}
		page.Epoch, page.Hash = "", make([]byte, len(page.Hash))
		b, err = wire.Marshal(page)
	default:
		b, err = wire.EncodeFrame(f)
	}
	if err != nil {
		b = []byte(err.Error())
	}
	if bytes.Contains(bytes.ToLower(b), []byte("petra")) {
		c.twin.t.Errorf("%s meets Petra by name: %q", c.person, b)
	}
	c.add(fmt.Sprintf("%s %q", f.Type(), b))
}

func (c *customer) add(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.step = append(c.step, line)
}

// judge makes the notices of what came.
func (c *customer) judge(items []desk.Item) {
	for _, it := range items {
		var t desk.Ticket
		if len(it.Head) == 0 || wire.Unmarshal(it.Head, &t) != nil {
			continue
		}
		for _, b := range it.Entries {
			var e desk.Entry
			if wire.Unmarshal(b, &e) != nil {
				continue
			}
			if n, ok := notify.Judge(&t, e, desk.Actor{Person: c.person, Role: desk.Customer}, it.Read, nil); ok {
				c.notices = append(c.notices, n)
			}
		}
	}
}

// shown collects toasts.
type shown struct{ text strings.Builder }

func (s *shown) Show(t notify.Toast) error {
	fmt.Fprintf(&s.text, "%+v\n", t)
	return nil
}
func (s *shown) Withdraw(string) {}
func (s *shown) Close() error    { return nil }

// toasts is what the customer's desktop shows of the notices.
func (c *customer) toasts(t *testing.T) string {
	var s shown
	synctest.Test(t, func(t *testing.T) {
		center := notify.NewCenter(&s, time.Now, nil)
		center.Content(true)
		for _, n := range c.notices {
			center.Tell(n)
			time.Sleep(3 * time.Second)
		}
		synctest.Wait()
		if err := center.Close(); err != nil {
			t.Error(err)
		}
	})
	return s.text.String()
}

// live lets a world have its history.
func (x *twin) live() {
	x.settle("the beginning")
	x.masked()
	for i := range 14 {
		wait := time.Duration(1+x.r.IntN(600)) * time.Second
		what := x.event(x.r.IntN(24), wait)
		x.settle(fmt.Sprintf("%d %s", i, what))
		x.requests()
	}
	for _, c := range x.customers { // who comes back, and who comes new
		x.must(c.probe.Connect())
		x.must(c.probe.Welcomed())
	}
	x.settle("coming back")
	for _, c := range slices.Clone(x.customers) {
		x.customers = append(x.customers, x.customer(c.person))
	}
	x.settle("coming new")
	for _, c := range x.customers {
		if len(x.tickets) > 0 {
			if _, err := c.probe.Fetch(x.tickets...); err != nil {
				x.t.Error(err)
			}
		}
		c.end("fetched")
	}
}

// settle waits until all customers have what is there for them, and closes the
// step. Within one, receipts and batches come in any order.
func (x *twin) settle(what string) {
	x.t.Helper()
	var probes []*town.Probe
	for _, c := range x.customers {
		probes = append(probes, c.probe)
	}
	x.w.Quiet(append(probes, x.jonas), nil)
	for _, c := range x.customers {
		for _, wrong := range c.probe.Wrong() {
			x.t.Error(wrong)
		}
		c.end(what)
	}
}

func (c *customer) end(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	slices.SortStableFunc(c.step, func(a, b string) int { return strings.Compare(kind(a), kind(b)) })
	c.lines = append(append(c.lines, "after "+what), c.step...)
	c.step = nil
}

func kind(line string) string { k, _, _ := strings.Cut(line, " "); return k }

// give has a member of staff give a command.
func (x *twin) give(r *rand.Rand, p desk.PersonID, id desk.TicketID, basis uint64, args desk.Args) desk.Receipt {
	x.t.Helper()
	b, err := wire.EncodeCommand(desk.Command{ID: desk.CommandID(town.UUID(r, x.w.Now())), Ticket: id, Basis: basis, Composed: x.w.Now(), Args: args})
	x.must(err)
	x.dseq[p]++
	got, err := x.w.Server.Authority.Execute(context.Background(), x.devices[p], []wire.PushedCommand{{DSeq: x.dseq[p], Body: b}})
	x.must(err)
	if len(got.Receipts) != 1 {
		x.t.Fatalf("%+v", got)
	}
	return got.Receipts[0]
}

// say has a customer give one.
func (x *twin) say(c *customer, id desk.TicketID, basis uint64, args desk.Args) {
	x.t.Helper()
	cmd, err := c.probe.Command(desk.Command{ID: desk.CommandID(town.UUID(x.r, x.w.Now())), Ticket: id, Basis: basis, Composed: x.w.Now(), Args: args})
	x.must(err)
	_, err = c.probe.Push(cmd)
	x.must(err)
}

var (
	staff    = []desk.PersonID{"jonas", "petra", "lea", "ada"}
	statuses = []desk.Status{desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved}
)

// event is one thing that happens in public. Before it, in the busy world,
// things happen that are nobody's business, at times of their own.
func (x *twin) event(k int, wait time.Duration) string {
	x.behind(wait)
	x.public++
	c, s := town.Pick(x.r, x.customers), town.Pick(x.r, staff)
	text, all := fmt.Sprintf("words %x", x.r.Uint64()), uint64(1)<<40
	if len(x.tickets) < 2 || k == 0 {
		id := desk.TicketID(town.UUID(x.r, x.w.Now()))
		o := desk.Open{Subject: text, Text: text, Department: town.Pick(x.r, []desk.DeptID{"hosting", "billing", "network"})}
		if x.r.IntN(2) == 0 { // claimed, and in the busy world judged
			o.Urgency = town.Pick(x.r, []desk.Urgency{desk.UrgencyHigh, desk.UrgencyEmergency})
			o.Claim = desk.Claim{Down: text, Impact: town.Pick(x.r, []desk.Impact{"", desk.ImpactOne, desk.ImpactSite}), Severity: desk.SeverityStopped}
		}
		if c.person != "lars" && x.r.IntN(4) > 0 {
			o.Org = "bakery"
		}
		if x.r.IntN(2) == 0 {
			o.Files = []desk.Attachment{x.file(c.probe, text)}
			x.files = append(x.files, o.Files...)
		}
		x.say(c, id, 0, o)
		x.tickets = append(x.tickets, id)
		return "open"
	}
	id := town.Pick(x.r, x.tickets)
	t := x.w.Ticket(id)
	basis := uint64(x.r.IntN(2)) * all // 0: stale, and held if somebody wrote
	var args desk.Args
	switch k {
	case 1, 2, 3:
		r := desk.Reply{Text: text}
		if len(t.Asks) > 0 && k == 3 {
			r = desk.Reply{Answers: []desk.Answer{{Ask: town.Pick(x.r, t.Asks).ID, State: desk.AskAnswered, Text: text}}}
		}
		x.say(c, id, basis, r)
		return "customer's reply"
	case 4:
		x.say(c, id, 0, desk.MarkRead{Seq: uint64(x.r.IntN(9))})
		return "customer reads"
	case 5:
		x.say(c, id, 0, desk.SetCCs{Add: []desk.PersonID{town.Pick(x.r, []desk.PersonID{"nina", "max", "elif"})}})
		return "customer's cc"
	case 6:
		c.probe.Hang()
		x.behind(time.Minute)
		x.give(x.r, s, id, all, desk.Reply{Text: text})
		x.must(c.probe.Connect())
		x.must(c.probe.Welcomed())
		return "away and back"
	case 7:
		p := *x.w.Desk.Person("max")
		p.Memberships = []desk.Membership{{Org: "bakery", Access: town.Pick(x.r, []desk.OrgAccess{desk.OrgNone, desk.OrgRead, desk.OrgComment})}}
		x.w.Put(p, true)
		return "rights"
	case 8:
		args = desk.Refer{From: t.Department, To: town.Pick(x.r, []desk.DeptID{"hosting", "billing", "network", "triage"}), Reason: text, Tried: text}
	case 9:
		args = desk.Assign{From: t.Assignee, To: town.Pick(x.r, staff)}
	case 10:
		args = desk.SetStatus{From: t.Status, To: town.Pick(x.r, statuses), Reason: text}
	case 11:
		args = desk.SetCCs{Add: []desk.PersonID{town.Pick(x.r, []desk.PersonID{"lars", "max", "petra"})}, Remove: town.Some(x.r, t.CCs, 1)}
	case 12:
		args = desk.Rename{From: t.Subject, To: text}
		if x.r.IntN(2) == 0 {
			args = desk.SetType{From: t.Type, To: town.Pick(x.r, []desk.Type{desk.Incident, desk.Request})}
		}
	case 13:
		args = desk.SetPrivate{Private: !t.Private}
	case 14:
		args = desk.MarkRead{Seq: all}
	case 15: // a call: what stands beside it for the team differs
		call := desk.LogCall{Talk: desk.Talk{With: t.Requester, Direction: desk.Outgoing, Started: x.w.Now(), Outcome: desk.Voicemail}, NoMessage: "x"}
		if x.busy {
			call.NoMessage, call.Note, call.Talk.Number = "another reason", "a note beside it", "+49 30 1234"
			x.internal++
		}
		args = call
	case 16:
		args = desk.PostNotice{Text: text}
	case 17:
		args = desk.CloseTicket{Reason: text, Resolution: text}
	case 18:
		args = desk.Reply{Text: text, Asks: []desk.NewAsk{{Text: text, Required: true}}}
	case 20:
		x.say(c, id, 0, desk.Escalate{Reason: text})
		return "customer's escalation"
	case 21:
		args = desk.PostNotice{Text: text}
		if e := t.Escalation; e.Open() && e.Told.Rings() {
			args = desk.Acknowledge{}
		} else if e.Open() {
			args = desk.Deescalate{Outcome: text}
		}
	case 19:
		args = desk.PostNotice{Text: text}
		if len(t.Asks) > 0 {
			args = desk.SettleAsk{Ask: t.Asks[0].ID, State: desk.AskAnswered, Text: text}
		} else if x.r.IntN(2) == 0 {
			args = desk.MakePromise{Text: text, Due: x.w.Now().Add(time.Hour)}
		}
	default:
		args = desk.Reply{Text: text}
	}
	// Whom something internal alone lets see the ticket, who was called out for
	// instance, may act on it, and that is theirs to do: here they meet what they
	// meet in the other world, where there is no such ticket for them.
	p := x.w.Desk.Person(s)
	known := p.Role == desk.Admin || slices.Contains(p.Departments, t.Department) || t.Assignee == s || slices.Contains(t.Helpers, s)
	if !known && access.CanSee(desk.Actor{Person: s, Role: p.Role, Departments: p.Departments}, t) {
		id = nowhere
	}
	r := x.give(x.r, s, id, all, args)
	ok := r.Outcome == desk.OK
	if args.Kind() == desk.CmdRead {
		ok = true // who was mentioned in a note may read, and that tells nobody anything
	}
	return fmt.Sprintf("%s by %s: %v", args.Kind(), s, ok)
}

// behind lets time pass, in the busy world with things going on in it.
func (x *twin) behind(wait time.Duration) {
	// What staff would attach to notes is named in both worlds.
	for range 3 {
		content := fmt.Sprintf("not for customers %x", x.r.Uint64())
		sum := sha256.Sum256([]byte(content))
		x.secret = append(x.secret, desk.BlobHash(hex.EncodeToString(sum[:])))
		part := wait / 4
		x.w.Pass(part)
		wait -= part
		if x.busy && len(x.tickets) > 0 {
			x.among(content)
		}
	}
	x.w.Pass(wait)
}

// among is one thing staff does among themselves.
func (x *twin) among(content string) {
	x.internal++
	s, id := town.Pick(x.own, staff), town.Pick(x.own, x.tickets)
	t := x.w.Ticket(id)
	if t == nil { // it was not taken
		return
	}
	all := uint64(1) << 40
	switch x.own.IntN(12) {
	case 11:
		x.articles(s, content)
	case 10: // who holds it to be an emergency is called, and that they come is the team's own
		if t.Urgency != desk.UrgencyEmergency && t.Page.Rings() && !t.Escalation.Told.Rings() {
			x.give(x.own, s, id, all, desk.Acknowledge{})
		}
	case 0:
		if s := "jonas"; x.own.IntN(2) == 0 {
			x.give(x.own, desk.PersonID(s), id, all, desk.AddNote{Text: content, Files: []desk.Attachment{x.fileFor("jonas", content)}})
			return
		}
		fallthrough
	case 1, 2:
		x.give(x.own, s, id, all, desk.AddNote{Text: content, Mentions: town.Some(x.own, staff, 3)})
	case 3:
		if x.own.IntN(2) == 0 {
			x.give(x.own, s, id, all, desk.SetTags{Add: []string{town.Pick(x.own, []string{"dns", "outage", "vip"})}, Remove: []string{"vip"}})
			return
		}
		x.give(x.own, s, id, all, desk.SetPriority{
			From: t.Priority, To: town.Pick(x.own, []desk.Priority{desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityEmergency}), Reason: content,
		})
	case 4: // not all of it, or customers would learn that it was read
		if t.LastSeq > 1 {
			x.give(x.own, s, id, 0, desk.MarkRead{Seq: uint64(x.own.IntN(int(t.LastSeq)))})
		}
	case 5:
		x.must(x.jonas.Send(wire.Look{Ticket: id, Writing: x.own.IntN(2) == 0}))
	case 6: // refused, each for a reason of its own
		x.give(x.own, s, id, all, desk.Assign{From: t.Assignee, To: "nobody"})
		x.give(x.own, s, id, all, desk.SetStatus{From: "new", To: "new"})
		x.give(x.own, s, id, all, desk.AddNote{})
		x.give(x.own, s, id, 0, desk.Refer{From: t.Department, To: "nowhere", Reason: content})
	case 7: // what only staff knows of each other
		p := *x.w.Desk.Person(s)
		p.Phone = content
		x.w.Put(p, x.own.IntN(2) == 0)
	case 9:
		if x.own.IntN(2) == 0 {
			x.give(x.own, s, id, all, desk.SnoozeTicket{Until: x.w.Now().Add(time.Hour), Reason: content})
			x.give(x.own, s, id, all, desk.SetFollow{What: desk.FollowTicket, Level: desk.FollowAll})
		} else if t.Assignee != s { // or it would be put back
			x.give(x.own, s, id, all, desk.Skip{Reason: content})
		}
	case 8:
		dev := desk.DeviceID(town.UUID(x.own, x.w.Now()))
		x.w.SignIn(s, dev)
		x.w.SignOut(dev, x.own.IntN(2) == 0)
	}
}

// ask makes a request as somebody and gives all of the answer that is not chance.
func (x *twin) ask(p *town.Probe, method, path, body string) string {
	req, err := http.NewRequestWithContext(context.Background(), method, town.URL+path, strings.NewReader(body))
	x.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+p.Token)
	c := http.Client{Transport: &http.Transport{DialContext: x.w.Dial, DisableKeepAlives: true, DisableCompression: true}}
	resp, err := c.Do(req)
	x.must(err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	x.must(err)
	resp.Header.Del("Date") // of this computer's clock, not of the desk's
	var head bytes.Buffer
	x.must(resp.Header.Write(&head))
	return fmt.Sprintf("http %s %s: %d %s%q", method, path, resp.StatusCode, head.String(), b)
}

// file uploads a file of somebody's.
func (x *twin) file(p *town.Probe, content string) desk.Attachment {
	sum := sha256.Sum256([]byte(content))
	h := desk.BlobHash(hex.EncodeToString(sum[:]))
	b, err := json.Marshal(wire.UploadStart{Hash: h, Size: int64(len(content)), Name: "x.txt"})
	x.must(err)
	x.ask(p, http.MethodPost, wire.PathUploads, string(b))
	x.ask(p, http.MethodPatch, wire.PathUploads+"/"+string(h)+"?offset=0", content)
	return desk.Attachment{Hash: h, Name: "x.txt", Size: int64(len(content))}
}

func (x *twin) fileFor(p desk.PersonID, content string) desk.Attachment {
	if p != x.jonas.Person {
		x.t.Fatal("only jonas uploads")
	}
	return x.file(x.jonas, content)
}

// requests asks over HTTP for what is theirs and what is not: a customer's
// file, what staff attached to a note or did not, and whether a file with that
// name is known.
func (x *twin) requests() {
	c, id := town.Pick(x.r, x.customers), town.Pick(x.r, x.tickets)
	hidden := town.Pick(x.r, x.secret)
	c.add(x.ask(c.probe, http.MethodGet, wire.PathFiles+"/"+string(hidden)+"?ticket="+string(id), ""))
	c.add(x.ask(c.probe, http.MethodPost, wire.PathUploads, fmt.Sprintf(`{"hash":%q,"size":10,"name":"x"}`, hidden)))
	if len(x.files) > 0 {
		c.add(x.ask(c.probe, http.MethodGet, wire.PathFiles+"/"+string(town.Pick(x.r, x.files).Hash)+"?ticket="+string(id), ""))
	}
	c.add(x.ask(c.probe, http.MethodGet, wire.PathHello, ""))
	reply := desk.Reply{Text: "see", Files: []desk.Attachment{{Hash: hidden, Name: "x", Size: 10}}}
	x.say(c, id, 1<<40, reply)
	x.settle("a file that is not theirs")
}
